#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <sndfile.h>

#include "base/text.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"

// The only file that knows libsndfile.

namespace weighhouse::features {
namespace {

constexpr int kLowestRateHz = 1'000;
constexpr int kHighestRateHz = 768'000;
constexpr std::size_t kBlockFrames = 16'384;

// libsndfile reads through these. It takes a failure to read for the end of the file, so the failure is kept.
struct Reading {
  const RandomAccess* file = nullptr;
  std::uint64_t place = 0;
  std::optional<Error> failure{};
};

sf_count_t count_bytes(void* self) { return static_cast<sf_count_t>(static_cast<Reading*>(self)->file->size_bytes()); }
sf_count_t tell_place(void* self) { return static_cast<sf_count_t>(static_cast<Reading*>(self)->place); }
sf_count_t seek_place(sf_count_t offset, int whence, void* self) {
  auto& reading = *static_cast<Reading*>(self);
  const auto size = static_cast<sf_count_t>(reading.file->size_bytes());
  const sf_count_t base = whence == SEEK_CUR ? static_cast<sf_count_t>(reading.place) : whence == SEEK_END ? size : 0;
  if (offset < -base || offset > size - base) return -1;
  reading.place = static_cast<std::uint64_t>(base + offset);
  return base + offset;
}
sf_count_t read_bytes(void* buffer, sf_count_t count, void* self) {
  auto& reading = *static_cast<Reading*>(self);
  if (count <= 0) return 0;
  const std::span room{static_cast<std::byte*>(buffer), static_cast<std::size_t>(count)};
  const auto got = reading.file->read_at(reading.place, room);
  if (!got) {
    reading.failure = got.error();
    return 0;
  }
  reading.place += *got;
  return static_cast<sf_count_t>(*got);
}
sf_count_t write_nothing(const void*, sf_count_t, void*) { return 0; }

struct Closer {
  void operator()(SNDFILE* sound) const { sf_close(sound); }
};

std::string without_full_stop(std::string_view text) {
  while (!text.empty() && (text.back() == '.' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return printable(text, 120);
}

tl::unexpected<Error> invalid(std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); }

}  // namespace

struct AudioReader::State {
  Reading reading{};
  SF_INFO info{};
  std::unique_ptr<SNDFILE, Closer> sound{};
  AudioLimits limits{};
  std::uint64_t frames_read = 0;
  std::optional<Resampler> resampler{};
  std::vector<float> block{};
  bool at_end = false;

  Result<> open(const RandomAccess& file) {
    reading.file = &file;
    if (file.size_bytes() == 0) return invalid("The audio file is empty.");
    SF_VIRTUAL_IO io{count_bytes, seek_place, read_bytes, write_nothing, tell_place};
    sound.reset(sf_open_virtual(&io, SFM_READ, &info, &reading));
    if (reading.failure) return fail(*reading.failure);
    if (!sound)
      return invalid("This is no audio that can be read (" + without_full_stop(sf_strerror(nullptr)) +
                     "). Known are WAV, FLAC, Ogg and MP3.");
    if (info.channels < 1 || info.channels > limits.max_channels)
      return invalid(
          fmt::format("The audio has {} channels; up to {} can be read.", info.channels, limits.max_channels));
    if (info.samplerate < kLowestRateHz || info.samplerate > kHighestRateHz)
      return invalid(fmt::format("The audio has a sample rate of {} Hz; from {} to {} can be read.", info.samplerate,
                                 kLowestRateHz, kHighestRateHz));
    if (info.frames != SF_COUNT_MAX && header_seconds() > limits.max_seconds) return too_long(header_seconds());
    return {};
  }

  double header_seconds() const { return static_cast<double>(info.frames) / info.samplerate; }

  tl::unexpected<Error> too_long(double seconds) const {
    return fail(ErrorCode::kResourceExhausted,
                fmt::format("The audio is {} long; at most {} can be taken here.", format_duration(seconds),
                            format_duration(limits.max_seconds)));
  }

  // The channels' mean, up to kBlockFrames; empty at the end. Headers may lie about the length, so it is counted.
  Result<std::span<const float>> next() {
    const auto channels = static_cast<std::size_t>(info.channels);
    block.resize(kBlockFrames * channels);
    const sf_count_t got = sf_readf_float(sound.get(), block.data(), kBlockFrames);
    if (reading.failure) return fail(*reading.failure);
    if (got <= 0) {
      if (sf_error(sound.get()) != SF_ERR_NO_ERROR)
        return invalid("The audio is broken (" + without_full_stop(sf_strerror(sound.get())) + ").");
      return std::span<const float>{};
    }
    const auto frames = static_cast<std::size_t>(got);
    frames_read += frames;
    const double seconds = static_cast<double>(frames_read) / info.samplerate;
    if (seconds > limits.max_seconds) return too_long(seconds);
    for (std::size_t i = 0; i < frames; ++i) {
      float sum = 0;
      for (std::size_t c = 0; c < channels; ++c) sum += block[i * channels + c];
      const float mean = sum / static_cast<float>(channels);
      // Files of floating-point samples hold anything.
      block[i] = std::isfinite(mean) ? std::clamp(mean, -1.0F, 1.0F) : 0.0F;
    }
    return std::span<const float>{block.data(), frames};
  }
};

AudioReader::AudioReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;
AudioReader::~AudioReader() = default;

Result<AudioReader> AudioReader::open(const RandomAccess& file, const AudioLimits& limits) {
  auto state = std::make_unique<State>();
  state->limits = limits;
  TRY(state->open(file));
  state->resampler.emplace(state->info.samplerate, kSampleRateHz);
  return AudioReader{std::move(state)};
}

int AudioReader::channels() const { return state_->info.channels; }
int AudioReader::original_sample_rate_hz() const { return state_->info.samplerate; }
double AudioReader::seconds() const { return state_->header_seconds(); }

Result<std::vector<float>> AudioReader::read(std::size_t count) {
  std::vector<float> samples;
  while (samples.size() < count && !state_->at_end) {
    const auto block = TRY(state_->next());
    state_->at_end = block.empty();
    if (state_->at_end) {
      state_->resampler->finish(samples);
    } else {
      state_->resampler->push(block, samples);
    }
  }
  return samples;
}

Result<Audio> decode_audio(const RandomAccess& file, const AudioLimits& limits) {
  auto reader = TRY(AudioReader::open(file, limits));
  Audio audio{.sample_rate_hz = reader.original_sample_rate_hz()};
  for (;;) {
    const auto block = TRY(reader.state_->next());
    if (block.empty()) return audio;
    audio.samples.insert(audio.samples.end(), block.begin(), block.end());
  }
}

}  // namespace weighhouse::features
