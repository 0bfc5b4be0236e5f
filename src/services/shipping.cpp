#include "services/shipping.h"

#include <boost/json.hpp>

#include "base/digest.h"
#include "base/json_fields.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::ModelRef;
using registry::Transaction;

namespace {

const Caller kProgram{auth::Identity::local(), {}};
constexpr std::string_view kNote = "shipped.";
// The origin of its versions, by which they are known again.
constexpr std::string_view kSource = "shipped";

std::string identity_of(const ShippedModel& shipped) {
  std::string lines{shipped.record};
  for (const auto& [path, bytes] : shipped.files)
    lines += "\n" + std::string{path} + " " + Digest::of(bytes).to_string();
  return Digest::of(lines).to_string();
}

// The figures that its record keeps.
std::vector<registry::Metric> metrics_of(const ShippedModel& shipped) {
  std::vector<registry::Metric> metrics;
  for (const auto& [name, value] : object_at(object_of(shipped.record), "metrics")) {
    if (value.is_number()) {
      registry::Metric metric;
      metric.name = name == "f1_score" ? json::string_view{"f1"} : json::string_view{name};
      metric.value = value.to_number<double>();
      metrics.push_back(std::move(metric));
    }
  }
  return metrics;
}

// Whether a shipped version may be added: the model was never here, or its newest version is one that was shipped.
Result<bool> has_room(Transaction& rows, const ModelRef& ref, bool was_brought) {
  const auto model = TRY(rows.find_model(ref));
  if (!model) return !was_brought;
  if (model->last_version == 0) return true;
  const auto newest = TRY(rows.find_version(model->id, registry::VersionNumber{model->last_version}));
  return was_brought && newest && newest->origin.source == kSource;
}

}  // namespace

Result<std::vector<registry::ModelId>> Shipping::bring(std::span<const ShippedModel> models) {
  std::vector<registry::ModelId> brought;
  for (const auto& shipped : models)
    if (const auto id = TRY(bring(shipped))) brought.push_back(*id);
  return brought;
}

Result<std::optional<registry::ModelId>> Shipping::bring(const ShippedModel& shipped) {
  const auto ref = TRY(ModelRef::parse(shipped.name));
  const std::string note = std::string{kNote} + std::string{shipped.name};
  const std::string identity = identity_of(shipped);
  const bool wanted = TRY(metadata_.read_value<bool>([&](Transaction& rows) -> Result<bool> {
    const auto before = TRY(rows.find_note(note));
    if (before == identity) return false;
    return has_room(rows, ref, before.has_value());
  }));
  if (!wanted) return std::optional<registry::ModelId>{};

  NewVersion version{.files = {}, .metadata = std::string{shipped.record}, .kind = shipped.kind};
  version.origin.source = kSource;
  version.in_library = true;
  version.metrics = metrics_of(shipped);
  for (const auto& [path, bytes] : shipped.files) {
    MemorySource source{std::string{bytes}};
    const auto blob = TRY(intake_.take(kProgram, source));
    version.files.emplace_back(TRY(registry::FilePath::parse(path)), blob.digest);
  }
  const auto publish = TRY(publisher_.prepare(kProgram, ref, std::move(version)));
  return metadata_.transact_value<std::optional<registry::ModelId>>(
      [&](Transaction& rows) -> Result<std::optional<registry::ModelId>> {
        const auto published = TRY(publish(rows));
        TRY(rows.put_note(note, identity));
        return std::optional{published.model.id};
      });
}

}  // namespace weighhouse::services
