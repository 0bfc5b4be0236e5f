#pragma once

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/mman.h>
#include <thread>

#include "services/workers.h"
#include "workers/job_worker.h"
#include "workers/settings.h"

namespace weighhouse::workers {

using namespace std::chrono_literals;

inline FileDescriptor file_with(std::string_view text) {
  FileDescriptor file{::memfd_create("input", MFD_CLOEXEC)};
  EXPECT_TRUE(write_all(file.get(), text));
  return file;
}

class FakeControl final : public services::JobControl {
 public:
  void report(double progress, std::string_view phase, std::string_view message) override {
    reports.push_back(std::to_string(progress).substr(0, 4) + " " + std::string{phase} + ": " + std::string{message});
    if (on_report) on_report();
  }
  bool cancelled() const override { return cancel; }
  std::vector<std::string> reports{};
  std::function<void()> on_report{};
  std::atomic<bool> cancel{false};
};

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    settings.program = WEIGH_PROBE;
    settings.work_directory = join_path(home.path(), "work");
    settings.threads = 2;
  }
  static std::vector<std::string> children() {
    const auto text = read_file("/proc/self/task/" + std::to_string(::gettid()) + "/children");
    std::vector<std::string> list;
    if (text && !text->empty()) list.push_back(*text);
    return list;
  }
  void expect_nothing_left() const {
    EXPECT_THAT(list_directory(settings.work_directory).value(), ::testing::IsEmpty());
    EXPECT_THAT(children(), ::testing::IsEmpty());
  }
  static std::string reason_of(const Error& error) {
    for (const auto& [name, value] : error.details)
      if (name == "reason") return std::get<std::string>(value);
    return {};
  }

  TemporaryDirectory home = TemporaryDirectory::create().take();
  Settings settings{};
};

}  // namespace weighhouse::workers
