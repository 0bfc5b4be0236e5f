#include "db/data_columns.h"

namespace weighhouse::db {

using namespace registry;

namespace {

Marks read_marks(Columns& columns) {
  return {.created_at = columns.time(),
          .created_by = columns.text(),
          .updated_at = columns.time(),
          .updated_by = columns.text()};
}

template <class Id>
std::optional<Id> read_maybe_id(Columns& columns) {
  auto text = columns.maybe(&Columns::text);
  return text ? std::optional{Id{*std::move(text)}} : std::nullopt;
}

}  // namespace

Dataset read_dataset(Columns& columns) {
  return {.id = {columns.text()},
          .name = columns.text(),
          .description = columns.text(),
          .item_count = columns.integer(),
          .slice_count = columns.integer(),
          .model_count = columns.integer(),
          .size_bytes = columns.size(),
          .marks = read_marks(columns),
          .deleted_at = columns.maybe(&Columns::time)};
}

Slice read_slice(Columns& columns) {
  return {.id = {columns.text()},
          .dataset = {columns.text()},
          .name = columns.text(),
          .description = columns.text(),
          .pinned = columns.flag(),
          .item_count = columns.integer(),
          .size_bytes = columns.size(),
          .marks = read_marks(columns),
          .deleted_at = columns.maybe(&Columns::time)};
}

Item read_item(Columns& columns) {
  return {.id = {columns.text()},
          .dataset = {columns.text()},
          .key = columns.text(),
          .digest = columns.maybe(&Columns::digest),
          .media_type = columns.text(),
          .size_bytes = columns.size(),
          .annotations = columns.text(),
          .metadata = columns.text(),
          .record = columns.text(),
          .contents = {},
          .marks = read_marks(columns)};
}

Content read_content(Columns& columns) {
  return {.id = {columns.text()},
          .key = columns.text(),
          .content_type = columns.text(),
          .folder = columns.flag(),
          .created_at = columns.time(),
          .created_by = columns.text()};
}

ContentFile read_content_file(Columns& columns) {
  return {.name = columns.text(),
          .digest = columns.digest(),
          .size_bytes = columns.size(),
          .content_type = columns.text(),
          .created_at = columns.time()};
}

Training read_training(Columns& columns) {
  return {.dataset = read_maybe_id<DatasetId>(columns),
          .baseline = columns.text(),
          .task = columns.text(),
          .status = columns.parsed(parse_training_status, TrainingStatus::kPending),
          .trained_at = columns.maybe(&Columns::time),
          .score = {.key = columns.text(), .value = columns.maybe(&Columns::real), .unit = columns.text()},
          .parameters = columns.text(),
          .pipeline = columns.text(),
          .told = {.total = columns.maybe(&Columns::integer),
                   .training = columns.maybe(&Columns::integer),
                   .validation = columns.maybe(&Columns::integer)}};
}

TrainingClass read_class(Columns& columns) {
  return {.name = columns.text(),
          .annotation_type = columns.text(),
          .ap = columns.maybe(&Columns::real),
          .training_annotations = columns.maybe(&Columns::integer),
          .validation_annotations = columns.maybe(&Columns::integer)};
}

TrainingReport read_report(Columns& columns) {
  return {.id = columns.text(),
          .model = {columns.text()},
          .name = columns.text(),
          .type = columns.text(),
          .content = read_maybe_id<ContentId>(columns),
          .description = columns.text(),
          .marks = read_marks(columns)};
}

Purpose read_purpose(Columns& columns) { return columns.parsed(parse_purpose, Purpose::kTraining); }

TrainedOn read_trained_on(Columns& columns) {
  TrainedOn one{.purpose = read_purpose(columns), .slice = {}, .item_count = columns.integer()};
  one.slice = read_slice(columns);
  return one;
}

}  // namespace weighhouse::db
