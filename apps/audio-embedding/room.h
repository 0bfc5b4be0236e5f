#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/speech/dice.h"
#include "sound_store.h"

namespace weighhouse::embedding {

// Frames that the network hears at a time in training: ten rows of the embedding, one and a half seconds.
inline constexpr std::size_t kHeardFrames = 149;

// Puts clips into rooms: another speed and another throat, an echo, a microphone, noise and other people, all made in
// the log-mel domain, where a second of sound costs a tenth of a millisecond. Powers add up there as sounds do in air,
// as far as their phases are by chance.
class Room {
 public:
  explicit Room(const SoundStore& store, std::span<const std::size_t> voices) : store_(store), voices_(voices) {}

  // kHeardFrames of the clip, somewhere among them, in a room drawn from the dice.
  struct Heard {
    std::vector<float> frames{};
    std::ptrdiff_t first = 0;  // where the clip begins, perhaps before what is heard
    std::ptrdiff_t length = 0;
  };
  Heard hear(std::size_t clip, services::Dice& dice) const;
  // Only the room.
  std::vector<float> hear_nothing(services::Dice& dice) const;
  // The clip in the middle of near silence.
  Heard hear_clean(std::size_t clip) const;

 private:
  std::vector<float> finish(std::vector<float> powers, double speech_level, services::Dice& dice) const;
  void add_noise(std::vector<float>& powers, double level, services::Dice& dice) const;
  void add_babble(std::vector<float>& powers, double level, services::Dice& dice) const;

  const SoundStore& store_;
  std::span<const std::size_t> voices_;  // clips that may speak in the background
};

}  // namespace weighhouse::embedding
