#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "channel/channel.h"
#include "channel/protocol.h"
#include "runtimes/model_cache.h"
#include "worker/loop.h"

namespace weighhouse::worker {

// Answers questions to models, some at a time, in the order they came. Questions that come when too many wait are
// refused at once.
class PredictionDesk {
 public:
  PredictionDesk(channel::Channel& channel, const Abilities& abilities, const LoopOptions& options);

  void ask(channel::Ask ask, channel::Message message);
  void forget(const std::string& model) { models_.forget(model); }
  runtimes::ModelCache::Size loaded() { return models_.size(); }
  // How long the question that has been in work longest is; 0 when there is none.
  std::chrono::milliseconds longest();

 private:
  struct Question {
    channel::Ask ask;
    channel::Message message;
  };
  void work(const std::stop_token& stop);
  void answer(Question question);
  Result<std::string> reply(Question& question);
  Result<runtimes::ModelCache::Model> load(Question& question) const;

  channel::Channel& channel_;
  const Abilities& abilities_;
  const std::size_t threads_;
  runtimes::ModelCache models_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Question> waiting_{};
  std::multiset<std::chrono::steady_clock::time_point> running_{};  // since when
  std::size_t idle_ = 0;
  std::vector<std::jthread> workers_{};  // last: they use all of the above
};

}  // namespace weighhouse::worker
