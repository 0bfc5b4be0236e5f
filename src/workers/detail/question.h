#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace weighhouse::workers {

// A prediction somebody waits for. The thread that asks does the sending; the thread that keeps the process says when.
struct Question {
  enum class Stage : std::uint8_t {
    kWaiting,     // for the process, or for those that have to be alone
    kReady,       // may be sent
    kSent,        // the process has it
    kNeedsFiles,  // the process asks for the model's files
    kDone,
  };
  Stage stage = Stage::kWaiting;
  bool again = false;  // its first process died
  std::optional<Result<std::string>> answer{};
  std::condition_variable changed{};

  void finish(Result<std::string> with) {
    answer = std::move(with);
    move_to(Stage::kDone);
  }
  void move_to(Stage next) {
    stage = next;
    changed.notify_one();
  }
};

// All who wait, and who of them may be sent. Under the lock of its owner.
class Questions {
 public:
  // Into the queue; kSent at once when `open` and nobody has to be alone.
  std::uint64_t add(Question& question, bool open);
  void remove(std::uint64_t id);
  Question* find(std::uint64_t id);
  std::size_t size() const { return all_.size(); }
  bool any_open() const;  // somebody waits who has not been told

  // The process runs: who may, is told to send.
  void admit();
  // The process is dead. Whoever may be innocent is asked once more, alone: one of several, or one whose process was
  // killed by a signal. The others are told, and so are those who were asked again already.
  void process_died(const Error& why);
  void fail_all(const Error& why);

 private:
  std::map<std::uint64_t, Question*> all_{};
  std::deque<std::uint64_t> alone_{};  // in this order, each by itself, before all others
  std::uint64_t last_id_ = 0;
};

}  // namespace weighhouse::workers
