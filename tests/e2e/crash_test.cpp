// Kills the server at random moments of uploading, publishing, moving aliases, deletion, restoring, purging, collection
// and taking in dropped folders, starts it again, and holds what it finds against everything that was acknowledged.
// WEIGH_CRASHES is how often (make soak: 300), WEIGH_SEED repeats a run.

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <optional>
#include <thread>

#include "base/file.h"
#include "base/json_fields.h"
#include "campaign.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

using namespace std::chrono_literals;

int setting(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

std::string last_lines(const std::string& path) {
  const std::string text = read_file(path).value_or("nothing");
  return text.size() > 4000 ? text.substr(text.size() - 4000) : text;
}

class CrashTest : public testing::Test {
 protected:
  void start() {
    server_.reset();
    auto started = Server::start(home_);
    ASSERT_TRUE(started) << started.error().message;
    server_.emplace(std::move(started).take());
    transport_ = client::open_transport(address()).take();
    campaign_.meet(*transport_);
  }
  std::string address() const { return "unix:" + home_ + "/run/weigh.sock"; }

  // Collects all the time, beside everything else that happens.
  void collect_until(const std::atomic<bool>& dead) const {
    const auto transport = client::open_transport(address()).take();
    while (!dead) {
      (void)client::send_object(*transport, "POST", "/api/storage/collect");
      std::this_thread::sleep_for(15ms);
    }
  }

  void live_and_die() {
    std::atomic<bool> dead{false};
    std::jthread killer{[&, wait = 20 + campaign_.random(600)] {
      std::this_thread::sleep_for(std::chrono::milliseconds{wait});
      dead = true;
      server_->stop(SIGKILL);
    }};
    std::jthread collector{[&] { collect_until(dead); }};
    while (!dead) campaign_.act();
  }

  void expect_no_damage() {
    const auto job = client::send_object(*transport_, "POST", "/api/storage/verify", {{"deep", true}});
    ASSERT_TRUE(job) << job.error().message;
    const std::string target = "/api/jobs/" + text_at(*job, "job_id");
    for (const auto until = std::chrono::steady_clock::now() + 120s; std::chrono::steady_clock::now() < until;) {
      const auto state = client::get_object(*transport_, target);
      ASSERT_TRUE(state);
      ASSERT_NE(text_at(*state, "state"), "failed") << boost::json::serialize(*state);
      if (text_at(*state, "state") == "completed") {
        EXPECT_TRUE(list_at(object_at(*state, "result"), "damaged").empty()) << boost::json::serialize(*state);
        return;
      }
      std::this_thread::sleep_for(50ms);
    }
    FAIL() << "the verification did not end";
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
  std::optional<Server> server_;
  std::unique_ptr<client::Transport> transport_;
  Campaign campaign_{home_, static_cast<unsigned>(setting("WEIGH_SEED", 20260106))};
};

TEST_F(CrashTest, LosesNothingThatWasAcknowledgedHoweverOftenItIsKilled) {
  const int crashes = setting("WEIGH_CRASHES", 8);
  for (int crash = 0; crash < crashes; ++crash) {
    start();
    if (!HasFailure()) campaign_.check(Campaign::Extent::kTouched);
    if (HasFailure()) {
      GTEST_FAIL() << "after " << crash << " kills; the server said:\n" << last_lines(home_ + ".log");
    }
    live_and_die();
  }
  start();
  for (const auto until = std::chrono::steady_clock::now() + 20s;
       !campaign_.has_all_drops() && std::chrono::steady_clock::now() < until;) {
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_TRUE(campaign_.has_all_drops()) << "a dropped folder was never taken in";
  campaign_.check(Campaign::Extent::kAll);
  expect_no_damage();
  int all = 0;
  std::cout << crashes << " kills;";
  for (const auto& [what, count] : campaign_.acknowledged()) {
    std::cout << " " << count << " " << what << ";";
    all += count;
  }
  std::cout << " all of it is there." << std::endl;
  EXPECT_GT(all, crashes) << "the campaign did too little to mean anything";
}

}  // namespace
}  // namespace weighhouse::e2e
