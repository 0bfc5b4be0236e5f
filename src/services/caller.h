#pragma once

#include <string>

#include "auth/token.h"
#include "base/result.h"
#include "registry/metadata_store.h"

namespace weighhouse::services {

// On whose behalf a use case runs: decides what may be seen and changed, and is named in the events.
struct Caller {
  auth::Identity identity;
  std::string request_id{};

  // Weighhouse itself: clean-up, the library, migrations.
  static Caller house() { return {{"weighhouse", auth::Identity::local().scopes, "*"}, {}}; }
};

// A model as this caller sees it: in a namespace outside the caller's pattern it is not found.
Result<registry::Model> visible_model(registry::Transaction& rows, const Caller& caller, const registry::ModelRef& ref);
Result<> require_namespace(const Caller& caller, const registry::Namespace& name_space);

// A model and one of its versions. Without a version word it is the current one; kFailedPrecondition when there is none
// yet.
struct Found {
  registry::Model model;
  registry::Version version;
};
Result<Found> find_version(registry::Transaction& rows, const Caller& caller, const registry::ModelRef& model,
                           const std::optional<registry::VersionRef>& version);

// Appends to the history in the caller's name. `details` is a JSON object.
struct Happening {
  std::string action;
  const registry::Model* model = nullptr;
  std::optional<registry::VersionNumber> version{};
  std::string subject{};
  std::string details = "{}";
};
Result<> record(registry::Transaction& rows, const Caller& caller, Timestamp now, const Happening& happening);

}  // namespace weighhouse::services
