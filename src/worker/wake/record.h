#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "encoders/audio/audio_encoder.h"
#include "learners/wake_word/fit.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {

// All that is known of a fit when it has ended.
struct FitFacts {
  std::string word;
  std::string program{};
  boost::json::object options{};  // as they were asked
  learners::wake::WakeFitOptions used{};
  const encoders::AudioEncoder* encoder = nullptr;
  std::string base_digest{};  // of its weights; empty for one without
  std::vector<std::string> recordings{};
  std::map<std::string, std::size_t> clips{};  // synthetic ones, by source
  NegativesRead negatives{};
  learners::wake::WakeFit fit{};
  double seconds = 0;
};

boost::json::object to_json(const learners::wake::Epoch& epoch);
// A list for each quantity, by epoch: "train_loss", "val_loss", …
boost::json::object history_of(const learners::wake::WakeFit& fit);
// What stands beside the weights: every field that wake words of this kind have elsewhere, and ours.
boost::json::object record_of(const FitFacts& facts);
// What of a record goes into the files for other programs: no curves, nothing that tells of the time it took. JSON.
std::string summary_of(const boost::json::object& record);
// The result of the job: figures as rows, warnings.
boost::json::object result_of(const FitFacts& facts);

}  // namespace weighhouse::worker
