#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// A version with all that is shown of it.
struct VersionView {
  registry::Model model;
  registry::Version version;
  std::vector<registry::File> files{};
  std::vector<registry::DerivedFile> derived{};
  std::vector<registry::Alias> aliases{};  // those that point here, without `current`
  std::map<std::string, double> metrics{};
  bool is_current = false;
};

struct ModelChange {
  std::optional<registry::ModelName> name{};
  std::optional<registry::Namespace> name_space{};
  std::optional<registry::Kind> kind{};
  std::optional<std::string> display_name{};
  std::optional<std::string> description{};
  std::optional<std::string> licence{};
  std::optional<bool> pinned{};
  std::optional<std::int64_t>
      expected_revision{};  // kFailedPrecondition with details {"reason","changed"} when it is another
};

struct VersionChange {
  std::optional<std::string> label{};  // empty: none any more
  std::optional<std::string> notes{};
  std::optional<std::string> metadata{};
  std::optional<bool> pinned{};
  std::optional<std::string> remote_version{};
};

// Shows and edits what the registry keeps.
class Catalog {
 public:
  Catalog(registry::MetadataStore& metadata, const Clock& clock) : metadata_(metadata), clock_(clock) {}

  Result<registry::Page<registry::ModelRow>> list_models(const Caller& caller, registry::ModelQuery query) const;
  // What the current versions of these models reach at single classes; what is not measured is not in it.
  Result<std::vector<registry::ClassMetric>> list_class_metrics(std::span<const registry::ModelRow> models,
                                                                std::string_view metric,
                                                                std::span<const std::string> classes) const;
  Result<registry::ModelRow> get_model(const Caller& caller, const registry::ModelRef& ref) const;
  Result<registry::ModelRow> update_model(const Caller& caller, const registry::ModelRef& ref,
                                          const ModelChange& change);

  Result<registry::Page<VersionView>> list_versions(const Caller& caller, const registry::ModelRef& ref,
                                                    std::size_t length,
                                                    std::string_view cursor) const;  // without files
  Result<VersionView> get_version(const Caller& caller, const registry::ModelRef& ref,
                                  const std::optional<registry::VersionRef>& version) const;
  Result<VersionView> update_version(const Caller& caller, const registry::ModelRef& ref,
                                     const registry::VersionRef& version, const VersionChange& change);

  Result<std::vector<registry::Metric>> list_metrics(const Caller& caller, const registry::ModelRef& ref,
                                                     const registry::VersionRef& version) const;
  Result<> add_metrics(const Caller& caller, const registry::ModelRef& ref, const registry::VersionRef& version,
                       const std::vector<registry::Metric>& metrics);
  Result<> put_tag(const Caller& caller, const registry::ModelRef& ref, std::string_view key, std::string_view value);
  Result<> remove_tag(const Caller& caller, const registry::ModelRef& ref, std::string_view key);

  // Newest first. Without a model: of everything, for callers who may see every namespace.
  Result<std::vector<registry::Event>> list_events(const Caller& caller, const std::optional<registry::ModelRef>& ref,
                                                   registry::EventQuery query) const;

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
