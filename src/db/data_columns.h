#pragma once

#include <string_view>

#include "db/columns.h"
#include "registry/data_rows.h"

namespace weighhouse::db {

// Columns and readers of datasets, slices, items, contents and trainings, side by side as in rows.h.

inline constexpr std::string_view kDatasetColumns =
    "d.id, d.name, d.description, d.item_count, d.slice_count, d.model_count, d.size_bytes, d.created_at, "
    "d.created_by, "
    "d.updated_at, d.updated_by, d.deleted_at";
registry::Dataset read_dataset(Columns& columns);

inline constexpr std::string_view kSliceColumns =
    "s.id, s.dataset_id, s.name, s.description, s.pinned, s.item_count, s.size_bytes, s.created_at, s.created_by, "
    "s.updated_at, s.updated_by, s.deleted_at";
registry::Slice read_slice(Columns& columns);

inline constexpr std::string_view kItemColumns =
    "i.id, i.dataset_id, i.key, i.digest, i.media_type, i.size_bytes, i.annotations, i.metadata, i.record, "
    "i.created_at, i.created_by, i.updated_at, i.updated_by";
registry::Item read_item(Columns& columns);  // without its contents

inline constexpr std::string_view kContentColumns = "c.id, c.key, c.content_type, c.folder, c.created_at, c.created_by";
registry::Content read_content(Columns& columns);
inline constexpr std::string_view kContentFileColumns = "f.name, f.digest, f.size_bytes, f.content_type, f.created_at";
registry::ContentFile read_content_file(Columns& columns);

inline constexpr std::string_view kTrainingColumns =
    "g.dataset_id, g.baseline, g.task, g.status, g.trained_at, g.score_key, g.score_value, g.score_unit, g.parameters, "
    "g.pipeline, g.told_total, g.told_training, g.told_validation";
registry::Training read_training(Columns& columns);  // without classes, slices and contents
inline constexpr std::string_view kClassColumns =
    "k.name, k.annotation_type, k.ap, k.training_annotations, k.validation_annotations";
registry::TrainingClass read_class(Columns& columns);
inline constexpr std::string_view kReportColumns =
    "r.id, r.model_id, r.name, r.type, r.content_id, r.description, r.created_at, r.created_by, r.updated_at, "
    "r.updated_by";
registry::TrainingReport read_report(Columns& columns);
registry::Purpose read_purpose(Columns& columns);
// Of trained_on t and slices s, with kSliceColumns behind them.
inline constexpr std::string_view kTrainedOnColumns = "t.purpose, COALESCE(t.item_count, s.item_count), ";
registry::TrainedOn read_trained_on(Columns& columns);

}  // namespace weighhouse::db
