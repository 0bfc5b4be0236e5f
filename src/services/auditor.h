#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

struct AuditQuery {
  registry::Filter filter{};
  std::string metric = "ap";
  double below = 0.7;
  double above = 0.9;
  std::size_t length = 100;  // of each list of models
};

struct AuditedModel {
  registry::ModelRow row;
  double value = 0;
  std::map<std::string, double> classes{};
};
struct AuditedClass {
  std::string name;
  std::int64_t models = 0;
  std::int64_t low = 0;  // models below the line in this class
  double mean = 0;
  double least = 0, most = 0;
  std::string least_of{}, most_of{};  // references
};
struct Audit {
  std::int64_t models = 0;  // that were looked at: those with a value
  std::int64_t low_count = 0, high_count = 0;
  std::optional<double> mean{};
  std::vector<AuditedModel> low{};      // worst first
  std::vector<AuditedModel> high{};     // best first
  std::vector<AuditedClass> classes{};  // worst mean first
};

struct TrendPoint {
  registry::Version version;
  std::optional<double> value{};
  std::map<std::string, double> classes{};
};

// Models that say the same of themselves under a path.
struct Group {
  std::string value;
  std::int64_t models = 0;
  std::int64_t measured = 0;
  std::optional<double> mean{}, best{};
  std::string best_of{};  // a reference
};

// Compares models by what is measured of them: who is low, who is high, how it goes.
class Auditor {
 public:
  static constexpr std::size_t kMost = 20'000;  // models at a time; a filter that finds more is refused

  explicit Auditor(const registry::MetadataStore& metadata) : metadata_(metadata) {}

  Result<Audit> audit(const Caller& caller, const AuditQuery& query) const;
  // Of a model's versions, oldest first: the newest thousand.
  Result<std::vector<TrendPoint>> trend(const Caller& caller, const registry::ModelRef& ref,
                                        std::string_view metric) const;
  // By "experiment_group" or "config.optimizer" of their meta; best first.
  Result<std::vector<Group>> groups(const Caller& caller, const registry::Filter& filter, std::string_view path,
                                    std::string_view metric) const;

 private:
  const registry::MetadataStore& metadata_;
};

}  // namespace weighhouse::services
