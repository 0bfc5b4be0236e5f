#include "base/id.h"
#include "dialects/superb/data.h"
#include "dialects/superb/shapes.h"
#include "wire/json_text.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

namespace {

// The array under a key, each object in it with an id.
json::value with_ids(const json::value& given, Timestamp now) {
  const auto* array = given.if_array();
  if (array == nullptr) return nullptr;
  json::array out;
  for (const auto& one : *array) {
    json::object part{{"id", new_ulid(now)}};
    if (const auto* object = one.if_object()) {
      for (const auto& [key, value] : *object) part[key] = value;
    }
    out.push_back(std::move(part));
  }
  return json::value(std::move(out));
}

void add_content(const json::value* part, std::vector<registry::ContentId>& all) {
  if (part == nullptr || !part->is_object()) return;
  if (const auto* id = part->get_object().if_contains("id"); id != nullptr && id->is_string()) {
    all.push_back({std::string{id->get_string()}});
  }
}

void add_contents(const json::value* parts, std::vector<registry::ContentId>& all) {
  if (parts == nullptr || !parts->is_array()) return;
  for (const auto& part : parts->get_array()) {
    if (part.is_object()) add_content(part.get_object().if_contains("content"), all);
  }
}

}  // namespace

json::object new_record(const Arguments& arguments, Timestamp now) {
  json::object record{{"type", arguments.text("type")}, {"scene", with_ids(arguments.any("scene"), now)}};
  if (const auto thumbnail = arguments.any("thumbnail"); thumbnail.is_object()) record["thumbnail"] = thumbnail;
  if (const auto annotation = arguments.find_object("annotation")) {
    record["annotation"] =
        json::object{{"meta", annotation->any("meta")}, {"versions", with_ids(annotation->any("versions"), now)}};
  }
  record["meta"] = arguments.any("meta");
  return record;
}

std::string metadata_of(const json::object& record) {
  json::object metadata;
  const auto* meta = record.if_contains("meta");
  if (meta != nullptr && meta->is_array()) {
    for (const auto& one : meta->get_array()) {
      const Arguments entry{one.as_object()};
      metadata[entry.text("key")] = entry.any("value");
    }
  }
  return wire::to_text(metadata);
}

std::vector<registry::ContentId> contents_of(const json::object& record) {
  std::vector<registry::ContentId> all;
  add_contents(record.if_contains("scene"), all);
  add_content(record.if_contains("thumbnail"), all);
  if (const auto* annotation = record.if_contains("annotation"); annotation != nullptr && annotation->is_object()) {
    add_contents(annotation->get_object().if_contains("versions"), all);
  }
  return all;
}

json::object data_json(const registry::Item& item, const std::vector<registry::Slice>& slices) {
  const json::value kept = parsed(item.record);
  json::object object = kept.is_object() ? kept.get_object() : json::object{};
  object["id"] = item.id.text;
  object["datasetId"] = item.dataset.text;
  object["key"] = item.key;
  put_marks(object, item.marks);
  json::array in;
  for (const auto& slice : slices) in.push_back(json::object{{"id", slice.id.text}});
  object["slices"] = std::move(in);
  return object;
}

}  // namespace weighhouse::dialects::superb
