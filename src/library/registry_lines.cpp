#include "library/registry_lines.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <sys/stat.h>

#include "base/log.h"
#include "base/text.h"
#include "library/content.h"
#include "services/files.h"
#include "services/metadata.h"

namespace weighhouse::library {
namespace json = boost::json;

using registry::File;
using registry::Model;
using registry::ModelId;
using registry::ModelRef;
using registry::Role;
using registry::Transaction;
using registry::Version;
using registry::VersionNumber;
using registry::VersionRef;

namespace {

constexpr const char* kIdsNote = "library.registry_ids";
constexpr const char* kOrigin = "registry.json";

ModelRef exact(const Model& model) { return {model.name_space, model.name}; }

// As Python's datetime.isoformat() writes it: without a zone.
std::string naive(Timestamp time) {
  auto text = time.to_string();
  text.pop_back();
  return text;
}

// What the line said that made this version, if one did.
struct Line {
  std::string id;
  std::int64_t number = 0;
  std::string created_at;
  std::string path;
  std::string others;
  Stamp stamp;
};

std::string to_json(const Line& line) {
  return json::serialize(json::object{{"id", line.id},
                                      {"version", line.number},
                                      {"created_at", line.created_at},
                                      {"path", line.path},
                                      {"others", line.others},
                                      {"size", line.stamp.size_bytes},
                                      {"modified_ns", line.stamp.modified_ns}});
}

std::optional<Line> line_of(const Version& version) {
  if (version.origin.source != kOrigin) return std::nullopt;
  json::error_code error;
  const auto value = json::parse(version.origin.parameters, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto* found = value.get_object().if_contains(key);
    return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
  };
  const auto number = [&](const char* key) {
    const auto* found = value.get_object().if_contains(key);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
  };
  return Line{text("id"),   number("version"), text("created_at"),
              text("path"), text("others"),    {static_cast<std::uint64_t>(number("size")), number("modified_ns"), 0}};
}

// A version that one file is all of, but for what describes it: its path is that file's, else the folder's.
const File* only_weights(const std::vector<File>& files) {
  std::size_t others = 0;
  for (const File& file : files) {
    others +=
        file.role == Role::kConfig || file.role == Role::kTokenizer || file.path.text().find('/') != std::string::npos
            ? 1U
            : 0U;
  }
  return others == 0 ? services::weights_of(files) : nullptr;
}

bool lies_below(const std::string& path, const std::string& folder) { return path.starts_with(folder + "/"); }

}  // namespace

// Where the bytes of a registered path lie.
struct RegistryLines::Source {
  std::string root;     // that the files' paths start from
  std::string library;  // the path inside the library; empty for one outside
  bool is_folder = false;
  std::vector<DiskFile> files;
  std::vector<KeptFile> kept{};
};

Result<> RegistryLines::load() {
  const auto note = TRY(core_.services.metadata.read_value<std::optional<std::string>>(
      [&](Transaction& rows) { return rows.find_note(kIdsNote); }));
  if (!note) return {};
  json::error_code error;
  const auto value = json::parse(*note, error);
  if (error || !value.is_object()) return fail(ErrorCode::kInternal, "The ids kept for registry.json are damaged.");
  for (const auto& item : value.get_object()) {
    if (item.value().is_string()) ids_.emplace(item.key(), ModelId{std::string{item.value().get_string()}});
  }
  return {};
}

Result<> RegistryLines::keep_id(const std::string& id, const Model& model) {
  if (const auto known = ids_.find(id); known != ids_.end() && known->second == model.id) return {};
  ids_.insert_or_assign(id, model.id);
  json::object object;
  for (const auto& [key, value] : ids_) object[key] = value.text;
  return core_.services.metadata.transact(
      [&](Transaction& rows) { return rows.put_note(kIdsNote, json::serialize(object)); });
}

std::string RegistryLines::id_of(const Model& model, bool shadowed) const {
  for (const auto& [id, owner] : ids_) {
    if (owner == model.id) return id;
  }
  const bool bare = model.name_space == registry::Namespace::custom() ||
                    (model.name_space == registry::Namespace::standard() && !shadowed);
  return bare ? model.name.text() : model.reference();
}

Result<std::optional<ModelId>> RegistryLines::find_namesake(const ModelId& id) const {
  return core_.services.metadata.read_value<std::optional<ModelId>>(
      [&](Transaction& rows) -> Result<std::optional<ModelId>> {
        const auto model = TRY(rows.find_model_by_id(id));
        if (!model || model->name_space != registry::Namespace::custom()) return std::optional<ModelId>{};
        const auto other = TRY(rows.find_model(registry::Namespace::standard(), model->name));
        return other && other->in_library ? std::optional{other->id} : std::nullopt;
      });
}

Result<std::optional<RegistryModel>> RegistryLines::describe(const ModelId& id) {
  struct Rows {
    Model model;
    bool shadowed;
    std::vector<Version> versions;
    std::vector<std::vector<File>> files;
  };
  const auto rows = TRY(
      core_.services.metadata.read_value<std::optional<Rows>>([&](Transaction& read) -> Result<std::optional<Rows>> {
        auto model = TRY(read.find_model_by_id(id));
        if (!model) return std::optional<Rows>{};
        const bool shadowed = model->name_space == registry::Namespace::standard() &&
                              TRY(read.find_model(registry::Namespace::custom(), model->name)).has_value();
        auto versions = TRY(read.list_all_versions(id));
        Rows all{*model, shadowed, std::move(versions), {}};
        for (const Version& version : all.versions) {
          const bool live = !version.deleted_at && !version.purged_at;
          all.files.push_back(live ? TRY(read.list_files(id, version.number)) : std::vector<File>{});
        }
        return std::optional{std::move(all)};
      }));
  if (!rows) return std::optional<RegistryModel>{};
  const Model& model = rows->model;
  for (const Version& version : rows->versions) {
    if (const auto line = line_of(version)) note_path(line->path);
  }
  if (model.deleted_at || !model.in_library) return std::optional<RegistryModel>{};
  RegistryModel lines{.id = id_of(model, rows->shadowed), .versions = {}, .created_at = naive(model.created_at)};
  if (model.current) lines.current = model.current->value();
  const bool registered = std::any_of(rows->versions.begin(), rows->versions.end(),
                                      [](const Version& one) { return line_of(one).has_value(); });
  for (std::size_t i = 0; i < rows->versions.size(); ++i) {
    const Version& version = rows->versions[i];
    RegistryVersion line{.number = version.number.value(), .created_at = naive(version.created_at)};
    if (const auto made_by = line_of(version)) {
      if (!made_by->created_at.empty()) line.created_at = made_by->created_at;
      line.others = made_by->others;
    }
    if (version.deleted_at || version.purged_at) {
      // Holds the number's place, so that counting the list gives our next one.
      line.metadata = version.purged_at ? R"({"purged":true})" : R"({"deleted":true})";
      line.others.clear();
    } else {
      line.path = path_of(model, version, rows->files[i], registered);
      line.metadata = version.metadata;
    }
    lines.versions.push_back(std::move(line));
  }
  return std::optional{std::move(lines)};
}

std::optional<std::string> RegistryLines::path_on_disk(const Model& model, const Version& version,
                                                       const std::vector<File>& files) {
  const std::string prefix = "./" + std::filesystem::path{core_.options.root}.filename().string() + "/";
  const File* weights = only_weights(files);
  const std::scoped_lock lock{core_.turn};
  for (const LedgerEntry* entry : core_.ledger.find_all(model.id)) {
    if (entry->version != version.number) continue;
    if (weights == nullptr) return prefix + entry->folder() + "/";
    for (const KeptFile& kept : entry->files) {
      if (kept.digest == weights->digest && kept.part == Part::kFile)
        return prefix + join_path(entry->folder(), kept.path);
    }
  }
  return std::nullopt;
}

std::string RegistryLines::path_of(const Model& model, const Version& version, const std::vector<File>& files,
                                   bool must_exist) {
  if (const auto line = line_of(version); line && !line->path.empty()) {
    const auto source = open_path(line->path);
    const bool unchanged = source && source->files.size() == 1 &&
                           source->files[0].stamp.size_bytes == line->stamp.size_bytes &&
                           source->files[0].stamp.modified_ns == line->stamp.modified_ns;
    if (unchanged) return line->path;
  }
  if (auto path = path_on_disk(model, version, files)) return *path;
  const File* weights = only_weights(files);
  if (!shares_blocks_ && weights != nullptr) shares_blocks_ = core_.stager.shares_blocks(weights->digest);
  // A program that registered versions here will ask for the path of older ones; elsewhere copies that cost
  // space wait until someone asks for them.
  if (must_exist || shares_blocks_.value_or(false)) {
    const auto exported = put_out_.export_version(model.id, version.number);
    if (!exported) {
      log::warning("library: an older version was not written out for registry.json",
                   {{"model", model.reference()}, {"reason", exported.error().message}});
    } else if (auto path = path_on_disk(model, version, files)) {
      return *path;
    }
  }
  const std::string name = version.label ? version.label->text() : std::to_string(version.number.value());
  return "./" + std::filesystem::path{core_.options.root}.filename().string() + "/" + model.reference() + "/" +
         std::string{kVersionsFolder} + "/" + name + "/" +
         (weights == nullptr ? std::string{} : services::delivered_path(model.name, files, *weights));
}

Result<ModelRef> RegistryLines::ref_of(const std::string& id) const {
  if (const auto known = ids_.find(id); known != ids_.end()) {
    const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
        [&](Transaction& rows) { return rows.find_model_by_id(known->second); }));
    if (model && !model->deleted_at) return exact(*model);
  }
  if (const auto ref = ModelRef::parse(id)) return *ref;
  const auto name = TRY(registry::ModelName::derive(id));
  const ModelRef derived{registry::Namespace::custom(), name};
  const auto taken = TRY(core_.services.metadata.read_value<std::optional<Model>>(
      [&](Transaction& rows) { return rows.find_model(derived); }));
  if (!taken) return derived;
  const auto other =
      TRY(registry::ModelName::derive(name.text().substr(0, 100) + "-" + Digest::of(id).hex().substr(0, 8)));
  return ModelRef{derived.name_space, other};
}

Result<RegistryLines::Source> RegistryLines::open_path(const std::string& path) const {
  namespace fs = std::filesystem;
  if (path.empty() || path.find('\0') != std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "It names no file.");
  std::error_code error;
  const fs::path root = fs::weakly_canonical(core_.options.root, error);
  // The programs that use this file run where "./models/registry.json" is it.
  const fs::path whole =
      fs::weakly_canonical(fs::path{path}.is_absolute() ? fs::path{path} : root.parent_path() / path, error);
  struct stat info{};
  if (error || ::lstat(whole.c_str(), &info) != 0)
    return fail(ErrorCode::kNotFound, "There is no file \"" + printable(path) + "\".");
  struct stat list{};
  const bool listed = ::lstat(core_.path("registry.json").c_str(), &list) == 0;
  // Nobody gains bytes through us that they could not read themselves.
  if (!listed || (info.st_uid != list.st_uid && (info.st_mode & S_IROTH) == 0)) {
    return fail(ErrorCode::kPermissionDenied,
                "\"" + printable(path) + "\" belongs to someone else, who does not let everybody read it.");
  }
  const bool inside = lies_below(whole.string(), root.string());
  Source source{.root = inside ? root.string() : whole.parent_path().string(),
                .library = inside ? whole.string().substr(root.string().size() + 1) : std::string{},
                .is_folder = S_ISDIR(info.st_mode),
                .files = {}};
  if (source.is_folder) {
    auto folder = look_at_folder(source.root, inside ? source.library : whole.filename().string());
    if (!folder.obstacle.empty()) return fail(ErrorCode::kInvalidArgument, folder.obstacle);
    if (folder.files.empty())
      return fail(ErrorCode::kInvalidArgument, "\"" + printable(path) + "\" is an empty folder.");
    source.root = whole.string();
    source.files = std::move(folder.files);
    return source;
  }
  source.root = whole.parent_path().string();
  const Stamp stamp = TRY(stamp_of(whole.string()));
  source.files.push_back({whole.filename().string(), stamp});
  return source;
}

void RegistryLines::note_path(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path root = fs::weakly_canonical(core_.options.root, error);
  const fs::path whole = fs::weakly_canonical(root.parent_path() / path, error);
  if (!error && lies_below(whole.string(), root.string()))
    named_.insert(whole.string().substr(root.string().size() + 1));
}

Result<ModelId> RegistryLines::add(const AddedVersion& added, ScanReport& report) {
  const auto ref = TRY(ref_of(added.id));
  const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
      [&](Transaction& rows) { return rows.find_model(ref); }));
  if (model) {
    const auto versions = TRY(core_.services.metadata.read_value<std::vector<Version>>(
        [&](Transaction& rows) { return rows.list_all_versions(model->id); }));
    for (const Version& version : versions) {
      const auto line = line_of(version);
      const bool same = line && line->id == added.id && line->number == added.version.number &&
                        line->created_at == added.version.created_at;
      if (same ||
          (naive(version.created_at) == added.version.created_at && version.number.value() == added.version.number))
        return model->id;
    }
  }
  auto source = TRY(open_path(added.version.path));
  for (const DiskFile& file : source.files) {
    const auto digest = TRY(keep_file(core_, source.root, file, file.path, true));
    source.kept.push_back({.path = file.path, .digest = digest, .stamp = file.stamp});
  }
  if (model && TRY(bind(*model, added, source))) return model->id;

  const bool object = services::read_metadata(added.version.metadata).has_value();
  services::NewVersion version{
      .files = {},
      .metadata = object ? added.version.metadata : R"({"value":)" + added.version.metadata + "}",
      .in_library = true};
  version.origin = {.source = kOrigin,
                    .parameters = to_json(Line{added.id, added.version.number, added.version.created_at,
                                               added.version.path, added.version.others, source.files.front().stamp})};
  for (const KeptFile& file : source.kept)
    version.files.emplace_back(TRY(registry::FilePath::parse(file.path)), file.digest);
  const auto published = TRY(core_.services.publisher.publish(core_.caller, ref, std::move(version)));
  report.published.push_back(published.model.reference(published.version.number));
  TRY(keep_id(added.id, published.model));

  const auto wanted = added.becomes_current || !model || !model->current ? published.version.number : *model->current;
  if (published.model.current != wanted) {
    TRY(core_.services.aliases.put(core_.caller, exact(published.model), registry::VersionWord::current(),
                                   {.to = VersionRef{wanted}, .reason = "registry.json"}));
  }
  TRY(keep_place(source, published));
  TRY(put_out_.bring_in_step(published.model.id));
  return published.model.id;
}

// The file was taken in by itself before the line that speaks of it was read: the two belong together.
Result<bool> RegistryLines::bind(const Model& model, const AddedVersion& added, const Source& source) {
  const VersionNumber number{added.version.number};
  return core_.services.metadata.transact_value<bool>([&](Transaction& rows) -> Result<bool> {
    auto version = TRY(rows.find_version(model.id, number));
    if (!version || version->deleted_at || version->purged_at || version->origin.source != "library") return false;
    const auto files = TRY(rows.list_files(model.id, number));
    if (files.size() != 1 || source.kept.size() != 1 || files[0].digest != source.kept[0].digest) return false;
    if (services::read_metadata(added.version.metadata)) version->metadata = added.version.metadata;
    version->origin = {
        .source = kOrigin,
        .parameters = to_json(Line{added.id, added.version.number, added.version.created_at, added.version.path,
                                   added.version.others, source.files.front().stamp})};
    TRY(rows.update_version(*version));
    TRY(services::record(rows, core_.caller, core_.clock.now(),
                         {.action = "version.updated", .model = &model, .version = number}));
    return true;
  });
}

// A path that is the model's own place in the library stays its place; nothing is written twice.
Result<> RegistryLines::keep_place(const Source& source, const services::Published& published) {
  if (source.library.empty()) return {};
  const std::string folder = published.model.reference();
  std::string key;
  if (source.is_folder && source.library == folder) key = folder;
  if (!source.is_folder && source.library.substr(0, source.library.rfind('.')) == folder) key = folder + ".*";
  if (key.empty()) return {};
  const std::scoped_lock lock{core_.turn};
  const LedgerEntry* main = core_.ledger.find_main(published.model.id);
  if (main != nullptr && main->key != key) return {};
  return core_.ledger.put({.key = key,
                           .model = published.model.id,
                           .version = published.version.number,
                           .files = source.kept,
                           .record = Digest::of(services::format_metadata(published.version.metadata)),
                           .as_found = true});
}

Result<ModelId> RegistryLines::move_current(const MovedCurrent& moved) {
  const auto ref = TRY(ref_of(moved.id));
  TRY(core_.services.aliases.put(core_.caller, ref, registry::VersionWord::current(),
                                 {.to = VersionRef{VersionNumber{moved.to}}, .reason = "registry.json"}));
  const auto model =
      TRY(core_.services.metadata.read_value<Model>([&](Transaction& rows) { return rows.get_model(ref); }));
  TRY(put_out_.bring_in_step(model.id));
  return model.id;
}

}  // namespace weighhouse::library
