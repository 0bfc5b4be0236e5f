#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/intake.h"
#include "services/publisher.h"

namespace weighhouse::services {

// A model that comes with the program.
struct ShippedModel {
  std::string_view name;  // "default/assistant"
  registry::Kind kind;
  std::string_view record;                                             // its metadata, a JSON object
  std::vector<std::pair<std::string_view, std::string_view>> files{};  // path and bytes
};

// Puts what comes with the program into the registry, each model once: whatever people do with it afterwards, renaming
// and removing included, stays done. A program that brings other files adds a version, as long as the newest version is
// still one that was shipped; where somebody made one of their own, theirs stays current and nothing is added.
class Shipping {
 public:
  Shipping(registry::MetadataStore& metadata, Intake& intake, Publisher& publisher)
      : metadata_(metadata), intake_(intake), publisher_(publisher) {}

  // The models that were added or got a version.
  Result<std::vector<registry::ModelId>> bring(std::span<const ShippedModel> models);

 private:
  Result<std::optional<registry::ModelId>> bring(const ShippedModel& shipped);

  registry::MetadataStore& metadata_;
  Intake& intake_;
  Publisher& publisher_;
};

}  // namespace weighhouse::services
