#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/json_fields.h"
#include "features/audio/audio.h"
#include "learners/wake_word/fit.h"
#include "worker/order.h"

namespace weighhouse::worker {

// What the orders of this folder are handed, as sound at 16 kHz.

struct RecordingInput {
  std::string input;
  std::string name;  // as people know it
};
std::vector<RecordingInput> recordings_in(const boost::json::object& parameters);

// Whether the silence around what was said counts towards a recording's length.
enum class Ends : std::uint8_t { kAsTheyAre, kTrimmed };
Ends ends_in(const boost::json::object& parameters);

struct ReadRecording {
  std::string name;
  features::Audio audio;  // at 16 kHz
  int original_rate_hz;
};
// Decoded and found fit to learn from; kInvalidArgument with a sentence for the person who made it.
Result<ReadRecording> read_recording(const OrderContext& order, const RecordingInput& recording, Ends ends);

// Hands every synthetic clip to `take`, in order; reports a small part of the whole.
using TakeClip = std::function<Result<>(learners::wake::Source, learners::wake::Sound)>;
Result<> read_clips(OrderContext& order, const boost::json::object& parameters, const TakeClip& take);

// Files of sound without the word, in pieces of at most a minute. What is no audio is passed over and told.
struct NegativesRead {
  std::size_t files = 0;
  double seconds = 0;
  std::vector<std::string> passed_over{};
};
Result<NegativesRead> read_negatives(OrderContext& order, const boost::json::object& parameters, double most_seconds,
                                     const std::function<Result<>(learners::wake::Sound, double fraction)>& take);

double number_at(const boost::json::object& object, std::string_view key, double fallback);

}  // namespace weighhouse::worker
