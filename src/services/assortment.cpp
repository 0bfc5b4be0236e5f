#include "services/assortment.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

constexpr std::size_t kListBytes = std::size_t{16} << 20U;

// Reads one object of the list; what is missing or of another type is remembered by its name.
class Entry {
 public:
  explicit Entry(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const auto* value = object_.if_contains(key);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string{value->get_string()};
    wrong_ = key;
    return {};
  }
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> list;
    const auto* value = object_.if_contains(key);
    if (value == nullptr) return list;
    if (!value->is_array()) wrong_ = key;
    if (value->is_array()) {
      for (const auto& item : value->get_array()) {
        if (item.is_string()) list.emplace_back(item.get_string());
        if (!item.is_string()) wrong_ = key;
      }
    }
    return list;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  const json::object& object_;
  std::string wrong_;
};

Result<CatalogEntry::File> parse_file(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "a file is an object");
  Entry entry{value.get_object()};
  auto path = TRY(registry::FilePath::parse(entry.text("path")));
  CatalogEntry::File file{std::move(path), entry.text("address"), {}, entry.texts("caches")};
  if (const auto digest = entry.text("sha256"); !digest.empty()) file.digest = TRY(Digest::parse_hex(digest));
  if (!entry.wrong().empty() || file.address.empty())
    return fail(ErrorCode::kInvalidArgument, "a file has a \"path\" and an \"address\"");
  return file;
}

Result<CatalogEntry> parse_entry(const json::object& object, bool verified) {
  Entry entry{object};
  CatalogEntry made{.id = entry.text("id"),
                    .component = entry.text("component"),
                    .name = entry.text("name"),
                    .path = entry.text("path"),
                    .size = entry.text("size"),
                    .memory = entry.text("memory"),
                    .speed = entry.text("speed"),
                    .quality = entry.text("quality"),
                    .accuracy = entry.text("accuracy"),
                    .use = entry.text("use"),
                    .folders = entry.texts("folders"),
                    .needs = entry.texts("needs"),
                    .hub = entry.text("hub"),
                    .exclude = entry.texts("exclude"),
                    .verified = verified};
  if (const auto* said = object.if_contains("verified"); said != nullptr && said->is_bool())
    made.verified = said->get_bool();
  TRY(registry::ModelRef::parse(made.id));
  if (const auto* files = object.if_contains("files"); files != nullptr && files->is_array()) {
    for (const auto& file : files->get_array()) made.files.push_back(TRY(parse_file(file)));
  }
  if (!entry.wrong().empty())
    return fail(ErrorCode::kInvalidArgument, "\"" + entry.wrong() + "\" is of the wrong type");
  if (made.files.empty() == made.hub.empty())
    return fail(ErrorCode::kInvalidArgument, "a model has either \"files\" or a \"hub\"");
  return made;
}

}  // namespace

Result<std::vector<CatalogEntry>> parse_catalog(std::string_view text, std::string_view where) {
  const auto refused = [&](const std::string& id, const std::string& reason) {
    return fail(ErrorCode::kInvalidArgument,
                std::string{where} + (id.empty() ? "" : ", \"" + printable(id, 80) + "\"") + ": " + reason + ".");
  };
  json::error_code error;
  const auto value = json::parse(text, error);
  const auto* models = !error && value.is_object() ? value.get_object().if_contains("models") : nullptr;
  if (models == nullptr || !models->is_array()) return refused("", "a catalog is a JSON object with a list \"models\"");
  const auto* said = value.get_object().if_contains("verified");
  const bool verified = said != nullptr && said->is_bool() && said->get_bool();
  std::vector<CatalogEntry> entries;
  for (const auto& model : models->get_array()) {
    if (!model.is_object()) return refused("", "a model is an object");
    auto entry = parse_entry(model.get_object(), verified);
    if (!entry) return refused(Entry{model.get_object()}.text("id"), entry.error().message);
    entries.push_back(std::move(entry).take());
  }
  return entries;
}

Result<std::vector<CatalogEntry>> Assortment::list() const {
  auto entries = TRY(parse_catalog(built_in_, "The catalog of this program"));
  if (!path_exists(own_path_)) return entries;
  for (auto& own : TRY(parse_catalog(TRY(read_file(own_path_, kListBytes)), own_path_))) {
    const auto same =
        std::find_if(entries.begin(), entries.end(), [&](const CatalogEntry& entry) { return entry.id == own.id; });
    if (same == entries.end()) {
      entries.push_back(std::move(own));
    } else {
      *same = std::move(own);
    }
  }
  return entries;
}

Result<CatalogEntry> Assortment::get(std::string_view id) const {
  for (auto& entry : TRY(list())) {
    if (entry.id == id) return std::move(entry);
  }
  return fail(ErrorCode::kNotFound,
              "The catalog has no \"" + printable(id, 80) + "\". \"weigh catalog\" shows what it has.");
}

std::optional<std::string> expand_path(const std::string& path, const Variable& variable) {
  if (!path.starts_with('$') && !path.starts_with('~')) return path;
  const auto slash = std::min(path.find('/'), path.size());
  const auto name = path[0] == '~' ? std::string{"HOME"} : path.substr(1, slash - 1);
  const auto value = variable(name);
  if (!value || value->empty()) return std::nullopt;
  return *value + path.substr(slash);
}

}  // namespace weighhouse::services
