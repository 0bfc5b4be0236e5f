#include "worker/order.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"

namespace weighhouse::worker {
namespace {

using Clock = std::chrono::steady_clock;

// A loop that reports each of a million steps costs the channel no more than one that reports ten a second.
constexpr std::chrono::milliseconds kReportEvery{50};

}  // namespace

Result<std::unique_ptr<OrderContext>> OrderContext::open(const channel::Order& order, channel::Message message,
                                                         channel::Channel& channel) {
  if (message.files.size() != order.inputs.size() + 1)
    return fail(ErrorCode::kInvalidArgument, "An order comes with its inputs and a directory.");
  std::unique_ptr<OrderContext> context{new OrderContext{channel}};
  context->directory_ = std::move(message.files.back());
  for (std::size_t i = 0; i < order.inputs.size(); ++i)
    context->inputs_.emplace(order.inputs[i], std::move(message.files[i]));
  context->parameters_ = std::move(message.body);
  return context;
}

std::vector<std::string> OrderContext::input_names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : inputs_) names.push_back(name);
  return names;
}

Result<int> OrderContext::input(std::string_view name) const {
  const auto found = inputs_.find(name);
  if (found != inputs_.end()) return found->second.get();
  return fail(ErrorCode::kInvalidArgument, "The order came without its input \"" + printable(name, 80) + "\".");
}

Result<FileDescriptor> OrderContext::create_output(const std::string& name) {
  check(channel::is_file_name(name), "a name for an output");
  FileDescriptor file{::openat(directory_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file) return system_failure("Making the output", errno, name);
  const std::lock_guard lock{mutex_};
  outputs_.push_back(name);
  return file;
}

Result<FileDescriptor> OrderContext::reopen_output(const std::string& name) const {
  check(channel::is_file_name(name), "a name of an output");
  FileDescriptor file{::openat(directory_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
  if (!file) return system_failure("Opening the output", errno, name);
  return file;
}

bool OrderContext::is_due(double progress, std::string_view phase) {
  const std::lock_guard lock{report_mutex_};
  const auto now = Clock::now();
  if (progress < 1 && phase == last_phase_ && now - last_report_ < kReportEvery) return false;
  last_report_ = now;
  last_phase_ = phase;
  return true;
}

void OrderContext::report(double progress, std::string_view phase, std::string_view message) {
  alive();
  if (!is_due(progress, phase)) return;
  // A server that is gone is noticed by the loop.
  static_cast<void>(channel_.send(
      to_header(channel::FromWorker{channel::Progress{progress, std::string{phase}, std::string{message}}})));
}

void OrderContext::tell(double progress, std::string_view phase, std::string_view message, std::string_view details) {
  alive();
  static_cast<void>(channel_.send(
      to_header(channel::FromWorker{channel::Progress{progress, std::string{phase}, std::string{message}}}),
      std::string{details}));
}

void OrderContext::alive() { last_alive_ = Clock::now(); }

Result<> OrderContext::go_on() const {
  if (cancelled_) return fail(ErrorCode::kCancelled, "Cancelled.");
  return {};
}

std::chrono::milliseconds OrderContext::since_alive() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - last_alive_.load());
}

Result<std::vector<channel::Output>> OrderContext::outputs() const {
  std::vector<channel::Output> list;
  for (const auto& name : outputs_) {
    struct stat s{};
    if (::fstatat(directory_.get(), name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0)
      return system_failure("Looking at the output", errno, name);
    list.push_back({name, static_cast<std::uint64_t>(s.st_size)});
  }
  return list;
}

}  // namespace weighhouse::worker
