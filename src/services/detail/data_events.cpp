#include "services/detail/data_events.h"

namespace weighhouse::services {

Result<> record_data(registry::Transaction& rows, const Caller& caller, Timestamp now, std::string action,
                     const registry::Dataset& dataset, const registry::Slice* slice, boost::json::object details) {
  details["dataset"] = dataset.name;
  if (slice != nullptr) {
    details["dataset_id"] = dataset.id.text;
    details["slice"] = slice->name;
  }
  return record(rows, caller, now,
                {.action = std::move(action),
                 .subject = slice != nullptr ? slice->id.text : dataset.id.text,
                 .details = boost::json::serialize(details)});
}

}  // namespace weighhouse::services
