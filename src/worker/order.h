#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "channel/channel.h"
#include "channel/protocol.h"

namespace weighhouse::worker {

// What an order knows and may do while it runs. For the order's threads, any of them.
class OrderContext {
 public:
  // The message's files are the inputs in the order's order, then the directory for outputs.
  static Result<std::unique_ptr<OrderContext>> open(const channel::Order& order, channel::Message message,
                                                    channel::Channel& channel);

  const std::string& parameters() const { return parameters_; }  // JSON, not looked into yet
  std::vector<std::string> input_names() const;
  bool has_input(std::string_view name) const { return inputs_.contains(name); }
  // Open for reading and seekable; ours as long as the order runs. kInvalidArgument when it was not handed over.
  Result<int> input(std::string_view name) const;

  // A new file that is handed to the server when the order is done. Close it before that.
  Result<FileDescriptor> create_output(const std::string& name);
  // One that was created and closed, to look at what is in it.
  Result<FileDescriptor> reopen_output(const std::string& name) const;

  // 0..1. Sent at most twenty times a second, and always when a phase begins. Also tells that the order is alive, as
  // `alive` does: a long step calls one of them now and then.
  void report(double progress, std::string_view phase, std::string_view message = {});
  // The same with a JSON object that says more than a line can; always sent.
  void tell(double progress, std::string_view phase, std::string_view message, std::string_view details);
  void alive();
  // Look often; kCancelled when somebody asked the order to stop.
  bool cancelled() const { return cancelled_; }
  Result<> go_on() const;

  // For the loop.
  void cancel() { cancelled_ = true; }
  std::chrono::milliseconds since_alive() const;
  Result<std::vector<channel::Output>> outputs() const;

 private:
  explicit OrderContext(channel::Channel& channel) : channel_(channel) { alive(); }
  bool is_due(double progress, std::string_view phase);

  channel::Channel& channel_;
  std::string parameters_{};
  std::map<std::string, FileDescriptor, std::less<>> inputs_{};
  FileDescriptor directory_{};
  std::mutex mutex_;
  std::vector<std::string> outputs_{};
  std::atomic<bool> cancelled_{false};
  std::atomic<std::chrono::steady_clock::time_point> last_alive_{};
  std::mutex report_mutex_;
  std::chrono::steady_clock::time_point last_report_{};
  std::string last_phase_;
};

// Returns the result, a JSON object.
using OrderFunction = std::function<Result<std::string>(OrderContext&)>;
using Orders = std::map<std::string, OrderFunction, std::less<>>;

}  // namespace weighhouse::worker
