#include "worker/wake/sounds.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "features/audio/levels.h"
#include "features/audio/resample.h"
#include "worker/inputs.h"

namespace weighhouse::worker {
namespace json = boost::json;
using learners::wake::Sound;
using learners::wake::Source;

namespace {

// Of a recording whose ends do not count.
constexpr double kLongestUntrimmed = 15;

// As a size in bytes or a place; what is none is 0.
std::uint64_t place_at(const json::object& object, std::string_view key) {
  const double value = number_at(object, key, 0);
  return value >= 0 && value < 1e15 ? static_cast<std::uint64_t>(value) : 0;
}

tl::unexpected<Error> broken_parameters() {
  return fail(ErrorCode::kInvalidArgument, "The order's list of sounds does not fit its files.");
}

Result<Source> source_of(const std::string& word) {
  for (const Source one : {Source::kSpoken, Source::kSimilar, Source::kSpeech}) {
    if (word == to_string(one)) return one;
  }
  return broken_parameters();
}

}  // namespace

double number_at(const json::object& object, std::string_view key, double fallback) {
  return weighhouse::number_at(object, key).value_or(fallback);
}

std::vector<RecordingInput> recordings_in(const json::object& parameters) {
  std::vector<RecordingInput> recordings;
  for (const auto& one : list_at(parameters, "recordings")) {
    if (one.is_object()) recordings.push_back({text_at(one.get_object(), "input"), text_at(one.get_object(), "name")});
  }
  return recordings;
}

Ends ends_in(const json::object& parameters) {
  return flag_at(parameters, "trim_ends") ? Ends::kTrimmed : Ends::kAsTheyAre;
}

Result<ReadRecording> read_recording(const OrderContext& order, const RecordingInput& recording, Ends ends) {
  const auto access = TRY(DescriptorAccess::open(TRY(order.input(recording.input))));
  const std::string name = printable(recording.name, 100);
  const auto invalid = [&](const Error& error) {
    return fail(ErrorCode::kInvalidArgument, "Invalid audio file '" + name + "': " + error.message);
  };
  // Hours are told by the header, and not decoded to be found too long.
  const features::AudioLimits any_length{.max_seconds = 48 * 3600.0};
  const auto header = features::AudioReader::open(access, any_length);
  if (!header) return invalid(header.error());
  features::Levels told{.seconds = header->seconds()};
  told.loudest_rms = 1;
  const double longest = ends == Ends::kTrimmed ? kLongestUntrimmed : features::RecordingRules{}.max_seconds;
  if (told.seconds > longest && told.seconds <= any_length.max_seconds) TRY(features::check_recording(told));
  auto decoded = features::decode_audio(access);
  if (!decoded) return invalid(decoded.error());
  const int rate = decoded->sample_rate_hz;
  if (ends == Ends::kTrimmed && decoded->seconds() > features::RecordingRules{}.max_seconds) {
    auto audio = features::resample(std::move(*decoded));
    const auto said = learners::wake::trimmed(audio.samples);
    audio.samples = {said.begin(), said.end()};
    TRY(features::check_recording(features::measure_levels(audio)));
    return ReadRecording{recording.name, std::move(audio), rate};
  }
  TRY(features::check_recording(features::measure_levels(*decoded)));
  return ReadRecording{recording.name, features::resample(std::move(*decoded)), rate};
}

Result<> read_clips(OrderContext& order, const json::object& parameters, const TakeClip& take) {
  if (!order.has_input("clips")) return {};
  const auto access = TRY(DescriptorAccess::open(TRY(order.input("clips"))));
  std::vector<std::int16_t> numbers;
  const auto& clips = list_at(parameters, "clips");
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const auto& item = clips[i];
    if (!item.is_object()) return broken_parameters();
    order.report(0.05 * static_cast<double>(i) / static_cast<double>(clips.size()), "generating_negatives",
                 "clip " + std::to_string(i + 1) + " of " + std::to_string(clips.size()) + " read");
    const auto& one = item.get_object();
    const auto offset = place_at(one, "offset");
    const auto count = place_at(one, "samples");
    const auto rate = static_cast<int>(number_at(one, "rate", 0));
    if (rate < 4000 || rate > 192'000 || count > access.size_bytes() / 2 || offset > access.size_bytes() - 2 * count)
      return broken_parameters();
    numbers.resize(count);
    const auto bytes = std::as_writable_bytes(std::span{numbers});
    if (TRY(access.read_at(offset, bytes)) != bytes.size()) return broken_parameters();
    std::vector<float> samples(count);
    std::transform(numbers.begin(), numbers.end(), samples.begin(),
                   [](std::int16_t number) { return static_cast<float>(number) / 32'768.0F; });
    const auto source = TRY(source_of(text_at(one, "source")));
    TRY(take(source, {text_at(one, "group"), features::resample(samples, rate, features::kSampleRateHz)}));
    TRY(order.go_on());
  }
  return {};
}

Result<NegativesRead> read_negatives(OrderContext& order, const json::object& parameters, double most_seconds,
                                     const std::function<Result<>(Sound, double fraction)>& take) {
  NegativesRead read;
  if (!order.has_input("negatives")) return read;
  const auto access = TRY(DescriptorAccess::open(TRY(order.input("negatives"))));
  const auto& files = list_at(parameters, "negatives");
  constexpr std::size_t kMinute = 60 * features::kSampleRateHz;
  for (std::size_t i = 0; i < files.size() && read.seconds < most_seconds; ++i) {
    if (!files[i].is_object()) return broken_parameters();
    const auto& one = files[i].get_object();
    const auto offset = place_at(one, "offset");
    const auto size = place_at(one, "size");
    if (size > access.size_bytes() || offset > access.size_bytes() - size) return broken_parameters();
    const PartAccess file{access, offset, size};
    const std::string name = text_at(one, "name");
    auto reader = features::AudioReader::open(file, {.max_seconds = 48 * 3600.0});
    if (!reader) {
      read.passed_over.push_back(printable(name, 100) + ": " + reader.error().message);
      continue;
    }
    ++read.files;
    for (std::size_t minute = 0; read.seconds < most_seconds; ++minute) {
      auto samples = reader->read(kMinute);
      if (!samples) {
        read.passed_over.push_back(printable(name, 100) + ": " + samples.error().message);
        break;
      }
      if (samples->empty()) break;
      read.seconds += static_cast<double>(samples->size()) / features::kSampleRateHz;
      // A file of hours has a part on every side of a measurement; short files stay whole.
      TRY(take({name + "#" + std::to_string(minute / 5), std::move(*samples)},
               static_cast<double>(i) / static_cast<double>(files.size())));
      TRY(order.go_on());
      order.alive();
    }
  }
  return read;
}

}  // namespace weighhouse::worker
