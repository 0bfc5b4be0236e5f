#include "dialects/superb/models.h"
#include "dialects/superb/shapes.h"
#include "dialects/superb/words.h"
#include "services/datasets.h"
#include "services/trainings.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

Result<json::value> put_report(const Call& call, const PlannedField& asked, const std::optional<std::string>& id) {
  const Arguments arguments{asked.arguments};
  const auto row = TRY(find_model(call, arguments.text("datasetId"), arguments.text("modelId")));
  services::ReportChange change{.name = arguments.find_text("name"),
                                .content = arguments.text_change("contentId"),
                                .description = arguments.text_change("description")};
  if (const auto type = arguments.find_text("type")) change.type = to_ours(*type);
  return to_json(call, TRY(call.context.data.trainings.put_report(call.caller, row.model.id, id, change)));
}

Result<json::value> create_report(const Call& call, const PlannedField& asked) {
  return put_report(call, asked, std::nullopt);
}

Result<json::value> update_report(const Call& call, const PlannedField& asked) {
  return put_report(call, asked, Arguments{asked.arguments}.text("trainingReportItemId"));
}

Result<json::value> delete_report(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto row = TRY(find_model(call, arguments.text("datasetId"), arguments.text("modelId")));
  return to_json(call, TRY(call.context.data.trainings.remove_report(call.caller, row.model.id,
                                                                     arguments.text("trainingReportItemId"))));
}

Result<json::value> no_dataset_reports(const Call& call, const PlannedField& asked) {
  TRY(call.context.data.datasets.get(call.caller, Arguments{asked.arguments}.text("datasetId")));
  return json::object{{"analyticsReports", json::array{}}, {"next", nullptr}, {"totalCount", 0}};
}

constexpr Entry kEntries[] = {
    {"analyticsReports", Permission::kRead, no_dataset_reports},
    {"createTrainingReportItem", Permission::kWrite, create_report},
    {"updateTrainingReportItem", Permission::kWrite, update_report},
    {"deleteTrainingReportItem", Permission::kWrite, delete_report},
};

}  // namespace

std::span<const Entry> report_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
