-- Data to train and weigh on, what a model was trained on, and bytes that are kept by themselves. What is deleted keeps
-- its row until it is purged, and for as long as a model or version was trained on it: lineage names it still.
CREATE TABLE datasets (
  id          TEXT   NOT NULL PRIMARY KEY,
  name        TEXT   NOT NULL,
  description TEXT   NOT NULL,
  item_count  BIGINT NOT NULL DEFAULT 0,
  slice_count BIGINT NOT NULL DEFAULT 0,
  model_count BIGINT NOT NULL DEFAULT 0,
  size_bytes  BIGINT NOT NULL DEFAULT 0,
  created_at  TEXT   NOT NULL,
  created_by  TEXT   NOT NULL,
  updated_at  TEXT   NOT NULL,
  updated_by  TEXT   NOT NULL,
  deleted_at  TEXT,
  deleted_by  TEXT   NOT NULL DEFAULT '',
  trash_id    TEXT
);
CREATE UNIQUE INDEX datasets_taken ON datasets (name) WHERE deleted_at IS NULL;
CREATE INDEX datasets_by_created ON datasets (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX datasets_in_trash ON datasets (trash_id) WHERE trash_id IS NOT NULL;

CREATE TABLE slices (
  id          TEXT   NOT NULL PRIMARY KEY,
  dataset_id  TEXT   NOT NULL REFERENCES datasets (id),
  name        TEXT   NOT NULL,
  description TEXT   NOT NULL,
  pinned      BIGINT NOT NULL,
  item_count  BIGINT NOT NULL DEFAULT 0,
  size_bytes  BIGINT NOT NULL DEFAULT 0,
  created_at  TEXT   NOT NULL,
  created_by  TEXT   NOT NULL,
  updated_at  TEXT   NOT NULL,
  updated_by  TEXT   NOT NULL,
  deleted_at  TEXT,
  deleted_by  TEXT   NOT NULL DEFAULT '',
  trash_id    TEXT
);
CREATE UNIQUE INDEX slices_taken ON slices (dataset_id, name) WHERE deleted_at IS NULL;
CREATE INDEX slices_by_created ON slices (dataset_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX slices_by_name ON slices (name, dataset_id) WHERE deleted_at IS NULL;
CREATE INDEX slices_in_trash ON slices (trash_id) WHERE trash_id IS NOT NULL;

CREATE TABLE contents (
  id           TEXT   NOT NULL PRIMARY KEY,
  key          TEXT   NOT NULL,
  content_type TEXT   NOT NULL,
  folder       BIGINT NOT NULL,
  created_at   TEXT   NOT NULL,
  created_by   TEXT   NOT NULL
);
CREATE TABLE content_files (
  content_id   TEXT   NOT NULL REFERENCES contents (id),
  name         TEXT   NOT NULL,        -- empty in a content that is one file
  digest       TEXT   NOT NULL REFERENCES blobs (digest),
  size_bytes   BIGINT NOT NULL,
  content_type TEXT   NOT NULL,
  created_at   TEXT   NOT NULL,
  PRIMARY KEY (content_id, name)
);
CREATE INDEX content_files_by_digest ON content_files (digest);

CREATE TABLE items (
  id          TEXT   NOT NULL PRIMARY KEY,
  dataset_id  TEXT   NOT NULL REFERENCES datasets (id),
  key         TEXT   NOT NULL,
  digest      TEXT   REFERENCES blobs (digest),  -- NULL: its bytes are contents, or none
  media_type  TEXT   NOT NULL,
  size_bytes  BIGINT NOT NULL,
  annotations TEXT   NOT NULL,
  metadata    TEXT   NOT NULL,
  record      TEXT   NOT NULL,
  created_at  TEXT   NOT NULL,
  created_by  TEXT   NOT NULL,
  updated_at  TEXT   NOT NULL,
  updated_by  TEXT   NOT NULL
);
CREATE UNIQUE INDEX items_by_key ON items (dataset_id, key);
CREATE INDEX items_by_digest ON items (digest) WHERE digest IS NOT NULL;
CREATE TABLE item_contents (
  item_id    TEXT   NOT NULL REFERENCES items (id),
  position   BIGINT NOT NULL,
  content_id TEXT   NOT NULL REFERENCES contents (id),
  PRIMARY KEY (item_id, position)
) CLUSTERED;
CREATE INDEX item_contents_by_content ON item_contents (content_id);
CREATE TABLE slice_items (             -- with the key, in whose order they are shown
  slice_id TEXT NOT NULL REFERENCES slices (id),
  item_key TEXT NOT NULL,
  item_id  TEXT NOT NULL REFERENCES items (id),
  PRIMARY KEY (slice_id, item_key)
) CLUSTERED;
CREATE INDEX slice_items_by_item ON slice_items (item_id, slice_id);

CREATE TABLE trainings (               -- what a model is trained on and what came of it, where somebody said so
  model_id         TEXT   NOT NULL PRIMARY KEY REFERENCES models (id),
  dataset_id       TEXT   REFERENCES datasets (id),
  baseline         TEXT   NOT NULL,
  task             TEXT   NOT NULL,
  status           TEXT   NOT NULL,
  trained_at       TEXT,
  score_key        TEXT   NOT NULL,
  score_value      DOUBLE PRECISION,
  score_unit       TEXT   NOT NULL,
  parameters       TEXT   NOT NULL,
  pipeline         TEXT   NOT NULL,
  told_total       BIGINT,
  told_training    BIGINT,
  told_validation  BIGINT,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL
);
CREATE INDEX trainings_by_dataset ON trainings (dataset_id, model_created_at, model_id, listed) WHERE listed = 1;
CREATE INDEX trainings_by_status ON trainings (status, model_created_at, model_id, listed) WHERE listed = 1;
CREATE INDEX trainings_by_task ON trainings (task, model_created_at, model_id, listed) WHERE listed = 1;
CREATE INDEX trainings_by_baseline ON trainings (baseline, model_created_at, model_id, listed) WHERE listed = 1;
CREATE INDEX trainings_by_score_key ON trainings (score_key, model_created_at, model_id, listed) WHERE listed = 1;

CREATE TABLE training_classes (
  model_id               TEXT   NOT NULL REFERENCES models (id),
  position               BIGINT NOT NULL,
  name                   TEXT   NOT NULL,
  annotation_type        TEXT   NOT NULL,
  ap                     DOUBLE PRECISION CHECK (ap >= 0 AND ap <= 1),
  training_annotations   BIGINT,
  validation_annotations BIGINT,
  PRIMARY KEY (model_id, position)
) CLUSTERED;

CREATE TABLE trained_on (              -- number 0 is the model's training; a version keeps what stood there when it was made
  model_id         TEXT   NOT NULL REFERENCES models (id),
  number           BIGINT NOT NULL,
  purpose          TEXT   NOT NULL CHECK (purpose IN ('training', 'validation')),
  slice_id         TEXT   NOT NULL REFERENCES slices (id),
  position         BIGINT NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL,
  PRIMARY KEY (model_id, number, purpose, slice_id)
) CLUSTERED;
CREATE INDEX trained_on_by_slice ON trained_on (slice_id, model_created_at, model_id, number, purpose, listed);

CREATE TABLE model_contents (
  model_id   TEXT NOT NULL REFERENCES models (id),
  name       TEXT NOT NULL,
  content_id TEXT NOT NULL REFERENCES contents (id),
  PRIMARY KEY (model_id, name)
) CLUSTERED;
CREATE INDEX model_contents_by_content ON model_contents (content_id);

CREATE TABLE training_reports (
  id          TEXT NOT NULL PRIMARY KEY,
  model_id    TEXT NOT NULL REFERENCES models (id),
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,
  content_id  TEXT REFERENCES contents (id),
  description TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  updated_by  TEXT NOT NULL
);
CREATE INDEX training_reports_of_model ON training_reports (model_id, id);
CREATE INDEX training_reports_by_content ON training_reports (content_id);

ALTER TABLE models ADD COLUMN meta TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';

-- Everything that keeps a blob: files of versions, items, contents.
CREATE VIEW data_holders AS
  SELECT digest FROM items WHERE digest IS NOT NULL UNION ALL SELECT digest FROM content_files;
CREATE VIEW holders AS SELECT digest FROM files UNION ALL SELECT digest FROM data_holders;
CREATE VIEW trash_entries AS
  SELECT id, model_id, reference, number, deleted_at, deleted_by, size_bytes, NULL AS dataset_id, NULL AS slice_id
  FROM trash
  UNION ALL
  SELECT trash_id, '', 'dataset ' || name, NULL, deleted_at, deleted_by, size_bytes, id, NULL
  FROM datasets WHERE trash_id IS NOT NULL
  UNION ALL
  SELECT s.trash_id, '', 'slice ' || s.name || ' of ' || d.name, NULL, s.deleted_at, s.deleted_by, s.size_bytes,
         s.dataset_id, s.id
  FROM slices s JOIN datasets d ON d.id = s.dataset_id WHERE s.trash_id IS NOT NULL;
