#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/collector.h"

namespace weighhouse::services {

// One thing done to every model that a filter finds.
struct BulkAction {
  enum class Verb : std::uint8_t { kDelete, kPin, kUnpin, kTag, kUntag };
  Verb verb;
  std::string key{};  // of a tag
  std::string value{};
};
Result<BulkAction::Verb> parse_bulk_verb(std::string_view word);  // delete, pin, unpin, tag, untag
std::string_view to_string(BulkAction::Verb verb);

struct BulkResult {
  std::string id{};  // to undo it by; empty for a dry run
  std::vector<registry::ModelId> models{};
  std::vector<std::string> references{};                       // of what was done, or would be
  std::vector<std::pair<std::string, std::string>> skipped{};  // with the reason
};

// Changes many models in one transaction, and undoes that in one. A filter that finds more than kMost is refused: what
// nobody can look through, nobody can mean.
class Bulk {
 public:
  static constexpr std::size_t kMost = 10'000;

  Bulk(registry::MetadataStore& metadata, const Clock& clock) : metadata_(metadata), clock_(clock) {}

  // kInvalidArgument for a filter that says nothing.
  Result<BulkResult> run(const Caller& caller, const registry::Filter& filter, const BulkAction& action,
                         DryRun dry_run);
  // For 30 days. What was changed again since, or is gone, is skipped.
  Result<BulkResult> undo(const Caller& caller, std::string_view id);

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
