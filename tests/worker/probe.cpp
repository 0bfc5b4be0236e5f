// A worker for tests: the loop of weigh-worker, with orders and a runtime that misbehave when asked to.
#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/bytes.h"
#include "worker/loop.h"

namespace weighhouse {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using worker::OrderContext;

// A sanitizer's own handler would turn the signal into an exit.
void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  ::kill(::getpid(), signal);
  std::this_thread::sleep_for(10s);
}

Result<std::string> content_of(int descriptor) {
  const auto info = TRY(stat_file(descriptor));
  std::string text(info.size_bytes, '\0');
  if (::pread(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return fail(ErrorCode::kDataLoss, "A short read.");
  return text;
}

Result<std::string> echo(OrderContext& order) {
  std::puts("a line for the log");
  order.report(0.25, "echoing", "a quarter");
  const auto text = TRY(content_of(TRY(order.input("data"))));
  const auto copy = TRY(order.create_output("copy.txt"));
  TRY(write_all(copy.get(), text));
  const auto second = TRY(order.create_output("twice.txt"));
  TRY(write_all(second.get(), text + text));
  order.report(1, "echoing", "done");
  return order.parameters();
}

Result<std::string> half(OrderContext& order) {
  const auto copy = TRY(order.create_output("copy.txt"));
  TRY(write_all(copy.get(), "half of"));
  die_of(SIGSEGV);
  return std::string{"{}"};
}

Result<std::string> linger(OrderContext& order) {
  for (;;) {
    order.report(0.5, "lingering");
    TRY(order.go_on());
    std::this_thread::sleep_for(5ms);
  }
}

Result<std::string> deaf(OrderContext& order) {
  for (;;) {
    order.report(0.5, "deaf");
    std::this_thread::sleep_for(5ms);
  }
}

Result<std::string> grow(OrderContext& order) {
  std::vector<std::string> hoard;
  for (;;) {
    hoard.emplace_back(std::size_t{8} << 20U, 'x');
    order.alive();
    std::this_thread::sleep_for(2ms);
  }
}

// Where the walls do not stand, in words.
Result<std::string> pry(OrderContext& order) {
  json::array open;
  const auto asked = json::parse(order.parameters()).as_object();
  const auto attempt = [&](const char* name, bool succeeded) {
    if (succeeded) open.emplace_back(name);
  };
  attempt("a network socket", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
  attempt("a network socket of version 6", ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
  attempt("a netlink socket", ::socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
  attempt("a local socket", ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  attempt("another process", ::fork() >= 0);
  char* const nothing[] = {nullptr};
  attempt("another program", ::execve("/usr/bin/true", nothing, nothing) == 0);
  attempt("a signal to the parent", ::kill(::getppid(), 0) == 0);
  attempt("a new namespace", ::unshare(CLONE_NEWNS) == 0);
  attempt("a file of the parent", ::open(asked.at("secret").as_string().c_str(), O_RDONLY) >= 0);
  attempt("the list of accounts", ::open("/etc/passwd", O_RDONLY) >= 0);
  attempt("a file elsewhere", ::open(asked.at("elsewhere").as_string().c_str(), O_WRONLY | O_CREAT, 0600) >= 0);
  attempt("the parent's environment",
          ::open(("/proc/" + std::to_string(::getppid()) + "/environ").c_str(), O_RDONLY) >= 0);
  attempt("the server's environment", std::getenv("WEIGH_TEST_SECRET") != nullptr);
  json::array descriptors;
  for (int i = 0; i < 256; ++i) {
    if (::fcntl(i, F_GETFD) >= 0) descriptors.emplace_back(i);
  }
  return json::serialize(json::object{{"open", open}, {"descriptors", descriptors}});
}

class ProbeModel final : public runtimes::LoadedModel {
 public:
  explicit ProbeModel(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size_bytes() const override { return bytes_.size(); }
  Result<std::string> answer(std::string_view request) const override {
    if (request == "process") return std::to_string(::getpid());
    if (request == "crash") die_of(SIGSEGV);
    if (request == "hang") std::this_thread::sleep_for(1h);
    if (request == "refuse") return fail(ErrorCode::kInvalidArgument, "The probe refuses.");
    if (request == "throw") throw std::runtime_error{"thrown by the model"};
    if (request == "slow") std::this_thread::sleep_for(200ms);
    return std::string{request} + " to " + bytes_.substr(0, 16);
  }

 private:
  std::string bytes_;
};

class ProbeRuntime final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "probe"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    const auto file = TRY(runtimes::only_file(std::move(files), name()));
    auto bytes = TRY(content_of(file.file.get()));
    if (bytes == "broken") return fail(ErrorCode::kInvalidArgument, "The file is broken.");
    return std::make_shared<const ProbeModel>(std::move(bytes));
  }
};

worker::Abilities abilities() {
  worker::Abilities all;
  all.orders = {
      {"echo", echo},
      {"half", half},
      {"linger", linger},
      {"deaf", deaf},
      {"grow", grow},
      {"pry", pry},
      {"segfault",
       [](OrderContext&) -> Result<std::string> {
         die_of(SIGSEGV);
         return {};
       }},
      {"kill",
       [](OrderContext&) -> Result<std::string> {
         die_of(SIGKILL);
         return {};
       }},
      {"abort",
       [](OrderContext&) -> Result<std::string> {
         std::fputs("terminate called for a test\n", stderr);
         die_of(SIGABRT);
         return {};
       }},
      {"leave", [](OrderContext&) -> Result<std::string> { ::_exit(7); }},
      {"freeze",
       [](OrderContext&) -> Result<std::string> {
         die_of(SIGSTOP);
         return {};
       }},
      {"stall",
       [](OrderContext&) -> Result<std::string> {
         std::this_thread::sleep_for(1h);
         return {};
       }},
      {"throw", [](OrderContext&) -> Result<std::string> { throw std::runtime_error{"thrown for a test"}; }},
      {"refuse",
       [](OrderContext&) -> Result<std::string> {
         return fail(ErrorCode::kInvalidArgument, "There are fewer than two labels.");
       }},
      // What a worker that was taken over might say.
      {"babble",
       [](OrderContext&) -> Result<std::string> {
         static_cast<void>(write_all(3, "this is no message at all, and long enough"));
         std::this_thread::sleep_for(1h);
         return {};
       }},
      {"boast",
       [](OrderContext& order) -> Result<std::string> {
         static_cast<void>(order.create_output("model.bin").take().release());
         channel::Channel forged{FileDescriptor{3}, {}};
         static_cast<void>(forged.send(to_header(channel::FromWorker{channel::Done{{{"model.bin", 12}}}}), "{}"));
         std::this_thread::sleep_for(1h);
         return {};
       }},
  };
  all.runtimes.push_back(std::make_shared<const ProbeRuntime>());
  return all;
}

}  // namespace
}  // namespace weighhouse

int main(int count, char** words) {
  using namespace weighhouse;
  worker::LoopOptions options;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::string_view{words[i]} == "--threads") options.threads = std::atoi(words[i + 1]);
    if (std::string_view{words[i]} == "--models-bytes")
      options.models_bytes = static_cast<std::uint64_t>(std::atoll(words[i + 1]));
  }
  worker::run(abilities(), options);
}
