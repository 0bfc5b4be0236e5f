#include "worker/audio/sounds.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

tl::unexpected<Error> broken_parameters() {
  return fail(ErrorCode::kInvalidArgument, "The order's list of sounds does not fit its files.");
}

Result<std::size_t> place(const json::value& value, std::size_t count) {
  const double number = value.is_number() ? value.to_number<double>() : -1;
  if (number < 0 || number >= static_cast<double>(count)) return broken_parameters();
  return static_cast<std::size_t>(number);
}

}  // namespace

Result<PackedSounds> PackedSounds::open(const OrderContext& order, const json::object& parameters) {
  const auto access = TRY(DescriptorAccess::open(TRY(order.input("sounds"))));
  std::vector<Entry> entries;
  for (const auto& item : list_at(parameters, "sounds")) {
    if (!item.is_object()) return broken_parameters();
    const auto& one = item.get_object();
    const double offset = number_at(one, "offset", -1);
    const double size = number_at(one, "size", -1);
    if (offset < 0 || size < 0 || offset + size > static_cast<double>(access.size_bytes())) return broken_parameters();
    entries.push_back({text_at(one, "name"), static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(size)});
  }
  return PackedSounds{access, std::move(entries)};
}

Result<std::vector<float>> PackedSounds::read(std::size_t index, int rate_hz, double most_seconds) const {
  const auto& entry = entries_[index];
  const PartAccess file{access_, entry.offset, entry.size_bytes};
  auto decoded = features::decode_audio(file, {.max_seconds = most_seconds});
  if (!decoded) {
    return fail(decoded.error().code,
                "Invalid audio file '" + printable(entry.name, 100) + "': " + decoded.error().message);
  }
  if (decoded->sample_rate_hz == rate_hz) return std::move(decoded->samples);
  return features::resample(decoded->samples, decoded->sample_rate_hz, rate_hz);
}

Result<std::vector<DescribedSound>> described_sounds(const json::object& parameters, std::size_t count) {
  std::vector<DescribedSound> described;
  for (const auto& item : list_at(parameters, "audio")) {
    if (!item.is_object()) return broken_parameters();
    const auto& one = item.get_object();
    const auto* sound = one.if_contains("sound");
    if (sound == nullptr) return broken_parameters();
    DescribedSound made;
    made.sound = TRY(place(*sound, count));
    made.label = text_at(one, "label");
    for (const auto& value : list_at(one, "values")) {
      if (!value.is_number()) return broken_parameters();
      made.values.push_back(static_cast<float>(value.to_number<double>()));
    }
    for (const auto& reference : list_at(one, "references")) made.references.push_back(TRY(place(reference, count)));
    described.push_back(std::move(made));
  }
  return described;
}

}  // namespace weighhouse::worker
