#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::services {

// A text to be spoken, and by whom.
struct Utterance {
  std::string text{};
  std::string voice = "en-us";  // a voice of espeak-ng; "flite/slt" and the like are voices of flite
  std::string variant{};        // of an espeak-ng voice: "f3", "klatt2"; empty for the voice itself
  int pitch = 50;               // 0 to 99
  int speed = 160;              // words a minute, 80 to 400
};

// What was spoken: one channel of 16 bits, without silence at either end.
struct SpokenClip {
  int sample_rate_hz = 0;
  std::vector<std::int16_t> samples{};
};

// Told from time to time how many of the utterances are done, from one thread at a time.
using SpeechProgress = std::function<void(std::size_t done, std::size_t total)>;

// Speaks texts and spells out how they sound, with programs that are installed beside us. From any thread; calls wait
// for their results.
class SpeechSynthesizer {
 public:
  virtual ~SpeechSynthesizer() = default;

  // kFailedPrecondition, naming the package to install, when nothing here can speak.
  virtual Result<> require() const = 0;
  // Whether this voice can be asked for.
  virtual bool has_voice(std::string_view voice) const = 0;

  // One clip for each utterance, in their order; equal lists give equal clips. Stops soon after `cancelled`
  // becomes true, with kCancelled. An utterance that cannot be spoken fails the call and is named.
  virtual Result<std::vector<SpokenClip>> speak(std::span<const Utterance> utterances, const SpeechProgress& progress,
                                                const std::atomic<bool>& cancelled) const = 0;

  // The sounds of each text as the voice "en-us" has them, one phoneme after the other, without marks of stress
  // and length. A text of letters and spaces; what else stands in it is a space.
  virtual Result<std::vector<std::vector<std::string>>> pronounce(std::span<const std::string> texts) const = 0;
};

}  // namespace weighhouse::services
