#include "db/upkeep.h"

#include <array>

#include "base/text.h"
#include "db/rows.h"
#include "registry/meta_paths.h"

namespace weighhouse::db {

using namespace registry;

constexpr Query kTouch{"model.touch", R"sql(
  UPDATE models SET revision = revision + 1,
    updated_at = CASE WHEN CAST(?2 AS TEXT) > updated_at THEN CAST(?2 AS TEXT) ELSE updated_at END
  WHERE id = ?1)sql"};

Result<> touch_model(Connection& db, const ModelId& id, std::optional<Timestamp> at) {
  TRY(db.change(kTouch, {id.text, at}));
  return {};
}

constexpr Query kAddToCounter{"counter.add", R"sql(
  INSERT INTO counters (name, value) VALUES (?1, ?2)
  ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value)sql"};

Result<> add_to_counter(Connection& db, std::string_view name, std::int64_t difference) {
  if (difference != 0) TRY(db.change(kAddToCounter, {name, difference}));
  return {};
}

std::string models_counter(const Namespace& name_space) { return "models/" + name_space.text(); }

constexpr Query kMoveCurrent{"current.move", R"sql(
  UPDATE models SET current_number = ?2, current_held = ?3, current_moved_at = ?4, current_moved_by = ?5,
                    current_revision = current_revision + 1, current_stands_for = NULL
  WHERE id = ?1)sql"};

Result<> move_current(Connection& db, const ModelId& id, std::optional<VersionNumber> number, bool held, Timestamp at,
                      std::string_view by) {
  const auto value = number ? std::optional{number->value()} : std::nullopt;
  TRY(db.change(kMoveCurrent, {id.text, value, held, at, by}));
  TRY(refresh_current_metrics(db, id));
  return refresh_metadata(db, id);
}

constexpr Query kDropCurrentMetrics{"current_metrics.drop", "DELETE FROM current_metrics WHERE model_id = ?1"};
// Without class and slice a row of an evaluation is one among several and not "the" value; with them it is
// where such values come from.
constexpr Query kFillCurrentMetrics{"current_metrics.fill", R"sql(
  INSERT INTO current_metrics (model_id, name, class_name, slice, value, model_created_at, listed)
  SELECT m.id, latest.name, latest.class_name, latest.slice, latest.value, m.created_at,
         CASE WHEN m.deleted_at IS NULL THEN 1 ELSE 0 END
  FROM models m
  JOIN (SELECT x.model_id, x.number, x.name, x.class_name, x.slice, x.value,
               ROW_NUMBER() OVER (PARTITION BY x.name, x.class_name, x.slice
                                  ORDER BY x.created_at DESC, x.sequence DESC) AS place
        FROM metrics x
        WHERE x.model_id = ?1 AND x.number = (SELECT current_number FROM models WHERE id = ?1)
          AND x.threshold IS NULL AND x.step IS NULL
          AND (x.evaluation = '' OR x.class_name <> '' OR x.slice <> '')) latest
    ON latest.model_id = m.id
  WHERE m.id = ?1 AND latest.place = 1)sql"};

// What the current version does not say of a class, the model's training does.
constexpr Query kFillFromClasses{"current_metrics.fill_from_classes", R"sql(
  INSERT INTO current_metrics (model_id, name, class_name, slice, value, model_created_at, listed)
  SELECT m.id, 'ap', k.name, '', k.ap, m.created_at, CASE WHEN m.deleted_at IS NULL THEN 1 ELSE 0 END
  FROM training_classes k JOIN models m ON m.id = k.model_id
  WHERE k.model_id = ?1 AND k.ap IS NOT NULL
    AND k.position = (SELECT MIN(o.position) FROM training_classes o
                      WHERE o.model_id = k.model_id AND o.name = k.name AND o.ap IS NOT NULL)
  ON CONFLICT DO NOTHING)sql"};
// The AP of a model is the mean over its classes, unless the version says it. A class that the training names without
// an AP counts as 0: nobody showed that it can be told.
constexpr Query kFillAverage{"current_metrics.fill_average", R"sql(
  INSERT INTO current_metrics (model_id, name, class_name, slice, value, model_created_at, listed)
  SELECT m.id, 'ap', '', '', told.total / (told.classes + unmeasured.classes), m.created_at,
         CASE WHEN m.deleted_at IS NULL THEN 1 ELSE 0 END
  FROM models m
  CROSS JOIN (SELECT SUM(c.value) AS total, COUNT(*) AS classes FROM current_metrics c
              WHERE c.model_id = ?1 AND c.name = 'ap' AND c.class_name <> '' AND c.slice = '') told
  CROSS JOIN (SELECT COUNT(DISTINCT k.name) AS classes FROM training_classes k
              WHERE k.model_id = ?1 AND NOT EXISTS (
                SELECT 1 FROM current_metrics c WHERE c.model_id = k.model_id AND c.name = 'ap'
                  AND c.class_name = k.name AND c.slice = '')) unmeasured
  WHERE m.id = ?1 AND told.classes > 0
  ON CONFLICT DO NOTHING)sql"};

Result<> refresh_current_metrics(Connection& db, const ModelId& id) {
  TRY(db.change(kDropCurrentMetrics, {id.text}));
  TRY(db.change(kFillCurrentMetrics, {id.text}));
  TRY(db.change(kFillFromClasses, {id.text}));
  TRY(db.change(kFillAverage, {id.text}));
  return {};
}

constexpr Query kCurrentMetadata{"meta.current", R"sql(
  SELECT v.metadata FROM models m JOIN versions v ON v.model_id = m.id AND v.number = m.current_number
  WHERE m.id = ?1)sql"};
constexpr Query kModelMeta{"meta.of_model", "SELECT meta FROM models WHERE id = ?1 AND meta <> ''"};
constexpr Query kDropMeta{"meta.drop", "DELETE FROM meta_paths WHERE model_id = ?1"};
constexpr Query kAddMeta{"meta.add", R"sql(
  INSERT INTO meta_paths (model_id, path, position, text_value, number_value) VALUES (?1, ?2, ?3, ?4, ?5))sql"};

Result<> refresh_metadata(Connection& db, const ModelId& id) {
  TRY(db.change(kDropMeta, {id.text}));
  std::int64_t position = 0;
  const auto add = [&](const std::string& object) -> Result<> {
    for (const MetaValue& value : TRY(flatten_metadata(object))) {
      TRY(db.change(kAddMeta, {id.text, value.path, position++, value.text, value.number}));
    }
    return {};
  };
  // What the model says of itself and what its current version does: a filter asks whether one of them fits.
  const auto meta = TRY(db.find(kModelMeta, {id.text}, read_text));
  if (meta && meta->starts_with('{')) TRY(add(*meta));
  const auto metadata = TRY(db.find(kCurrentMetadata, {id.text}, read_text));
  return metadata ? add(*metadata) : Result<>{};
}

constexpr Query kFormats{"formats.list", R"sql(
  SELECT format, MAX(size_bytes) FROM files WHERE model_id = ?1 AND number = ?2 AND format <> ''
  GROUP BY format ORDER BY format)sql"};
constexpr Query kSetFormats{"formats.set", R"sql(
  UPDATE versions SET formats = ?3, onnx_bytes = ?4 WHERE model_id = ?1 AND number = ?2)sql"};

Result<> refresh_formats(Connection& db, const ModelId& id, VersionNumber number) {
  std::string formats;
  std::optional<std::int64_t> onnx_bytes;
  const std::array<Param, 2> of_version{id.text, number.value()};
  TRY(db.run(kFormats, of_version, [&](const Row& row) -> Result<> {
    if (!formats.empty()) formats += ' ';
    formats += row.text(0);
    if (row.text(0) == "onnx") onnx_bytes = row.integer(1);
    return {};
  }));
  TRY(db.change(kSetFormats, {id.text, number.value(), formats, onnx_bytes}));
  return {};
}

constexpr Query kSearched{"search.source", R"sql(
  SELECT m.name, m.display_name, m.created_at FROM models m WHERE m.id = ?1)sql"};
constexpr Query kPutSearchText{"search.put", R"sql(
  INSERT INTO search_texts (model_id, name, display_name, model_created_at, listed) VALUES (?1, ?2, ?3, ?4, 1)
  ON CONFLICT (model_id) DO UPDATE SET name = excluded.name, display_name = excluded.display_name)sql"};

Result<> refresh_search_text(Connection& db, const ModelId& id) {
  struct Searched {
    std::string name, display_name, created_at;
  };
  const auto text = TRY(db.find(
      kSearched, {id.text}, [](Columns& columns) { return Searched{columns.text(), columns.text(), columns.text()}; }));
  if (!text) return {};
  TRY(db.change(kPutSearchText, {id.text, to_lower(text->name), to_lower(text->display_name), text->created_at}));
  return {};
}

constexpr Query kRefer{"blob.refer", "UPDATE blobs SET refs = refs + 1 WHERE digest = ?1 AND state = 'live'"};

Result<> refer_to_blob(Connection& db, const Digest& digest) {
  if (TRY(db.change(kRefer, {digest})) == 1) return {};
  return fail(ErrorCode::kFailedPrecondition,
              "The bytes of " + digest.to_string() + " are not in the store. Upload them first.",
              {{"absent", std::vector<std::string>{digest.to_string()}}});
}

constexpr Query kRelease{"blob.release", "UPDATE blobs SET refs = refs - 1 WHERE digest = ?1"};

Result<> release_blob(Connection& db, const Digest& digest) {
  TRY(db.change(kRelease, {digest}));
  return {};
}

}  // namespace weighhouse::db
