#include "services/files.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "services/detail/work_files.h"

namespace weighhouse::services {

using registry::File;
using registry::Role;

namespace {

bool in_root(const registry::FilePath& path) { return path.text().find('/') == std::string::npos; }
bool has_extension(const registry::FilePath& path, std::string_view extension) {
  return equal_ignoring_case(path.extension(), extension);
}

// The only root file with this extension, or nothing.
const File* only_one(std::span<const File> files, std::string_view extension) {
  const File* found = nullptr;
  for (const File& file : files) {
    if (!in_root(file.path) || !has_extension(file.path, extension)) continue;
    if (found != nullptr) return nullptr;
    found = &file;
  }
  return found;
}

// Files of weights or graphs other than `.pt` that stand for a whole model where there is one of them.
bool is_other_model(std::string_view name) {
  constexpr std::array kEndings{".safetensors", ".onnx", ".tflite", ".gguf", ".pth", ".ckpt", ".joblib", ".pkl"};
  const std::string lower = to_lower(name);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](const char* ending) { return lower.ends_with(ending); });
}

}  // namespace

Role guess_role(const registry::FilePath& path, std::string_view format) {
  const std::string name = to_lower(path.name());
  if (name.starts_with("tokenizer") || name == "vocab.txt" || name == "vocab.json" || name == "merges.txt" ||
      name == "special_tokens_map.json" || name.ends_with(".spm") || name == "sentencepiece.bpe.model") {
    return Role::kTokenizer;
  }
  if (format == "onnx" || format == "tflite") return Role::kGraph;
  if (format == "pytorch" || format == "torchscript" || format == "safetensors" || format == "gguf" ||
      format == "pickle") {
    return Role::kWeights;
  }
  constexpr std::array kWeights{".pt", ".pth", ".bin", ".ckpt", ".safetensors", ".gguf", ".h5", ".data"};
  const std::string extension = to_lower(path.extension());
  if (std::find(kWeights.begin(), kWeights.end(), extension) != kWeights.end()) return Role::kWeights;
  if (extension == ".onnx" || extension == ".tflite") return Role::kGraph;
  if (extension == ".py" || extension == ".so" || extension == ".cpp") return Role::kCode;
  if (extension == ".json" || extension == ".yaml" || extension == ".yml" || extension == ".toml") return Role::kConfig;
  if (format == "wav" || format == "flac" || extension == ".csv" || extension == ".jsonl") return Role::kData;
  return Role::kOther;
}

std::string delivered_path(const registry::ModelName& model, std::span<const File> all, const File& file) {
  const File* weights = only_one(all, ".pt");
  const bool plain = weights != nullptr && std::all_of(all.begin(), all.end(), [](const File& one) {
                       return in_root(one.path) || one.path.text().starts_with("recordings/") ||
                              one.path.text().starts_with("charts/");
                     });
  if (plain && (&file == weights || file.path == weights->path)) return model.text() + ".pt";
  const File* graph = only_one(all, ".onnx");
  if (plain && graph != nullptr && file.path == graph->path) return model.text() + ".onnx";
  return file.path.text();
}

const File* weights_of(std::span<const File> files) {
  const File* best = nullptr;
  const auto rank = [](const File& file) {
    if (has_extension(file.path, ".pt")) return 0;
    if (file.format == "safetensors") return 1;
    return file.role == Role::kWeights ? 2 : file.role == Role::kGraph ? 3 : 4;
  };
  for (const File& file : files) {
    if (best == nullptr || rank(file) < rank(*best) || (rank(file) == rank(*best) && file.path < best->path))
      best = &file;
  }
  return best;
}

std::string record_of(const std::string& weights) { return weights.substr(0, weights.rfind('.')) + ".json"; }

std::optional<Pair> find_pair(const std::vector<std::string>& names) {
  std::vector<std::string> weights;
  std::vector<std::string> records;
  for (const std::string& name : names) {
    if (name.ends_with(".pt")) weights.push_back(name);
    if (name.ends_with(".json")) records.push_back(name);
  }
  const auto has = [](const std::vector<std::string>& in, const std::string& name) {
    return std::find(in.begin(), in.end(), name) != in.end();
  };
  const std::string classifier{kClassifierWeights};
  if (has(names, classifier) && records.size() == 1) return Pair{classifier, records[0]};
  if (has(weights, "model.pt") && has(records, "metadata.json")) return Pair{"model.pt", "metadata.json"};
  std::optional<Pair> same_stem;
  for (const std::string& name : weights) {
    const std::string record = record_of(name);
    if (!has(records, record)) continue;
    if (same_stem) return std::nullopt;  // two pairs: which one is meant?
    same_stem = Pair{name, record};
  }
  if (same_stem) return same_stem;
  if (weights.size() == 1 && records.size() == 1) return Pair{weights[0], records[0]};
  if (!weights.empty()) return std::nullopt;
  std::vector<std::string> others;
  std::copy_if(names.begin(), names.end(), std::back_inserter(others), is_other_model);
  if (others.size() == 1 && has(records, record_of(others[0]))) return Pair{others[0], record_of(others[0])};
  return std::nullopt;
}

}  // namespace weighhouse::services
