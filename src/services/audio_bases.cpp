#include "services/audio_bases.h"

#include <algorithm>

#include "base/text.h"
#include "formats/inspect.h"
#include "registry/filter.h"
#include "services/detail/work_files.h"

namespace weighhouse::services {

using registry::File;
using registry::Transaction;

namespace {

constexpr std::string_view kComesWithTheProgram = "builtin/";
// The name by which the worker knows it (worker/wake/orders.h).
constexpr std::string_view kFileName = "base.onnx";
constexpr std::size_t kMostEncoders = 200;

std::string how_to_get(std::string_view name) {
  return "Bring it with: weigh import FILE.onnx --kind encoder --name " + printable(name) +
         " (an ONNX model that takes windows of samples, or of log-mel frames of 32 bands)";
}

bool is_onnx(const File& file) { return file.path.text().ends_with(".onnx"); }

bool holds(const std::vector<File>& files, const Digest& digest) {
  return std::any_of(files.begin(), files.end(),
                     [&](const File& file) { return is_onnx(file) && file.digest == digest; });
}

// Whether any version of an encoder that is not in the trash has this file.
Result<bool> is_here(Transaction& rows, const Digest& digest) {
  registry::ModelQuery query{.length = kMostEncoders, .namespace_pattern = "*"};
  query.filter = TRY(registry::parse_filter("kind = 'encoder'"));
  for (const auto& row : TRY(rows.list_models(query)).items) {
    for (const auto& version : TRY(rows.list_all_versions(row.model.id)))
      if (holds(TRY(rows.list_files(row.model.id, version.number)), digest)) return true;
  }
  return false;
}

}  // namespace

bool is_builtin_audio_base(std::string_view name) { return name.empty() || name.starts_with(kComesWithTheProgram); }

Result<AudioBase> get_audio_base(Transaction& rows, const Caller& caller, std::string_view name) {
  const auto reference = registry::Reference::parse(name);
  const auto found = reference ? find_version(rows, caller, reference->model, reference->version)
                               : Result<Found>{fail(reference.error())};
  if (!found) {
    return fail(ErrorCode::kInvalidArgument,
                "There is no base \"" + printable(name) + "\" here. " + how_to_get(name) +
                    ". Or leave the base out: then it is the encoder that comes with the program.");
  }
  if (found->model.kind != registry::Kind::kEncoder) {
    return fail(ErrorCode::kInvalidArgument,
                "\"" + printable(name) + "\" is a " + std::string{to_string(found->model.kind)} +
                    ", and a base is an encoder. If it is one, say so: weigh edit " + printable(name) +
                    " --kind encoder. Else name another base, or leave it out.");
  }
  const auto files = TRY(rows.list_files(found->model.id, found->version.number));
  if (std::count_if(files.begin(), files.end(), is_onnx) != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "\"" + printable(name) +
                    "\" is no base for wake words: that is an encoder with one .onnx file, which takes sound. Name "
                    "another base, or leave it out.");
  }
  return AudioBase{found->model.reference(), std::find_if(files.begin(), files.end(), is_onnx)->digest};
}

Result<WorkFile> open_audio_base(const Shelf& shelf, const AudioBase& base, std::string_view reference) {
  const bool here = TRY(shelf.metadata.read_value<bool>([&](Transaction& rows) { return is_here(rows, base.digest); }));
  if (here) return open_for_work(shelf, base.digest, std::string{kFileName});
  return fail(ErrorCode::kFailedPrecondition,
              "\"" + std::string{reference} + "\" needs the encoder " + printable(base.name) + " (" +
                  base.digest.to_string() + "), which is not here. " + how_to_get(base.name) + ".",
              {{"base", {base.name}}, {"base_digest", {base.digest.to_string()}}});
}

Result<> open_base_of_wake_word(const Shelf& shelf, const Digest& weights, std::string_view reference,
                                std::vector<WorkFile>& opened) {
  const auto bytes = TRY(shelf.blobs.access(weights));
  const auto inspected = formats::inspect(*bytes, kWakeWordWeights);
  // What is wrong with it is for the process to say, which reads it whole.
  if (!inspected) return {};
  const formats::Report& report = *inspected;
  const auto said = [&](std::string_view key) {
    const auto found = std::find_if(report.metadata.begin(), report.metadata.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    return found == report.metadata.end() ? std::string{} : found->second;
  };
  const auto name = said("base_model");
  if (is_builtin_audio_base(name)) return {};
  const auto digest = TRY(Digest::parse(said("base_digest")));
  opened.push_back(TRY(open_audio_base(shelf, AudioBase{name, digest}, reference)));
  return {};
}

}  // namespace weighhouse::services
