#include "worker/loop.h"

#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "worker/confine.h"
#include "worker/prediction_desk.h"

namespace weighhouse::worker {
namespace {

using channel::FromWorker;

constexpr int kChannelDescriptor = 3;
constexpr std::chrono::milliseconds kBeatEvery{200};

// The server may be slow to read while it is busy; a worker has nothing better to do than wait.
constexpr channel::Limits kLimits{.files = channel::kMaxFiles, .patience = std::chrono::minutes{5}};

// Without destructors: threads are at work, and libraries have some that do not survive being torn down.
[[noreturn]] void leave(int status) {
  std::fflush(nullptr);
  ::_exit(status);
}

class Loop {
 public:
  Loop(const Abilities& abilities, const LoopOptions& options)
      : abilities_(abilities),
        channel_(FileDescriptor{kChannelDescriptor}, kLimits),
        desk_(channel_, abilities, options) {}

  void greet(std::optional<std::string> unconfined) {
    channel::Hello hello;
    for (const auto& [kind, function] : abilities_.orders) hello.orders.push_back(kind);
    for (const auto& runtime : abilities_.runtimes) hello.runtimes.emplace_back(runtime->name());
    if (unconfined) hello.unconfined.push_back(*std::move(unconfined));
    if (!channel_.send(to_header(FromWorker{std::move(hello)}))) leave(1);
  }

  [[noreturn]] void serve() {
    std::thread{[this] { beat(); }}.detach();
    for (;;) {
      auto message = channel_.receive();
      if (message && !*message) leave(0);
      if (!message) {
        log::error("the channel broke", {{"reason", message.error().message}});
        leave(1);
      }
      auto read = channel::read_to_worker((*message)->header);
      if (!read) {
        log::error("a message was not understood", {{"reason", read.error().message}});
        leave(1);
      }
      if (auto* ask = std::get_if<channel::Ask>(&*read)) {
        desk_.ask(std::move(*ask), *std::move(*message));
      } else if (const auto* forget = std::get_if<channel::Forget>(&*read)) {
        desk_.forget(forget->model);
      } else if (const auto* order = std::get_if<channel::Order>(&*read)) {
        begin(*order, *std::move(*message));
      } else if (order_) {
        order_->cancel();
      }
    }
  }

 private:
  void begin(const channel::Order& order, channel::Message message) {
    if (order_) return refuse({ErrorCode::kFailedPrecondition, "A process does one order."});
    const auto found = abilities_.orders.find(order.kind);
    if (found == abilities_.orders.end())
      return refuse(
          {ErrorCode::kFailedPrecondition, "There is no work of the kind " + printable(order.kind, 40) + "."});
    auto context = OrderContext::open(order, std::move(message), channel_);
    if (!context) return refuse(context.error());
    order_ = std::shared_ptr<OrderContext>{*std::move(context)};
    std::atomic_store(&watched_, order_);
    std::thread{[this, &function = found->second] { work(function); }}.detach();
  }

  void work(const OrderFunction& function) {
    auto result = [&]() -> Result<std::string> {
      try {
        return function(*order_);
      } catch (const std::bad_alloc&) {
        return fail(ErrorCode::kResourceExhausted, "There is not enough memory for this work.");
      } catch (const std::exception& thrown) {
        return fail(ErrorCode::kInternal, std::string{"The work failed: "} + thrown.what());
      }
    }();
    std::atomic_store(&watched_, std::shared_ptr<OrderContext>{});
    if (!result) return refuse(result.error());
    auto outputs = order_->outputs();
    if (!outputs) return refuse(outputs.error());
    const auto sent = channel_.send(to_header(FromWorker{channel::Done{*std::move(outputs)}}), *result);
    if (!sent) refuse(sent.error());
  }

  void refuse(const Error& error) {
    if (!channel_.send(to_header(FromWorker{channel::Failed{0, error}}))) leave(1);
  }

  [[noreturn]] void beat() {
    for (;;) {
      const auto order = std::atomic_load(&watched_);
      const auto loaded = desk_.loaded();
      const auto quiet = order ? order->since_alive() : desk_.longest();
      const auto stalled = static_cast<std::uint64_t>(quiet.count());
      if (!channel_.send(to_header(FromWorker{channel::Beat{stalled, loaded.models, loaded.bytes}}))) leave(1);
      std::this_thread::sleep_for(kBeatEvery);
    }
  }

  const Abilities& abilities_;
  channel::Channel channel_;
  PredictionDesk desk_;
  std::shared_ptr<OrderContext> order_{};    // of the loop's thread; stays to the end once set
  std::shared_ptr<OrderContext> watched_{};  // the same while it runs; read by the heart
};

}  // namespace

void run(const Abilities& abilities, const LoopOptions& options) {
  // A full disk or a limit is an error of `write`, not a reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  auto unconfined = confine();
  // Leaked on purpose: its threads live as long as the process.
  auto& loop = *new Loop{abilities, options};
  loop.greet(std::move(unconfined));
  loop.serve();
}

}  // namespace weighhouse::worker
