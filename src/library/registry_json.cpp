#include "library/registry_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "base/text.h"

namespace weighhouse::library {
namespace json = boost::json;

namespace {

constexpr std::size_t kLargest = std::size_t{64} << 20U;
constexpr std::size_t kDeepest = 40;
constexpr std::size_t kMostGone = 1'000;

std::string number_text(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text{buffer.data(), end};
  const bool whole = text.find_first_of(".e") == std::string::npos;
  return whole ? text + ".0" : text;
}

void indent(std::string& out, std::size_t depth) { out.append(depth * 2, ' '); }

void write(std::string& out, const json::value& value, std::size_t depth) {
  const auto write_items = [&](const auto& items, char open, char close, const auto& write_item) {
    out += open;
    const char* separator = "\n";
    for (const auto& item : items) {
      out += separator;
      separator = ",\n";
      indent(out, depth + 1);
      write_item(item);
    }
    out += '\n';
    indent(out, depth);
    out += close;
  };
  if (value.is_object() && !value.get_object().empty()) {
    write_items(value.get_object(), '{', '}', [&](const json::key_value_pair& item) {
      out += json::serialize(json::value(item.key()));
      out += ": ";
      write(out, item.value(), depth + 1);
    });
  } else if (value.is_array() && !value.get_array().empty()) {
    write_items(value.get_array(), '[', ']', [&](const json::value& item) { write(out, item, depth + 1); });
  } else if (value.is_double()) {
    out += number_text(value.get_double());
  } else {
    out += json::serialize(value);
  }
}

std::string text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<std::int64_t> number_of(const json::value* value) {
  if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return std::nullopt;
  return value->get_int64();
}

std::string others_of(json::object object, std::initializer_list<std::string_view> ours) {
  for (const std::string_view key : ours) object.erase(key);
  return object.empty() ? std::string{} : json::serialize(object);
}

// Nothing for an entry of another shape.
std::optional<RegistryModel> read_model(std::string_view id, const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto* versions = object->if_contains("versions");
  if (versions == nullptr || !versions->is_array()) return std::nullopt;
  RegistryModel model{.id = std::string{id},
                      .versions = {},
                      .current = number_of(object->if_contains("current_version")),
                      .created_at = text_of(object->if_contains("created_at")),
                      .others = others_of(*object, {"versions", "current_version", "created_at"})};
  for (const auto& item : versions->get_array()) {
    const auto* version = item.if_object();
    if (version == nullptr) return std::nullopt;
    const auto number = number_of(version->if_contains("version"));
    const auto* metadata = version->if_contains("metadata");
    if (!number) return std::nullopt;
    model.versions.push_back({.number = *number,
                              .path = text_of(version->if_contains("path")),
                              .metadata = metadata == nullptr ? "{}" : json::serialize(*metadata),
                              .created_at = text_of(version->if_contains("created_at")),
                              .others = others_of(*version, {"version", "path", "metadata", "created_at"})});
  }
  return model;
}

json::value parse_own(const std::string& text) {
  json::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value{json::object{}} : value;
}

void add_others(json::object& object, const std::string& others) {
  if (others.empty()) return;
  const auto value = parse_own(others);
  for (const auto& item : value.as_object()) object.emplace(item.key(), item.value());
}

json::object model_json(const RegistryModel& model) {
  json::array versions;
  for (const auto& version : model.versions) {
    json::object object{{"version", version.number},
                        {"path", version.path},
                        {"metadata", parse_own(version.metadata)},
                        {"created_at", version.created_at}};
    add_others(object, version.others);
    versions.push_back(std::move(object));
  }
  json::object object{
      {"versions", std::move(versions)}, {"current_version", nullptr}, {"created_at", model.created_at}};
  if (model.current) object["current_version"] = *model.current;
  add_others(object, model.others);
  return object;
}

}  // namespace

Result<RegistryText> parse_registry(std::string_view text) {
  if (text.size() > kLargest) {
    return fail(ErrorCode::kInvalidArgument, "registry.json has " + format_size(text.size()) + ", more than is read.");
  }
  json::parse_options options;
  options.max_depth = kDeepest;
  json::stream_parser parser{{}, options};
  json::error_code error;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && !parser.done()) parser.finish(error);
  if (error || !trim(text.substr(used)).empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "registry.json is not JSON: " + (error ? error.message() : "text after its end") + " near byte " +
                    std::to_string(used) + ".");
  }
  const auto value = parser.release();
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "registry.json must be one JSON object.");
  RegistryText read;
  for (const auto& item : value.get_object()) {
    if (auto model = read_model(item.key(), item.value())) {
      read.models.push_back(*std::move(model));
    } else {
      read.strange.emplace_back(std::string{item.key()}, json::serialize(item.value()));
    }
  }
  return read;
}

std::string format_registry(const RegistryText& text) {
  json::object object;
  for (const auto& model : text.models) object[model.id] = model_json(model);
  for (const auto& [id, raw] : text.strange) object.emplace(id, parse_own(raw));
  std::string out;
  write(out, object, 0);
  return out;
}

namespace {

void list_versions(Written::Model& known, std::set<Written::Key> listed) {
  known.former.merge(known.versions);
  known.versions = std::move(listed);
  for (const auto& key : known.versions) known.former.erase(key);
}

json::array keys_json(const std::set<Written::Key>& keys) {
  json::array list;
  for (const auto& [number, created_at] : keys) list.push_back(json::array{number, created_at});
  return list;
}

std::set<Written::Key> parse_keys(const json::value& list) {
  std::set<Written::Key> keys;
  for (const auto& key : list.as_array())
    keys.emplace(key.at(0).to_number<std::int64_t>(), std::string{key.at(1).as_string()});
  return keys;
}

}  // namespace

void Written::take(const RegistryText& text) {
  for (auto& [id, model] : models) model.gone = true;
  for (const auto& model : text.models) {
    Model& known = models[model.id];
    known.gone = false;
    known.current = model.current;
    std::set<Key> listed;
    for (const auto& version : model.versions) listed.emplace(version.number, version.created_at);
    list_versions(known, std::move(listed));
  }
  std::size_t gone = 0;
  std::erase_if(models, [&](const auto& item) { return item.second.gone && ++gone > kMostGone; });
}

void Written::hear(const RegistryText& theirs, const std::set<std::pair<std::string, Key>>& refused) {
  for (const auto& model : theirs.models) {
    std::set<Key> listed;
    for (const auto& version : model.versions) {
      const Key key{version.number, version.created_at};
      if (!refused.contains({model.id, key})) listed.insert(key);
    }
    if (listed.empty()) continue;
    Model& known = models[model.id];
    known.current = model.current;
    list_versions(known, std::move(listed));
  }
}

std::string to_json(const Written& written) {
  json::object models;
  for (const auto& [id, model] : written.models) {
    json::object object{{"versions", keys_json(model.versions)}};
    if (!model.former.empty()) object["former"] = keys_json(model.former);
    if (model.current) object["current"] = *model.current;
    if (model.gone) object["gone"] = true;
    models[id] = std::move(object);
  }
  return json::serialize(json::object{{"models", std::move(models)},
                                      {"digest", written.digest},
                                      {"replaced", written.replaced},
                                      {"staged", written.staged}});
}

Result<Written> parse_written(std::string_view text) {
  try {
    const auto value = json::parse(text);
    Written written;
    for (const auto& item : value.at("models").as_object()) {
      const auto& object = item.value().as_object();
      Written::Model model;
      model.versions = parse_keys(object.at("versions"));
      if (const auto* former = object.if_contains("former")) model.former = parse_keys(*former);
      if (const auto* current = object.if_contains("current")) model.current = current->to_number<std::int64_t>();
      model.gone = object.contains("gone");
      written.models.emplace(item.key(), std::move(model));
    }
    written.digest = value.at("digest").as_string();
    written.replaced = value.at("replaced").as_string();
    if (const auto* staged = value.as_object().if_contains("staged")) written.staged = staged->as_string();
    return written;
  } catch (const std::exception& problem) {
    return fail(ErrorCode::kInternal,
                std::string{"What was last written to registry.json is damaged ("} + problem.what() + ").");
  }
}

RegistryChanges find_changes(const Written& written, const RegistryText& theirs) {
  RegistryChanges changes;
  for (const auto& model : theirs.models) {
    const auto found = written.models.find(model.id);
    const Written::Model nothing;
    const Written::Model& known = found == written.models.end() ? nothing : found->second;
    std::set<Written::Key> listed;
    bool names_added = false;
    std::vector<AddedVersion> added;
    for (const auto& version : model.versions) {
      const Written::Key key{version.number, version.created_at};
      listed.insert(key);
      if (known.versions.contains(key) || known.former.contains(key)) continue;
      added.push_back({model.id, version, model.current == version.number});
      names_added = names_added || added.back().becomes_current;
    }
    const bool knows_all = std::ranges::includes(listed, known.versions);
    const bool names_listed =
        std::any_of(listed.begin(), listed.end(), [&](const auto& key) { return key.first == model.current; });
    if (model.current && model.current != known.current && !names_added && knows_all && names_listed && !known.gone) {
      changes.moved.push_back({model.id, *model.current});
    }
    // The last of several that a writer added under one number is the one it means.
    for (auto one = added.begin(); one != added.end(); ++one) {
      one->becomes_current = one->becomes_current && std::none_of(one + 1, added.end(), [](const auto& later) {
                               return later.becomes_current;
                             });
    }
    changes.added.insert(changes.added.end(), std::make_move_iterator(added.begin()),
                         std::make_move_iterator(added.end()));
  }
  return changes;
}

}  // namespace weighhouse::library
