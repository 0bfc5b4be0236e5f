#pragma once

#include <deque>
#include <sys/mman.h>
#include <unistd.h>

#include "services/workers.h"

namespace weighhouse::services {

inline FileDescriptor memory_file(std::string_view bytes) {
  FileDescriptor file{::memfd_create("test", MFD_CLOEXEC)};
  check(::pwrite(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "memory holds it");
  return file;
}

inline std::string bytes_of(const FileDescriptor& file) {
  std::string bytes(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  check(::pread(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "it is all there");
  return bytes;
}

// Stands in for worker processes: gives what it was told to give, and remembers what it was asked.
class ScriptedWork final : public WorkRunner {
 public:
  struct Answer {
    std::string result = "{}";
    std::vector<std::pair<std::string, std::string>> outputs{};  // name and bytes
  };
  struct Asked {
    std::string kind;
    std::string parameters;
    std::vector<std::pair<std::string, std::string>> inputs;
  };

  Result<WorkResult> run(WorkOrder order, JobControl&) override {
    Asked one{order.kind, order.parameters, {}};
    for (const auto& input : order.inputs) one.inputs.emplace_back(input.name, bytes_of(input.file));
    asked.push_back(std::move(one));
    check(!answers.empty(), "the test said what the work gives");
    auto answer = std::move(answers.front());
    answers.pop_front();
    if (!answer) return fail(answer.error());
    WorkResult result{.result = answer->result};
    for (const auto& [name, bytes] : answer->outputs)
      result.outputs.push_back({name, memory_file(bytes), bytes.size()});
    return result;
  }

  std::deque<Result<Answer>> answers;
  std::vector<Asked> asked;
};

// Stands in for a prediction process.
class ScriptedPredictor final : public Predictor {
 public:
  Result<std::string> predict(const ModelSource& model, std::string_view request, std::chrono::milliseconds) override {
    keys.push_back(model.key);
    requests.emplace_back(request);
    auto files = model.open();
    if (!files) return fail(files.error());
    loaded.clear();
    for (const auto& file : *files) loaded.emplace_back(file.name, bytes_of(file.file));
    return answer;
  }
  void forget(std::string_view) override {}

  Result<std::string> answer = std::string{"{}"};
  std::vector<std::string> keys;
  std::vector<std::string> requests;
  std::vector<std::pair<std::string, std::string>> loaded;
};

class QuietControl final : public JobControl {
 public:
  void report(double, std::string_view, std::string_view) override {}
  bool cancelled() const override { return false; }
};

}  // namespace weighhouse::services
