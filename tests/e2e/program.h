#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/file.h"

namespace weighhouse::e2e {

// The path of the real `weigh`: WEIGH_BIN, else the one of this build.
std::string weigh_path();

struct Outcome {
  int code = -1;  // what it exited with; -1 when it had to be killed
  std::string output;
  std::string error;
};

using Words = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

// Runs a program to its end, or kills it after `patience`. It sees PATH and `variables`, and nothing else of ours.
Outcome run_program(const Words& words, const Variables& variables, const std::string& folder,
                    std::chrono::seconds patience = std::chrono::seconds{60});

// Begins a program, and kills it without a word (SIGKILL) as soon as `enough` says so or it has ended by itself.
void run_until(const Words& words, const Variables& variables, const std::string& folder,
               const std::function<bool()>& enough);

// The same on a terminal of its own, `columns` wide, with `typed` as if a person typed it; its whole screen is
// `output`.
Outcome run_on_terminal(const Words& words, const Variables& variables, const std::string& folder,
                        std::string_view typed, unsigned short columns,
                        std::chrono::seconds patience = std::chrono::seconds{60});

// `weigh serve` on a free port of loopback, stopped with this object.
class Server {
 public:
  // Returns once it answers; `options` come behind `serve --home HOME --listen 127.0.0.1:0`. `inside` is a command that
  // becomes the one that follows it: {"/usr/bin/env", "-i"}.
  static Result<Server> start(const std::string& home, const Words& options = {}, const Words& inside = {});
  Server(Server&& other) noexcept : process_(std::exchange(other.process_, -1)), address_(std::move(other.address_)) {}
  Server& operator=(Server&&) = delete;
  ~Server();

  const std::string& address() const { return address_; }  // "http://127.0.0.1:43210"
  pid_t process_id() const { return process_; }
  // Ends it with `signal` and waits.
  void stop(int signal);

 private:
  explicit Server(pid_t process) : process_(process) {}
  pid_t process_;
  std::string address_;
};

}  // namespace weighhouse::e2e
