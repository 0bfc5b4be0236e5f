#include <limits>
#include <numeric>

#include "db/list/cursor.h"
#include "db/rows.h"
#include "db/training_rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"
#include "registry/meta_paths.h"

namespace weighhouse::db {
namespace {

constexpr std::size_t kLongestPage = 1'000;

constexpr Query kLabelTaken{"version.label_taken", R"sql(
  SELECT COUNT(*) FROM versions
  WHERE model_id = ?1 AND label = ?2 AND number <> ?3 AND label IS NOT NULL AND purged_at IS NULL)sql"};
constexpr Query kAliasTaken{"version.alias_taken", "SELECT COUNT(*) FROM aliases WHERE model_id = ?1 AND name = ?2"};

// A label never equals an alias of its model, so that what stands behind "@" has one meaning.
Result<> check_label(Connection& db, const Version& version) {
  if (!version.label) return {};
  const std::string& label = version.label->text();
  if (*version.label == VersionWord::current()) {
    return fail(ErrorCode::kInvalidArgument, "\"current\" is an alias of every model and cannot be a label.");
  }
  if (TRY(db.number(kLabelTaken, {version.model.text, label, version.number.value()})) > 0) {
    return fail(ErrorCode::kAlreadyExists, "Another version of the model has the label " + label + ".");
  }
  if (TRY(db.number(kAliasTaken, {version.model.text, label})) > 0) {
    return fail(ErrorCode::kAlreadyExists, "The model has an alias " + label + "; a label needs another name.");
  }
  return {};
}

tl::unexpected<Error> no_model(const ModelId& id) {
  return fail(ErrorCode::kNotFound, "There is no model with the id " + id.text + ".");
}

}  // namespace

// The counter lives on the model, so a number is never used twice, even after a purge.
constexpr Query kTakeNumber{"version.take_number", R"sql(
  UPDATE models SET last_version = last_version + 1 WHERE id = ?1 AND deleted_at IS NULL RETURNING last_version)sql"};

Result<VersionNumber> SqlTransaction::take_number(const ModelId& model) {
  const auto number = TRY(db_.find(kTakeNumber, {model.text}, read_number));
  if (!number) return no_model(model);
  return *number;
}

constexpr Query kAddVersion{"version.add", R"sql(
  INSERT INTO versions (model_id, number, label, remote_version, manifest, size_bytes, file_count, metadata, notes,
                        origin_source, origin_parent, origin_commit, origin_parameters, created_at, created_by, pinned,
                        model_created_at, listed)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 1)
  ON CONFLICT DO NOTHING)sql"};
constexpr Query kAddFile{"file.add", R"sql(
  INSERT INTO files (model_id, number, path, digest, size_bytes, format, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"};
constexpr Query kCountVersion{"version.count", R"sql(
  UPDATE models SET version_count = version_count + 1, size_bytes = size_bytes + ?2,
    last_version = CASE WHEN last_version < ?3 THEN ?3 ELSE last_version END
  WHERE id = ?1)sql"};

Result<> SqlTransaction::add_version(const Version& version, std::span<const File> files) {
  const auto model = TRY(find_model_by_id(version.model));
  if (!model || model->deleted_at) return no_model(version.model);
  TRY(flatten_metadata(version.metadata));
  TRY(check_label(db_, version));

  const std::string& id = version.model.text;
  const std::int64_t number = version.number.value();
  const auto size_bytes = std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                                          [](std::uint64_t sum, const File& file) { return sum + file.size_bytes; });
  const auto label = version.label ? std::optional{version.label->text()} : std::nullopt;
  const auto added =
      TRY(db_.change(kAddVersion, {id, number, label, version.remote_version, version.manifest, size_bytes,
                                   files.size(), version.metadata, version.notes, version.origin.source,
                                   version.origin.parent, version.origin.commit, version.origin.parameters,
                                   version.created_at, version.created_by, version.pinned, model->created_at}));
  if (added == 0) {
    return fail(ErrorCode::kAlreadyExists,
                model->reference() + " has a version " + std::to_string(number) + " already.");
  }
  for (const File& file : files) {
    TRY(refer_to_blob(db_, file.digest));
    TRY(db_.change(kAddFile,
                   {id, number, file.path.text(), file.digest, file.size_bytes, file.format, to_string(file.role)}));
  }
  TRY(refresh_formats(db_, version.model, version.number));
  TRY(keep_trained_on(db_, version.model, version.number));
  TRY(db_.change(kCountVersion, {id, size_bytes, number}));
  TRY(touch_model(db_, version.model, version.created_at));
  TRY(add_to_counter(db_, "versions", 1));
  TRY(add_to_counter(db_, "referenced_bytes", static_cast<std::int64_t>(size_bytes)));
  if (model->current && model->current_held) return {};
  return move_current(db_, version.model, version.number, model->current_held, version.created_at, version.created_by);
}

const ComposedQuery kFindVersion{"version.find", {"SELECT ", kVersionColumns, R"sql(
  FROM versions v WHERE v.model_id = ?1 AND v.number = ?2 AND v.listed = 1)sql"}};

Result<std::optional<Version>> SqlTransaction::find_version(const ModelId& model, VersionNumber number) {
  return db_.find(kFindVersion, {model.text, number.value()}, read_version);
}

const ComposedQuery kCurrentVersion{"version.current", {"SELECT ", kVersionColumns, R"sql(
  FROM models m JOIN versions v ON v.model_id = m.id AND v.number = m.current_number
  WHERE m.id = ?1 AND v.listed = 1)sql"}};
const ComposedQuery kVersionByAlias{"version.by_alias", {"SELECT ", kVersionColumns, R"sql(
  FROM aliases a JOIN versions v ON v.model_id = a.model_id AND v.number = a.number
  WHERE a.model_id = ?1 AND a.name = ?2 AND v.listed = 1)sql"}};
const ComposedQuery kVersionByLabel{"version.by_label", {"SELECT ", kVersionColumns, R"sql(
  FROM versions v WHERE v.model_id = ?1 AND v.label = ?2 AND v.label IS NOT NULL AND v.purged_at IS NULL
    AND v.listed = 1)sql"}};

Result<Version> SqlTransaction::get_version(const Model& model, const VersionRef& ref) {
  if (const auto* number = std::get_if<VersionNumber>(&ref)) {
    auto version = TRY(find_version(model.id, *number));
    if (version) return *std::move(version);
    return fail(ErrorCode::kNotFound, model.reference() + " has no version " + std::to_string(number->value()) + ".");
  }
  const auto& word = std::get<VersionWord>(ref);
  if (word == VersionWord::current()) {
    auto version = TRY(db_.find(kCurrentVersion, {model.id.text}, read_version));
    if (version) return *std::move(version);
    return fail(ErrorCode::kNotFound, model.reference() + " has no version yet.");
  }
  auto version = TRY(db_.find(kVersionByAlias, {model.id.text, word.text()}, read_version));
  if (!version) version = TRY(db_.find(kVersionByLabel, {model.id.text, word.text()}, read_version));
  if (version) return *std::move(version);
  return fail(ErrorCode::kNotFound, model.reference() + " has neither an alias nor a label " + word.text() + ".");
}

const ComposedQuery kListVersions{"version.list", {"SELECT ", kVersionColumns, R"sql(
  FROM versions v WHERE v.model_id = ?1 AND v.number < ?2 AND v.listed = 1 ORDER BY v.number DESC LIMIT ?3)sql"}};
constexpr Query kVersionCount{"version.total", "SELECT version_count FROM models WHERE id = ?1"};

Result<Page<Version>> SqlTransaction::list_versions(const ModelId& model, std::size_t length, std::string_view cursor) {
  const std::string query = "versions of " + model.text;
  const auto below = cursor.empty() ? std::numeric_limits<std::int64_t>::max()
                                    : TRY(integer_of(TRY(decode_cursor(cursor, query, 1)), 0));
  length = std::min(std::max<std::size_t>(length, 1), kLongestPage);
  Page<Version> page;
  page.items = TRY(db_.list(kListVersions, {model.text, below, length + 1}, read_version));
  page.total = static_cast<std::uint64_t>(TRY(db_.number(kVersionCount, {model.text})));
  if (page.items.size() > length) {
    page.items.pop_back();
    page.next_cursor = encode_cursor(query, {page.items.back().number.value()});
  }
  return page;
}

const ComposedQuery kListAllVersions{
    "version.list_all", {"SELECT ", kVersionColumns, " FROM versions v WHERE v.model_id = ?1 ORDER BY v.number"}};

Result<std::vector<Version>> SqlTransaction::list_all_versions(const ModelId& model) {
  return db_.list(kListAllVersions, {model.text}, read_version);
}

constexpr Query kUpdateVersion{"version.update", R"sql(
  UPDATE versions SET label = ?3, remote_version = ?4, metadata = ?5, notes = ?6, origin_source = ?7,
                      origin_parent = ?8, origin_commit = ?9, origin_parameters = ?10, pinned = ?11
  WHERE model_id = ?1 AND number = ?2 AND listed = 1)sql"};

Result<> SqlTransaction::update_version(const Version& version) {
  TRY(flatten_metadata(version.metadata));
  TRY(check_label(db_, version));
  const auto label = version.label ? std::optional{version.label->text()} : std::nullopt;
  const auto changed =
      TRY(db_.change(kUpdateVersion, {version.model.text, version.number.value(), label, version.remote_version,
                                      version.metadata, version.notes, version.origin.source, version.origin.parent,
                                      version.origin.commit, version.origin.parameters, version.pinned}));
  if (changed == 0) {
    return fail(ErrorCode::kNotFound, "There is no version " + std::to_string(version.number.value()) + " any more.");
  }
  TRY(touch_model(db_, version.model, std::nullopt));
  return refresh_metadata(db_, version.model);
}

constexpr Query kVersionByManifest{"version.by_manifest", R"sql(
  SELECT number FROM versions WHERE manifest = ?2 AND model_id = ?1 AND listed = 1 ORDER BY number DESC LIMIT 1)sql"};

Result<std::optional<VersionNumber>> SqlTransaction::find_version_by_manifest(const ModelId& model,
                                                                              const Digest& manifest) {
  return db_.find(kVersionByManifest, {model.text, manifest}, read_number);
}

const ComposedQuery kModelsByManifest{"model.by_manifest", {"SELECT ", kModelColumns, R"sql(
  FROM versions v JOIN models m ON m.id = v.model_id AND m.current_number = v.number
  WHERE v.manifest = ?1 AND v.listed = 1 AND m.deleted_at IS NULL ORDER BY m.id)sql"}};

Result<std::vector<Model>> SqlTransaction::find_models_by_manifest(const Digest& manifest) {
  return db_.list(kModelsByManifest, {manifest}, read_model);
}

}  // namespace weighhouse::db
