// Kills the server at random moments of upload, publishing, deletion, restoring, purging and collection, starts
// it again, and holds what it finds against everything that was acknowledged. WEIGH_CRASHES is how often
// (make soak: hundreds), WEIGH_SEED repeats a run.

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse {
namespace {

namespace json = boost::json;

int setting(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

// What a person who watched every answer would expect to find.
struct Promise {
  std::map<std::string, std::string> files{};  // path to digest of the only version
  bool maybe_absent = false;                   // a deletion, restoring or purge was under way when the server died
  bool deleted = false;
  std::string trash_id{};
};

class CrashTest : public testing::Test {
 protected:
  void start() {
    server_.reset();
    auto started = e2e::Server::start(home_);
    ASSERT_TRUE(started) << started.error().message;
    server_.emplace(std::move(started).take());
    transport_ = client::open_transport("unix:" + home_ + "/run/weigh.sock").take();
  }

  std::string random_bytes() {
    std::string bytes(std::uniform_int_distribution<std::size_t>{1, std::size_t{1} << (10 + random_() % 11)}(random_),
                      '\0');
    for (std::size_t i = 0; i < bytes.size(); i += 1 + i / 64) bytes[i] = static_cast<char>(random_());
    return bytes;
  }

  // An answer that did not come leaves it open whether the change was made.
  Result<json::object> ask(const char* method, const std::string& target, const json::object& body = {}) {
    return client::send_object(*transport_, method, target, body);
  }

  bool put_blob(const std::string& bytes) {
    MemorySource source{bytes};
    client::Call call{.method = "PUT", .target = "/api/blobs/" + Digest::of(bytes).to_string()};
    call.stream = &source;
    call.stream_bytes = bytes.size();
    auto reply = transport_->send(call);
    return reply && client::require_success(*reply);
  }

  void publish_one() {
    const std::string name = "m" + std::to_string(++names_);
    Promise promise;
    json::array files;
    for (std::size_t i = 0; i < 1 + random_() % 3; ++i) {
      const auto bytes = random_bytes();
      if (!put_blob(bytes)) return;
      const std::string path = "part" + std::to_string(i) + ".bin";
      promise.files[path] = Digest::of(bytes).to_string();
      files.push_back(json::object{{"path", path}, {"digest", promise.files[path]}});
    }
    if (ask("POST", "/api/models/" + name + "/versions", {{"files", files}})) {
      promises_[name] = promise;
      ++acknowledged_;
    } else {
      promise.maybe_absent = true;
      promises_[name] = promise;
    }
  }

  Promise* any_promise(std::string& name) {
    if (promises_.empty()) return nullptr;
    auto one = promises_.begin();
    std::advance(one, static_cast<long>(random_() % promises_.size()));
    name = one->first;
    return one->second.maybe_absent ? nullptr : &one->second;
  }

  void delete_or_restore_one() {
    std::string name;
    Promise* promise = any_promise(name);
    if (promise == nullptr) return;
    promise->maybe_absent = true;
    if (!promise->deleted) {
      const auto answer = ask("DELETE", "/api/models/" + name);
      if (!answer) return;
      promise->trash_id = answer->at("trash_id").as_string();
      promise->deleted = true;
    } else if (random_() % 2 == 0) {
      if (!ask("POST", "/api/trash/" + promise->trash_id + "/restore")) return;
      promise->deleted = false;
    } else {
      if (ask("DELETE", "/api/trash/" + promise->trash_id)) promises_.erase(name);
      return;
    }
    promise->maybe_absent = false;
  }

  void work(const std::atomic<bool>& dead) {
    while (!dead) {
      const auto what = random_() % 10;
      if (what < 6) publish_one();
      if (what >= 6 && what < 9) delete_or_restore_one();
      if (what == 9) (void)ask("POST", "/api/storage/collect");
    }
  }

  void check_file(const std::string& model, const std::string& path, const std::string& digest) {
    auto reply = transport_->send({.target = "/api/models/" + model + "/versions/1/files/" + path});
    ASSERT_TRUE(reply) << model;
    const auto bytes = read_all(*reply->body, std::size_t{16} << 20U);
    ASSERT_EQ(reply->status, 200) << model << "/" << path << ": " << (bytes ? *bytes : "");
    EXPECT_EQ(Digest::of(*bytes).to_string(), digest) << model << "/" << path;
  }

  void check_promises() {
    for (auto& [name, promise] : promises_) {
      const auto model = client::get_object(*transport_, "/api/models/" + name);
      if (promise.maybe_absent) {
        promise.deleted = !model;
        continue;
      }
      ASSERT_EQ(model.has_value(), !promise.deleted)
          << name << ": " << (model ? "is here, though it was deleted" : model.error().message);
      if (!model) continue;
      for (const auto& [path, digest] : promise.files) check_file(name, path, digest);
    }
    // Whatever is shown is whole, acknowledged or not.
    const auto shown = client::get_object(*transport_, "/api/models?length=1000");
    ASSERT_TRUE(shown);
    for (const auto& item : shown->at("models").as_array()) {
      const std::string name{item.at("name").as_string()};
      ASSERT_FALSE(item.at("current_version").is_null()) << name << " is half made";
      const auto version = client::get_object(*transport_, "/api/models/" + name + "/versions/1");
      ASSERT_TRUE(version) << name;
      for (const auto& file : version->at("files").as_array()) {
        check_file(name, std::string{file.at("path").as_string()}, std::string{file.at("digest").as_string()});
      }
    }
    forget_the_open_ones();
  }

  // What was under way has settled one way or the other; its trash id was lost with the answer.
  void forget_the_open_ones() {
    std::erase_if(promises_, [](const auto& one) { return one.second.maybe_absent; });
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  std::optional<e2e::Server> server_;
  std::unique_ptr<client::Transport> transport_;
  std::mt19937 random_{static_cast<unsigned>(setting("WEIGH_SEED", 20260106))};
  std::map<std::string, Promise> promises_;
  int names_ = 0;
  int acknowledged_ = 0;
};

TEST_F(CrashTest, LosesNothingThatWasAcknowledgedHoweverOftenItIsKilled) {
  const int crashes = setting("WEIGH_CRASHES", 8);
  for (int crash = 0; crash < crashes; ++crash) {
    start();
    if (HasFatalFailure()) return;
    check_promises();
    if (HasFatalFailure()) return;
    std::atomic<bool> dead{false};
    std::thread killer{[&, wait = 20 + random_() % 600] {
      std::this_thread::sleep_for(std::chrono::milliseconds{wait});
      dead = true;
      server_->stop(SIGKILL);
    }};
    work(dead);
    killer.join();
  }
  start();
  check_promises();
  const auto job = ask("POST", "/api/storage/verify", {{"deep", true}});
  ASSERT_TRUE(job);
  const std::string id{job->at("job_id").as_string()};
  for (int i = 0; i < 600; ++i) {
    const auto state = client::get_object(*transport_, "/api/jobs/" + id);
    if (state && state->at("state").as_string() == "completed") {
      EXPECT_TRUE(state->at("result").at("damaged").as_array().empty()) << json::serialize(*state);
      EXPECT_GT(acknowledged_, crashes / 2) << "the campaign did too little to mean anything";
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  FAIL() << "the verification did not end";
}

}  // namespace
}  // namespace weighhouse
