#include "services/known_sounds.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/json_fields.h"
#include "services/detail/sound_pack.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

json::object to_json(const SoundFile& file) { return {{"digest", file.digest.to_string()}, {"name", file.name}}; }

json::array to_json(const std::vector<SoundFile>& files) {
  json::array list;
  for (const auto& file : files) list.push_back(to_json(file));
  return list;
}

Result<SoundFile> sound_in(const json::object& object) {
  const auto digest = TRY(Digest::parse(text_at(object, "digest")));
  return SoundFile{digest, text_at(object, "name")};
}

Result<std::vector<SoundFile>> sounds_in(const json::object& object, std::string_view key) {
  std::vector<SoundFile> files;
  for (const auto& one : list_at(object, key)) {
    if (one.is_object()) files.push_back(TRY(sound_in(one.get_object())));
  }
  return files;
}

template <class Visit>
Result<> for_each(const KnownSounds& sounds, const Visit& visit) {
  for (const auto& one : sounds.audio) {
    TRY(visit(one.sound));
    for (const auto& reference : one.references) TRY(visit(reference));
  }
  for (const auto& one : sounds.noise) TRY(visit(one));
  return {};
}

}  // namespace

json::object to_json(const KnownSounds& sounds) {
  auto audio = sounds.audio;
  std::stable_sort(audio.begin(), audio.end(), [](const KnownSoundFile& a, const KnownSoundFile& b) {
    return std::pair{a.sound.name, a.sound.digest} < std::pair{b.sound.name, b.sound.digest};
  });
  json::array list;
  for (const auto& one : audio) {
    auto entry = to_json(one.sound);
    if (!one.label.empty()) entry["label"] = one.label;
    if (!one.values.empty()) entry["values"] = json::value_from(one.values);
    if (!one.references.empty()) entry["references"] = to_json(one.references);
    list.push_back(std::move(entry));
  }
  json::object object{{"audio", std::move(list)}};
  if (!sounds.noise.empty()) object["noise"] = to_json(sounds.noise);
  return object;
}

Result<KnownSounds> known_sounds_in(const json::object& object) {
  KnownSounds sounds;
  for (const auto& item : list_at(object, "audio")) {
    if (!item.is_object()) continue;
    const auto& entry = item.get_object();
    const auto file = TRY(sound_in(entry));
    KnownSoundFile one{.sound = file, .label = text_at(entry, "label")};
    for (const auto& value : list_at(entry, "values")) {
      if (value.is_number()) one.values.push_back(value.to_number<double>());
    }
    one.references = TRY(sounds_in(entry, "references"));
    sounds.audio.push_back(std::move(one));
  }
  sounds.noise = TRY(sounds_in(object, "noise"));
  return sounds;
}

Result<> require_sounds(Intake& intake, const Caller& caller, const KnownSounds& sounds) {
  std::vector<Digest> digests;
  TRY(for_each(sounds, [&](const SoundFile& file) -> Result<> {
    digests.push_back(file.digest);
    return {};
  }));
  if (sounds.audio.empty() || digests.size() > kMostSounds) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("1 to {} files of sound are taken, not {}.", kMostSounds, digests.size()));
  }
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  const auto absent = TRY(intake.absent(caller, digests));
  if (absent.empty()) return {};
  std::vector<std::string> list;
  for (const auto& digest : absent) list.push_back(digest.to_string());
  return fail(
      ErrorCode::kFailedPrecondition,
      fmt::format("{} of the sounds are not here, the first is {}. Upload them first.", list.size(), list.front()),
      {{"absent", list}});
}

Result<WorkFile> pack_sounds(Intake& intake, const store::BlobStore& blobs, const Caller& caller,
                             const KnownSounds& sounds, const std::string& work, JobControl& control,
                             json::object& parameters) {
  auto pack = TRY(SoundPack::create(work));
  std::map<Digest, std::size_t> places;
  TRY(for_each(sounds, [&](const SoundFile& file) -> Result<> {
    if (control.cancelled()) return fail(ErrorCode::kCancelled, "Cancelled.");
    if (!places.emplace(file.digest, pack.count()).second) return {};
    // The job may have waited for long: what it needs is leased anew.
    if (!TRY(intake.find_known(caller, file.digest))) {
      return fail(ErrorCode::kNotFound,
                  "The sound " + file.digest.to_string() + " is not here any more. Upload it again.");
    }
    const auto bytes = TRY(blobs.open(file.digest));
    return pack.add(file.name, *bytes);
  }));
  json::array audio;
  for (const auto& one : sounds.audio) {
    json::object entry{{"sound", places.at(one.sound.digest)}};
    if (!one.label.empty()) entry["label"] = one.label;
    if (!one.values.empty()) entry["values"] = json::value_from(one.values);
    json::array references;
    for (const auto& reference : one.references) references.emplace_back(places.at(reference.digest));
    if (!references.empty()) entry["references"] = std::move(references);
    audio.push_back(std::move(entry));
  }
  json::array noise;
  for (const auto& one : sounds.noise) noise.emplace_back(places.at(one.digest));
  parameters["sounds"] = pack.list();
  parameters["audio"] = std::move(audio);
  parameters["noise"] = std::move(noise);
  return std::move(pack).finish("sounds");
}

}  // namespace weighhouse::services
