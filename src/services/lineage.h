#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// Where something came from and what came of it, as things and the lines between them.
struct LineageNode {
  std::string id;    // "dataset:…", "slice:…", "model:…", "version:…@3", "alias:…@production"
  std::string kind;  // the word in front of the colon
  std::string name;
  std::string reference{};  // of models and versions
  std::int64_t items = 0;   // of datasets and slices
  bool deleted = false;
};
struct LineageEdge {
  std::string from;
  std::string to;
  std::string what;  // "part", "training", "validation", "version", "alias"
};
struct LineageGraph {
  std::vector<LineageNode> nodes{};
  std::vector<LineageEdge> edges{};
  bool complete = true;  // false: there are more versions or users than are drawn
};

class Lineage {
 public:
  static constexpr std::size_t kMost = 200;  // versions of a model, users of a slice

  explicit Lineage(const registry::MetadataStore& metadata) : metadata_(metadata) {}

  // From the slices of a model's training and of its versions to its aliases.
  Result<LineageGraph> of_model(const Caller& caller, const registry::ModelRef& ref) const;
  // Everything that was trained on a slice.
  Result<LineageGraph> of_slice(const Caller& caller, std::string_view dataset, std::string_view slice) const;

 private:
  const registry::MetadataStore& metadata_;
};

}  // namespace weighhouse::services
