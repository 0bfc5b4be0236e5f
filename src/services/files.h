#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "registry/model.h"

namespace weighhouse::services {

// What a file is to its model, by its name and what was found in it.
registry::Role guess_role(const registry::FilePath& path, std::string_view format);

// The name under which a file is handed out, in the library and in archives. In a version of one plain
// `.pt` (with its `.onnx`), as wake words are, both carry the model's name, whatever they were called when
// they came: a renamed or restored model stays consistent. All other files keep their paths.
std::string delivered_path(const registry::ModelName& model, std::span<const registry::File> all,
                           const registry::File& file);

// The file that `GET /api/models/{model}/file` gives: the weights; where there are several, `.pt` before
// `.safetensors` before others, then the first by name.
const registry::File* weights_of(std::span<const registry::File> files);

// A version whose metadata stands beside its weights as one `.json`: it is rendered from the metadata and is
// not among the files.
struct Pair {
  std::string weights;  // paths as they came
  std::string metadata;
};
// `classifier.safetensors` with the only `.json`, whatever was derived from it; `X.pt` + `X.json`, or `model.pt` +
// `metadata.json`, or exactly one `.pt` and one `.json` of any name; without a `.pt`, the only file of weights or graph
// and the `.json` of its own name.
std::optional<Pair> find_pair(const std::vector<std::string>& root_names);

// The `.json` that bears the name of a file of weights: "alexa.tflite" has "alexa.json".
std::string record_of(const std::string& weights);

}  // namespace weighhouse::services
