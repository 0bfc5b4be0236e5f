#include "sound_store.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

#include "base/file.h"
#include "encoders/detail/sound_network.h"
#include "features/audio/log_mel.h"
#include "features/audio/resample.h"
#include "workers/speech/speaking_programs.h"

namespace weighhouse::embedding {
namespace {

constexpr float kStepsPerUnit = 20;           // a unit is 10 dB
constexpr std::size_t kSpokenAtOnce = 2'048;  // clips whose samples are held at a time
constexpr std::size_t kMarginSamples = 480;   // of silence on each side
constexpr std::size_t kMostBytes = std::size_t{2} << 30U;

std::vector<float> hear(const services::SpokenClip& clip) {
  std::vector<float> samples(clip.samples.size());
  std::transform(clip.samples.begin(), clip.samples.end(), samples.begin(),
                 [](std::int16_t sample) { return static_cast<float>(sample) / 32'768; });
  auto resampled = features::resample(samples, clip.sample_rate_hz, features::kSampleRateHz);
  resampled.insert(resampled.begin(), kMarginSamples, 0.0F);
  resampled.insert(resampled.end(), kMarginSamples, 0.0F);
  return features::log_mel(resampled);
}

}  // namespace

void SoundStore::add(std::span<const float> frames) {
  for (const float number : frames)
    levels_.push_back(static_cast<std::uint8_t>(
        std::lround(std::clamp((number - encoders::detail::kSoundFloor) * kStepsPerUnit, 0.0F, 255.0F))));
  begins_.push_back(levels_.size());
}

std::size_t SoundStore::frame_count(std::size_t clip) const {
  return static_cast<std::size_t>(begins_[clip + 1] - begins_[clip]) / features::kMelBands;
}

std::vector<float> SoundStore::frames(std::size_t clip) const {
  std::vector<float> frames(static_cast<std::size_t>(begins_[clip + 1] - begins_[clip]));
  std::transform(levels_.begin() + static_cast<std::ptrdiff_t>(begins_[clip]),
                 levels_.begin() + static_cast<std::ptrdiff_t>(begins_[clip + 1]), frames.begin(),
                 [](std::uint8_t level) { return encoders::detail::kSoundFloor + level / kStepsPerUnit; });
  return frames;
}

Result<SoundStore> SoundStore::make(const Plan& plan, const std::string& file, const std::string& work_directory) {
  SoundStore store;
  const std::size_t head = (plan.clips.size() + 1) * sizeof(std::uint64_t);
  if (path_exists(file)) {
    const auto bytes = TRY(read_file(file, kMostBytes));
    if (bytes.size() <= head) return fail(ErrorCode::kInvalidArgument, file + " is not of this plan. Remove it.");
    store.begins_.resize(plan.clips.size() + 1);
    std::memcpy(store.begins_.data(), bytes.data(), head);
    if (store.begins_.back() != bytes.size() - head)
      return fail(ErrorCode::kInvalidArgument, file + " is not of this plan. Remove it.");
    const auto* levels = reinterpret_cast<const std::uint8_t*>(bytes.data()) + head;
    store.levels_.assign(levels, levels + (bytes.size() - head));
    return store;
  }
  const workers::SpeakingPrograms programs{{.work_directory = work_directory, .nice = 0}};
  const std::atomic<bool> never{false};
  for (std::size_t first = 0; first < plan.clips.size(); first += kSpokenAtOnce) {
    std::vector<services::Utterance> utterances;
    for (std::size_t i = first; i < std::min(first + kSpokenAtOnce, plan.clips.size()); ++i)
      utterances.push_back(plan.clips[i].utterance);
    const auto clips = TRY(programs.speak(utterances, {}, never));
    for (const auto& clip : clips) store.add(hear(clip));
    fmt::print("spoken: {} of {} clips\n", first + clips.size(), plan.clips.size());
    std::fflush(stdout);
  }
  std::string bytes(head, '\0');
  std::memcpy(bytes.data(), store.begins_.data(), head);
  bytes.append(reinterpret_cast<const char*>(store.levels_.data()), store.levels_.size());
  TRY(replace_file(file, bytes));
  return store;
}

}  // namespace weighhouse::embedding
