#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weighhouse::http {

// The numbers of /metrics, in Prometheus' text form. Safe from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  // By the pattern of the route, never by the path: a path is whatever a client types.
  void count_request(const Route* route, Method method, int status, std::chrono::steady_clock::duration took);
  void count_bytes(std::uint64_t received, std::uint64_t sent);
  void connection_opened();
  void connection_closed();

  // Asked at each `render`, on the thread that renders; must not block. Names begin with "weighhouse_".
  void add_gauge(std::string name, std::string help, std::function<double()> value);

  std::string render() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::http
