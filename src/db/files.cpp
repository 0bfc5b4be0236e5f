#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

// Also of a version in the trash: whoever has its number was told of it by a trash method.
const ComposedQuery kListFiles{"file.list", {"SELECT ", kFileColumns, R"sql(
  FROM files f WHERE f.model_id = ?1 AND f.number = ?2 AND f.made_by IS NULL ORDER BY f.path)sql"}};

Result<std::vector<File>> SqlTransaction::list_files(const ModelId& model, VersionNumber number) {
  return db_.list(kListFiles, {model.text, number.value()}, read_file);
}

// What an evaluation keeps stands in the same table, and is shown with the evaluation.
const ComposedQuery kListDerived{"file.list_derived", {"SELECT ", kFileColumns, R"sql(, f.made_by, f.made_at
  FROM files f WHERE f.model_id = ?1 AND f.number = ?2 AND f.made_by <> 'evaluation' ORDER BY f.path)sql"}};

Result<std::vector<DerivedFile>> SqlTransaction::list_derived_files(const ModelId& model, VersionNumber number) {
  return db_.list(kListDerived, {model.text, number.value()}, [](Columns& columns) {
    return DerivedFile{.file = read_file(columns), .made_by = columns.text(), .created_at = columns.time()};
  });
}

constexpr Query kFileOfVersion{"file.of_version", R"sql(
  SELECT COUNT(*) FROM files WHERE model_id = ?1 AND number = ?2 AND path = ?3 AND made_by IS NULL)sql"};
constexpr Query kPutDerived{"file.put_derived", R"sql(
  INSERT INTO files (model_id, number, path, digest, size_bytes, format, role, made_by, made_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"};
constexpr Query kTakeDerived{"file.take_derived", R"sql(
  DELETE FROM files WHERE model_id = ?1 AND number = ?2 AND path = ?3 AND made_by IS NOT NULL RETURNING digest)sql"};

Result<> SqlTransaction::put_derived_file(const ModelId& model, VersionNumber number, const DerivedFile& derived) {
  if (!TRY(find_version(model, number))) {
    return fail(ErrorCode::kNotFound, "There is no version " + std::to_string(number.value()) + " of that model.");
  }
  const File& file = derived.file;
  if (TRY(db_.number(kFileOfVersion, {model.text, number.value(), file.path.text()})) > 0) {
    return fail(ErrorCode::kAlreadyExists,
                "The version itself has a file " + file.path.text() + ", and its files never change.");
  }
  const auto replaced = TRY(db_.find(kTakeDerived, {model.text, number.value(), file.path.text()},
                                     [](Columns& columns) { return columns.digest(); }));
  if (replaced) TRY(release_blob(db_, *replaced));
  TRY(refer_to_blob(db_, file.digest));
  TRY(db_.change(kPutDerived, {model.text, number.value(), file.path.text(), file.digest, file.size_bytes, file.format,
                               to_string(file.role), derived.made_by, derived.created_at}));
  TRY(refresh_formats(db_, model, number));
  return touch_model(db_, model, derived.created_at);
}

Result<> SqlTransaction::remove_derived_file(const ModelId& model, VersionNumber number, const FilePath& path) {
  const auto removed = TRY(db_.find(kTakeDerived, {model.text, number.value(), path.text()},
                                    [](Columns& columns) { return columns.digest(); }));
  if (!removed) return fail(ErrorCode::kNotFound, "There is no derived file " + path.text() + ".");
  TRY(release_blob(db_, *removed));
  TRY(refresh_formats(db_, model, number));
  return touch_model(db_, model, std::nullopt);
}

}  // namespace weighhouse::db
