#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "channel/channel.h"
#include "channel/protocol.h"

namespace weighhouse::workers {

struct ProcessOptions {
  std::string program;
  std::vector<std::string> arguments{};
  std::string name;  // in the log: "job 01J…", "predictions"
  std::uint64_t memory_bytes = std::uint64_t{4} << 30U;
  std::uint64_t file_bytes = 0;  // the largest file it may write; 0: any
  int nice = 0;
  int threads = 1;
  std::chrono::milliseconds silence{30'000};
  std::chrono::milliseconds stall{std::chrono::hours{1}};
  std::vector<std::string> readable{};
  int scratch = -1;  // an open directory: the only place where it may write
};

// Why we ended a process. The word is the detail "reason" of the error.
enum class EndReason : std::uint8_t { kCrashed, kOutOfMemory, kHung, kDeadline, kCancelled, kBrokeRules };
std::string_view to_string(EndReason reason);

// A running worker process, confined, watched while `next` is called.
//
// It dies with this object, and also with the *thread* that started it (the kernel's rule): whoever starts it stays
// with it. `channel().send` is for any thread, all else for that one.
class Process {
 public:
  // The program is there and has said hello. kFailedPrecondition when it could not begin.
  static Result<std::unique_ptr<Process>> start(const ProcessOptions& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  struct Incoming {
    channel::FromWorker message;
    std::string body;
  };

  // The next message but heartbeats; nothing when `wait` is over. Once it fails the process is dead and reaped, and
  // the error tells what became of it: a signal, its memory, silence, a message against the rules.
  Result<std::optional<Incoming>> next(std::chrono::milliseconds wait);

  // Ends the process. The error tells why, with the last lines of its log.
  Error end(EndReason reason, std::string message);
  // Lets it end by itself, and ends it when it does not.
  void finish(std::chrono::milliseconds patience = std::chrono::milliseconds{2000});

  channel::Channel& channel();
  const channel::Hello& hello() const;
  const channel::Beat& last_beat() const;
  int id() const;
  // Resident now, of its own: memory that no file backs.
  std::uint64_t memory_bytes() const;

 private:
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Resident memory of a process that no file backs; 0 when there is no such process.
std::uint64_t own_memory_bytes(int process_id);

}  // namespace weighhouse::workers
