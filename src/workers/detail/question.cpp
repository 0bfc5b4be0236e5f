#include "workers/detail/question.h"

#include <algorithm>
#include <vector>

namespace weighhouse::workers {

using Stage = Question::Stage;

std::uint64_t Questions::add(Question& question, bool open) {
  question.stage = open && alone_.empty() ? Stage::kSent : Stage::kWaiting;
  all_.emplace(++last_id_, &question);
  return last_id_;
}

void Questions::remove(std::uint64_t id) {
  all_.erase(id);
  std::erase(alone_, id);
}

Question* Questions::find(std::uint64_t id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : found->second;
}

bool Questions::any_open() const {
  return std::any_of(all_.begin(), all_.end(), [](const auto& entry) { return entry.second->stage != Stage::kDone; });
}

void Questions::admit() {
  if (!alone_.empty()) {
    auto& first = *all_.at(alone_.front());
    if (first.stage == Stage::kWaiting) first.move_to(Stage::kReady);
    return;
  }
  for (auto& [id, question] : all_) {
    if (question->stage == Stage::kWaiting) question->move_to(Stage::kReady);
  }
}

namespace {

// A signal may have come from a person or from a system short of memory, and the question be innocent.
bool may_come_from_outside(const Error& why) {
  for (const auto& [name, value] : why.details) {
    const auto* text = std::get_if<std::string>(&value);
    if (name == "reason" && text != nullptr) return *text == "crashed";
  }
  return false;
}

}  // namespace

void Questions::process_died(const Error& why) {
  std::vector<std::pair<std::uint64_t, Question*>> suspects;
  for (auto& [id, question] : all_) {
    if (question->stage == Stage::kReady) question->stage = Stage::kWaiting;
    if (question->stage == Stage::kSent || question->stage == Stage::kNeedsFiles) suspects.emplace_back(id, question);
  }
  const bool certain = suspects.size() == 1 && !may_come_from_outside(why);
  for (auto& [id, question] : suspects) {
    if (certain || question->again) {
      question->finish(fail(why));
      std::erase(alone_, id);
    } else {
      question->again = true;
      question->stage = Stage::kWaiting;
      alone_.push_back(id);
    }
  }
}

void Questions::fail_all(const Error& why) {
  for (auto& [id, question] : all_) {
    if (question->stage != Stage::kDone) question->finish(fail(why));
  }
  alone_.clear();
}

}  // namespace weighhouse::workers
