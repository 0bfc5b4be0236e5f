#pragma once

#include <boost/json.hpp>
#include <string>

#include "registry/metadata_store.h"
#include "wire/registry_json.h"

namespace weighhouse::wire {

class JsonWriter;

// Datasets, slices, items, contents and trainings as api/openapi.yaml has them.
boost::json::object to_json(const registry::Dataset& dataset);
boost::json::object to_json(const registry::Slice& slice);
boost::json::object to_json(const registry::Item& item);
boost::json::object to_json(const registry::Content& content);
boost::json::object to_json(const registry::ContentId& content, const registry::ContentFile& file);
boost::json::object to_json(const registry::TrainingReport& report);
boost::json::object to_json(const registry::TrainingClass& one);
// Alone with its classes, slices, contents and reports.
boost::json::object to_json(const registry::TrainingRow& row, Extent extent);

std::string dataset_url(const registry::DatasetId& dataset);
std::string content_url(const registry::ContentId& content);

}  // namespace weighhouse::wire
