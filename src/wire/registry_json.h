#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "registry/metadata_store.h"

namespace weighhouse::wire {

class JsonWriter;

// The shapes of api/openapi.yaml, made from the domain's types.

enum class Extent : std::uint8_t { kListed, kWhole };  // an item of a list, or one alone with its long texts

void write(JsonWriter& out, const registry::ModelRow& row, Extent extent);
boost::json::object to_json(const registry::Alias& alias);
boost::json::object to_json(const registry::Metric& metric);
boost::json::object to_json(const registry::Event& event, std::string_view model_reference);
boost::json::object to_json(const registry::ModelStorage& storage);
// `url` is below the version's own.
boost::json::object to_json(const registry::File& file, std::string_view version_url, bool derived);

// "accuracy", "f1" and so on, with "f1_score" beside "f1": seed 000 calls it so. It knows no text classifiers, and
// theirs has one name.
boost::json::object metrics_json(const std::map<std::string, double>& metrics, registry::Kind kind);

std::string model_url(const registry::Model& model);     // "/api/namespaces/custom/models/jarvis"
std::string_view type_of(const registry::Model& model);  // "default" for that namespace, else "custom"
// Of the metadata; else the name that is shown.
std::string wake_word_of(const registry::Model& model, const boost::json::object& metadata);
// An object's text as an object; an empty one when it is none.
boost::json::object object_of(std::string_view json_text, boost::json::storage_ptr memory = {});
// null for what is absent.
template <class T>
boost::json::value or_null(const std::optional<T>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

}  // namespace weighhouse::wire
