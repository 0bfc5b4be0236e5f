#include "http/routes/sharing_json.h"

#include <boost/json.hpp>

#include "wire/registry_json.h"

namespace weighhouse::http {
namespace json = boost::json;

namespace {

json::value time_json(const std::optional<Timestamp>& at) {
  return at ? json::value(at->to_string()) : json::value(nullptr);
}

}  // namespace

json::object to_json(const registry::Offer& offer) {
  const auto& one = offer.publication;
  return {{"id", one.offered_as},
          {"model", offer.reference},
          {"version", one.number.value()},
          {"channel", one.channel},
          {"description", one.description},
          {"improvements", json::value_from(one.improvements)},
          {"percentage", one.percentage},
          {"minimum_client", one.minimum_client},
          {"size_bytes", offer.size_bytes},
          {"weights", offer.weights.path.text()},
          {"published_at", one.published_at.to_string()},
          {"published_by", one.published_by}};
}

json::object to_json(const registry::Source& source) {
  return {{"name", source.name},
          {"kind", registry::to_string(source.kind)},
          {"address", source.address},
          {"channel", source.channel},
          {"public_key", source.public_key},
          {"namespace", source.name_space.text()},
          {"policy", registry::to_string(source.policy)},
          {"interval_seconds", source.interval.count()},
          {"serial", source.serial},
          {"checked_at", time_json(source.checked_at)},
          {"next_check_at", time_json(source.next_check_at)},
          {"failure", source.failure},
          {"created_at", source.created_at.to_string()},
          {"created_by", source.created_by}};
}

json::object to_json(const services::CatalogEntry& entry) {
  json::object object{{"id", entry.id}, {"component", entry.component}, {"name", entry.name}};
  const std::pair<const char*, const std::string&> words[]{
      {"path", entry.path},       {"size", entry.size},         {"memory", entry.memory}, {"speed", entry.speed},
      {"quality", entry.quality}, {"accuracy", entry.accuracy}, {"use", entry.use},       {"hub", entry.hub}};
  for (const auto& [key, text] : words) {
    if (!text.empty()) object[key] = text;
  }
  json::array files;
  for (const auto& file : entry.files) {
    json::object one{{"path", file.path.text()}, {"address", file.address}};
    if (file.digest) one["digest"] = file.digest->to_string();
    files.push_back(std::move(one));
  }
  if (!files.empty()) object["files"] = std::move(files);
  object["verified"] = entry.verified;
  return object;
}

json::object to_json(const services::Update& update) {
  return {{"source", update.source},
          {"id", update.id},
          {"current", wire::or_null(update.current)},
          {"available", update.available},
          {"size_bytes", wire::or_null(update.size_bytes)},
          {"improvements", json::value_from(update.improvements)},
          {"description", update.description},
          {"policy", registry::to_string(update.policy)}};
}

json::object to_json(const services::Checked& checked) {
  json::array updates;
  for (const auto& update : checked.updates) updates.push_back(to_json(update));
  json::array failures;
  for (const auto& failure : checked.failures)
    failures.push_back(json::object{{"source", failure.source}, {"message", failure.error.message}});
  return {{"updates", std::move(updates)}, {"failures", std::move(failures)}};
}

}  // namespace weighhouse::http
