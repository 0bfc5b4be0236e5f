#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "encoders/audio/audio_encoder.h"
#include "learners/wake_word/augment.h"
#include "learners/wake_word/head.h"
#include "scales/detection.h"

namespace weighhouse::learners::wake {

// Where a sound comes from.
enum class Source : std::uint8_t {
  kRecording,  // the word, said by a person
  kSpoken,     // the word, said by a synthesizer
  kSimilar,    // words that sound like it, said by a synthesizer
  kSpeech,     // sentences, said by a synthesizer
  kReal,       // sound of the user's without the word
  kNoise,      // made here
};
std::string_view to_string(Source source);  // "recording", "spoken", "similar", "speech", "real", "noise"

struct Sound {
  std::string group;  // sounds of one group are never on both sides of a measurement: a voice, a file
  Samples samples;
};

struct WakeFitOptions {
  std::uint64_t seed = 42;
  std::size_t epochs = 20;   // at most
  std::size_t patience = 8;  // epochs without a better loss on what was held out
  std::size_t batch = 512;
  double rate = 1e-3;
  double weight_decay = 1e-3;
  double dropout = 0.2;
  double smoothing = 0.02;
  std::vector<std::size_t> hidden{64, 64};
  std::size_t frames = 16;          // of a window
  std::size_t words = 2400;         // windows with the word, where synthetic speech helps to make them
  std::size_t per_recording = 200;  // of those, from each recording
  double noise_minutes = 6;         // made here
  double alarms_per_hour = 0.5;     // what the threshold is chosen for
  scales::ClipRule rule{};
  std::size_t threads = 2;
};

struct Epoch {
  std::size_t epoch;  // from 1 on
  double train_loss, train_accuracy, val_loss, val_accuracy, val_f1, learning_rate;
};

struct WakeProgress {
  std::string_view stage;        // "augmenting", "training", "calibrating"
  double fraction;               // of the stage
  const Epoch* epoch = nullptr;  // one that just ended
  std::size_t epochs = 0;
};
// false cancels.
using WakeObserver = std::function<bool(const WakeProgress&)>;

// Why a model carries the threshold it does.
enum class ThresholdBasis : std::uint8_t {
  kAlarmRate,  // false alarms an hour, counted in enough sound that was not learned from
  kNoAlarm,    // none in some of it, which was too little to count the rate in
  kClips,      // the rule for clips, because there was too little of it
};
std::string_view to_string(ThresholdBasis basis);  // "alarm_rate", "no_alarm", "clips"

// What is known of a fit from sounds that the heads asked had not learned from.
struct Measured {
  ThresholdBasis basis = ThresholdBasis::kClips;
  double threshold = 0.6;                                  // a probability, the one the model carries
  double clip_threshold = 0.6;                             // by the rule for clips
  std::optional<scales::AlarmThreshold> rate_threshold{};  // by alarms an hour
  std::vector<scales::DetectionRates> table{};             // at 100 probabilities
  scales::DetectionRates at_threshold{};
  std::optional<double> frr_recordings{};  // at the threshold
  std::optional<double> frr_spoken{};
  std::vector<scales::TradeOffPoint> trade_off{};
  double alarms_per_hour = 0;                       // at the threshold, on the hours below
  std::size_t words = 0;                            // windows with the word
  std::size_t clips = 0;                            // stretches of two seconds without it
  double hours = 0;                                 // that alarms were counted in
  std::map<std::string, double> hours_by_source{};  // of all sound without the word
};

struct DataCounts {
  std::size_t recordings = 0, positives = 0, negatives = 0, similar = 0, training = 0, validation = 0;
};

struct WakeFit {
  std::vector<Head> heads;  // one for each fold; what they say is averaged
  std::vector<Epoch> history;
  bool stopped_early = false;
  Measured measured;
  DataCounts counts;
};

// Learns to tell a word from everything else. Sounds are handed over one after the other and only their frames are
// kept; then `train` runs. The same sounds in the same order with the same seed give the same bytes on the same kind of
// processor.
//
// Everything is measured by cross-fit: three heads, each learning without a third of the voices, recordings and files,
// and asked about that third only. All three are the model.
class WakeLearner {
 public:
  WakeLearner(const encoders::AudioEncoder& encoder, WakeFitOptions options);
  ~WakeLearner();

  Result<> add_background(Samples samples);  // to take noise from, before the rest
  Result<> add_word(Source source, Sound sound);
  Result<> add_other(Source source, Sound sound);

  // kInvalidArgument when there is no word, kCancelled.
  Result<WakeFit> train(const WakeObserver& observer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::learners::wake
