CREATE TABLE aliases (                 -- `current` is a column of models
  model_id         TEXT   NOT NULL REFERENCES models (id),
  name             TEXT   NOT NULL,
  number           BIGINT NOT NULL,
  held             BIGINT NOT NULL,
  moved_at         TEXT   NOT NULL,
  moved_by         TEXT   NOT NULL,
  revision         BIGINT NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL,
  PRIMARY KEY (model_id, name),
  FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
) WITHOUT ROWID;

CREATE INDEX aliases_by_name ON aliases (name, model_created_at, model_id, listed) WHERE listed = 1;

CREATE TABLE blobs (
  digest      TEXT   NOT NULL PRIMARY KEY,
  size_bytes  BIGINT NOT NULL,
  crc32       BIGINT NOT NULL,
  modified_ns BIGINT NOT NULL,
  inode       BIGINT NOT NULL,
  state       TEXT   NOT NULL CHECK (state IN ('live', 'condemned', 'deleting')),
  format      TEXT   NOT NULL,
  created_at  TEXT   NOT NULL,
  verified_at TEXT,
  damage      TEXT   NOT NULL,
  refs        BIGINT NOT NULL DEFAULT 0  -- files that name it, trash included: where to look, never the proof
);

CREATE INDEX blobs_deleting ON blobs (digest) WHERE state = 'deleting';

CREATE INDEX blobs_unreferenced ON blobs (digest, size_bytes) WHERE refs = 0;

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

CREATE TABLE contents (
  id           TEXT   NOT NULL PRIMARY KEY,
  key          TEXT   NOT NULL,
  content_type TEXT   NOT NULL,
  folder       BIGINT NOT NULL,
  created_at   TEXT   NOT NULL,
  created_by   TEXT   NOT NULL
);

CREATE INDEX contents_by_key ON contents (key, id) WHERE key <> '';

CREATE TABLE counters (                -- totals that no list should have to count
  name  TEXT   NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE current_metrics (         -- the latest of each name, class and slice, of the current version
  model_id         TEXT   NOT NULL REFERENCES models (id),
  name             TEXT   NOT NULL,
  class_name       TEXT   NOT NULL,
  slice            TEXT   NOT NULL,
  value            DOUBLE PRECISION NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL,
  PRIMARY KEY (model_id, name, class_name, slice)
) WITHOUT ROWID;

CREATE INDEX current_metrics_by_created
  ON current_metrics (name, class_name, slice, model_created_at, model_id, value, listed) WHERE listed = 1;

CREATE INDEX current_metrics_by_value
  ON current_metrics (name, class_name, slice, value, model_id, model_created_at, listed) WHERE listed = 1;

CREATE VIEW data_holders AS
  SELECT digest FROM items WHERE digest IS NOT NULL UNION ALL SELECT digest FROM content_files;

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

CREATE INDEX datasets_by_created ON datasets (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX datasets_in_trash ON datasets (trash_id) WHERE trash_id IS NOT NULL;

CREATE UNIQUE INDEX datasets_taken ON datasets (name) WHERE deleted_at IS NULL;

CREATE TABLE evaluations (
  id          TEXT   NOT NULL PRIMARY KEY,
  model_id    TEXT   NOT NULL,
  number      BIGINT NOT NULL,
  data_name   TEXT   NOT NULL,
  data        TEXT   NOT NULL,
  predictions TEXT   NOT NULL,
  items       BIGINT NOT NULL,
  seconds     DOUBLE PRECISION NOT NULL,
  summary     TEXT   NOT NULL,
  created_at  TEXT   NOT NULL,
  created_by  TEXT   NOT NULL,
  FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
);

CREATE INDEX evaluations_by_data ON evaluations (data, id);

CREATE INDEX evaluations_of_version ON evaluations (model_id, number, id);

CREATE TABLE events (                  -- append-only; what it tells of may be gone
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  at         TEXT   NOT NULL,
  actor      TEXT   NOT NULL,
  action     TEXT   NOT NULL,
  topic      TEXT   NOT NULL,          -- the action up to its dot
  model_id   TEXT,
  number     BIGINT,
  subject    TEXT   NOT NULL,
  details    TEXT   NOT NULL,
  request_id TEXT   NOT NULL
);

CREATE INDEX events_by_action ON events (action, sequence);

CREATE INDEX events_by_topic ON events (topic, sequence);

CREATE INDEX events_of_model ON events (model_id, sequence);

CREATE TABLE files (
  model_id   TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  path       TEXT   NOT NULL,
  digest     TEXT   NOT NULL REFERENCES blobs (digest),
  size_bytes BIGINT NOT NULL,
  format     TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  made_by    TEXT,                     -- of a derived file, which the manifest does not name
  made_at    TEXT,
  PRIMARY KEY (model_id, number, path),
  FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
);

CREATE INDEX files_by_digest ON files (digest, model_id, number);

CREATE TABLE gates (
  model_id TEXT   NOT NULL REFERENCES models (id),
  alias    TEXT   NOT NULL,
  position BIGINT NOT NULL,
  rule     TEXT   NOT NULL,
  PRIMARY KEY (model_id, alias, position)
);

CREATE VIEW holders AS SELECT digest FROM files UNION ALL SELECT digest FROM data_holders;

CREATE TABLE item_contents (
  item_id    TEXT   NOT NULL REFERENCES items (id),
  position   BIGINT NOT NULL,
  content_id TEXT   NOT NULL REFERENCES contents (id),
  PRIMARY KEY (item_id, position)
) WITHOUT ROWID;

CREATE INDEX item_contents_by_content ON item_contents (content_id);

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

CREATE INDEX items_by_digest ON items (digest) WHERE digest IS NOT NULL;

CREATE UNIQUE INDEX items_by_key ON items (dataset_id, key);

CREATE TABLE jobs (
  id               TEXT   NOT NULL PRIMARY KEY,
  kind             TEXT   NOT NULL,
  state            TEXT   NOT NULL,
  phase            TEXT   NOT NULL,
  progress         DOUBLE PRECISION NOT NULL,
  message          TEXT   NOT NULL,
  parameters       TEXT   NOT NULL,
  result           TEXT   NOT NULL,
  created_by       TEXT   NOT NULL,
  created_at       TEXT   NOT NULL,
  started_at       TEXT,
  finished_at      TEXT,
  lease_until      TEXT,
  attempts         BIGINT NOT NULL,
  max_attempts     BIGINT NOT NULL,
  cancel_requested BIGINT NOT NULL
, error TEXT NOT NULL DEFAULT '', namespace_pattern TEXT NOT NULL DEFAULT '*');

CREATE INDEX jobs_by_kind ON jobs (kind, id);

CREATE INDEX jobs_by_state ON jobs (state, id);

CREATE TABLE leases (
  digest     TEXT NOT NULL,
  owner      TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (digest, owner)
) WITHOUT ROWID;

CREATE TABLE meta_paths (              -- the current version's metadata, one row per value
  model_id     TEXT   NOT NULL REFERENCES models (id),
  path         TEXT   NOT NULL,
  position     BIGINT NOT NULL,
  text_value   TEXT,
  number_value DOUBLE PRECISION,
  PRIMARY KEY (model_id, path, position)
) WITHOUT ROWID;

CREATE TABLE metrics (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id   TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  value      DOUBLE PRECISION NOT NULL,
  class_name TEXT   NOT NULL,
  slice      TEXT   NOT NULL,
  threshold  DOUBLE PRECISION,
  step       BIGINT,
  evaluation TEXT   NOT NULL,
  created_at TEXT   NOT NULL,
  FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
);

CREATE INDEX metrics_of_version ON metrics (model_id, number, sequence);

CREATE INDEX metrics_plain ON metrics (model_id, number, name, class_name, slice) WHERE threshold IS NULL AND step IS NULL;

CREATE TABLE model_contents (
  model_id   TEXT NOT NULL REFERENCES models (id),
  name       TEXT NOT NULL,
  content_id TEXT NOT NULL REFERENCES contents (id),
  PRIMARY KEY (model_id, name)
) WITHOUT ROWID;

CREATE INDEX model_contents_by_content ON model_contents (content_id);

CREATE VIRTUAL TABLE model_search USING fts5(
  name, display_name, content = 'search_texts', content_rowid = 'row_key', tokenize = 'trigram', detail = 'full');

CREATE TABLE models (
  id               TEXT   NOT NULL PRIMARY KEY,
  namespace        TEXT   NOT NULL,
  type             TEXT   NOT NULL,    -- default for that namespace, else custom
  name             TEXT   NOT NULL,
  name_folded      TEXT   NOT NULL,    -- in lower case: names are unique ignoring case
  kind             TEXT   NOT NULL,
  display_name     TEXT   NOT NULL,
  description      TEXT   NOT NULL,
  licence          TEXT   NOT NULL,
  created_at       TEXT   NOT NULL,
  updated_at       TEXT   NOT NULL,
  created_by       TEXT   NOT NULL,
  current_number   BIGINT,
  current_held     BIGINT NOT NULL DEFAULT 0,
  current_moved_at TEXT   NOT NULL,
  current_moved_by TEXT   NOT NULL,
  current_revision BIGINT NOT NULL DEFAULT 0,
  last_version     BIGINT NOT NULL DEFAULT 0,  -- a number is never used twice, even after a purge
  version_count    BIGINT NOT NULL DEFAULT 0,
  size_bytes       BIGINT NOT NULL DEFAULT 0,
  pinned           BIGINT NOT NULL DEFAULT 0,
  in_library       BIGINT NOT NULL DEFAULT 0,
  revision         BIGINT NOT NULL DEFAULT 1,
  deleted_at       TEXT,
  trash_id         TEXT,
  purged_at        TEXT
, current_stands_for BIGINT, meta TEXT NOT NULL DEFAULT '', updated_by TEXT NOT NULL DEFAULT '');

CREATE INDEX models_by_created ON models (created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_kind ON models (kind, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_name ON models (name_folded, id, created_at, name, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_namespace ON models (namespace, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_size ON models (size_bytes, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_type ON models (type, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_by_updated ON models (updated_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX models_in_trash ON models (trash_id) WHERE trash_id IS NOT NULL;

CREATE INDEX models_pinned ON models (created_at, id, pinned, deleted_at) WHERE pinned = 1 AND deleted_at IS NULL;

CREATE UNIQUE INDEX models_taken ON models (namespace, name_folded) WHERE deleted_at IS NULL;

CREATE TABLE notes (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
, expires_at TEXT) WITHOUT ROWID;

CREATE INDEX notes_by_expiry ON notes (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE publications (
  model_id       TEXT   NOT NULL,
  number         BIGINT NOT NULL,
  channel        TEXT   NOT NULL,
  offered_as     TEXT   NOT NULL,
  description    TEXT   NOT NULL,
  improvements   TEXT   NOT NULL,    -- a JSON array of texts
  percentage     BIGINT NOT NULL CHECK (percentage BETWEEN 0 AND 100),
  minimum_client TEXT   NOT NULL,
  weights_path   TEXT   NOT NULL,    -- the file that is offered as {id}_v{version}.pt
  weights_digest TEXT   NOT NULL,
  weights_bytes  BIGINT NOT NULL,
  weights_format TEXT   NOT NULL,
  published_at   TEXT   NOT NULL,
  published_by   TEXT   NOT NULL,
  PRIMARY KEY (model_id, number, channel),
  FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
);

CREATE INDEX publications_by_channel ON publications (channel, offered_as, number);

CREATE TABLE schema_migrations (
    number     BIGINT NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    checksum   TEXT   NOT NULL,
    applied_at TEXT   NOT NULL
  );

CREATE TABLE search_texts (            -- what a search looks at, in lower case
  row_key          INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id         TEXT   NOT NULL UNIQUE REFERENCES models (id),
  name             TEXT   NOT NULL,
  display_name     TEXT   NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL
);

CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
  INSERT INTO model_search (rowid, name, display_name) VALUES (new.row_key, new.name, new.display_name);
END;

CREATE INDEX search_texts_by_created
  ON search_texts (model_created_at, model_id, name, display_name, listed) WHERE listed = 1;

CREATE INDEX search_texts_by_display_name ON search_texts (display_name, model_created_at, model_id, name, listed)
  WHERE listed = 1 AND display_name <> '';

CREATE INDEX search_texts_by_name ON search_texts (name, model_id, display_name, listed) WHERE listed = 1;

CREATE TRIGGER search_texts_changed AFTER UPDATE OF name, display_name ON search_texts BEGIN
  INSERT INTO model_search (model_search, rowid, name, display_name)
  VALUES ('delete', old.row_key, old.name, old.display_name);
  INSERT INTO model_search (rowid, name, display_name) VALUES (new.row_key, new.name, new.display_name);
END;

CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN
  INSERT INTO model_search (model_search, rowid, name, display_name)
  VALUES ('delete', old.row_key, old.name, old.display_name);
END;

CREATE TABLE slice_items (             -- with the key, in whose order they are shown
  slice_id TEXT NOT NULL REFERENCES slices (id),
  item_key TEXT NOT NULL,
  item_id  TEXT NOT NULL REFERENCES items (id),
  PRIMARY KEY (slice_id, item_key)
) WITHOUT ROWID;

CREATE INDEX slice_items_by_item ON slice_items (item_id, slice_id);

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

CREATE INDEX slices_by_created ON slices (dataset_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX slices_by_name ON slices (name, dataset_id);

CREATE INDEX slices_in_trash ON slices (trash_id) WHERE trash_id IS NOT NULL;

CREATE UNIQUE INDEX slices_taken ON slices (dataset_id, name) WHERE deleted_at IS NULL;

CREATE TABLE sources (
  name             TEXT   NOT NULL PRIMARY KEY,
  kind             TEXT   NOT NULL,
  address          TEXT   NOT NULL,
  channel          TEXT   NOT NULL,
  public_key       TEXT   NOT NULL,
  namespace        TEXT   NOT NULL,
  policy           TEXT   NOT NULL,
  interval_seconds BIGINT NOT NULL,
  created_at       TEXT   NOT NULL,
  created_by       TEXT   NOT NULL,
  serial           BIGINT NOT NULL,  -- the highest that a signed manifest bore: older ones are refused
  checked_at       TEXT,
  next_check_at    TEXT,
  failure          TEXT   NOT NULL,
  found            TEXT   NOT NULL   -- a JSON array of updates
);

CREATE TABLE tags (
  model_id         TEXT   NOT NULL REFERENCES models (id),
  key              TEXT   NOT NULL,
  value            TEXT   NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;

CREATE INDEX tags_by_value ON tags (key, value, model_created_at, model_id, listed) WHERE listed = 1;

CREATE TABLE tensors (
  blob       TEXT   NOT NULL REFERENCES blobs (digest) ON DELETE CASCADE,
  name       TEXT   NOT NULL,
  hash       TEXT   NOT NULL,
  size_bytes BIGINT NOT NULL,
  PRIMARY KEY (blob, name)
);

CREATE INDEX tensors_by_hash ON tensors (hash, blob);

CREATE TABLE tokens (
  name              TEXT NOT NULL PRIMARY KEY,
  secret_digest     TEXT NOT NULL UNIQUE,
  scopes            TEXT NOT NULL,     -- words with spaces between them
  namespace_pattern TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  expires_at        TEXT,
  last_used_at      TEXT
);

CREATE TABLE trained_on (              -- number 0 is the model's training; a version keeps what stood there when it was made
  model_id         TEXT   NOT NULL REFERENCES models (id),
  number           BIGINT NOT NULL,
  purpose          TEXT   NOT NULL CHECK (purpose IN ('training', 'validation')),
  slice_id         TEXT   NOT NULL REFERENCES slices (id),
  position         BIGINT NOT NULL,
  model_created_at TEXT   NOT NULL,
  listed           BIGINT NOT NULL, item_count BIGINT,
  PRIMARY KEY (model_id, number, purpose, slice_id)
) WITHOUT ROWID;

CREATE INDEX trained_on_by_slice ON trained_on (slice_id, model_created_at, model_id, number, purpose, listed);

CREATE TABLE training_classes (
  model_id               TEXT   NOT NULL REFERENCES models (id),
  position               BIGINT NOT NULL,
  name                   TEXT   NOT NULL,
  annotation_type        TEXT   NOT NULL,
  ap                     DOUBLE PRECISION CHECK (ap >= 0 AND ap <= 1),
  training_annotations   BIGINT,
  validation_annotations BIGINT,
  PRIMARY KEY (model_id, position)
) WITHOUT ROWID;

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

CREATE INDEX training_reports_by_content ON training_reports (content_id);

CREATE INDEX training_reports_of_model ON training_reports (model_id, id);

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

CREATE INDEX trainings_by_baseline ON trainings (baseline, model_created_at, model_id, listed) WHERE listed = 1;

CREATE INDEX trainings_by_dataset ON trainings (dataset_id, model_created_at, model_id, listed) WHERE listed = 1;

CREATE INDEX trainings_by_score_key ON trainings (score_key, model_created_at, model_id, listed) WHERE listed = 1;

CREATE INDEX trainings_by_status ON trainings (status, model_created_at, model_id, listed) WHERE listed = 1;

CREATE INDEX trainings_by_task ON trainings (task, model_created_at, model_id, listed) WHERE listed = 1;

CREATE TABLE trash (
  id         TEXT   NOT NULL PRIMARY KEY,
  model_id   TEXT   NOT NULL REFERENCES models (id),
  number     BIGINT,                   -- absent: the whole model
  reference  TEXT   NOT NULL,
  deleted_at TEXT   NOT NULL,
  deleted_by TEXT   NOT NULL,
  size_bytes BIGINT NOT NULL
);

CREATE INDEX trash_by_time ON trash (deleted_at, id);

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

CREATE INDEX trash_of_model ON trash (model_id);

CREATE TABLE update_policies (
  source    TEXT NOT NULL REFERENCES sources (name),
  remote_id TEXT NOT NULL,
  policy    TEXT NOT NULL,
  PRIMARY KEY (source, remote_id)
);

CREATE TABLE uploads (
  id         TEXT NOT NULL PRIMARY KEY,
  owner      TEXT NOT NULL,
  name       TEXT NOT NULL,
  size_bytes BIGINT,
  declared   TEXT,
  created_at TEXT NOT NULL,
  finished   TEXT
);

CREATE TABLE versions (                -- the files of a version never change once it is inserted
  model_id          TEXT   NOT NULL REFERENCES models (id),
  number            BIGINT NOT NULL CHECK (number > 0),
  label             TEXT,
  remote_version    TEXT   NOT NULL,
  manifest          TEXT   NOT NULL,   -- digest of the sorted list of files
  size_bytes        BIGINT NOT NULL,
  file_count        BIGINT NOT NULL,
  formats           TEXT   NOT NULL DEFAULT '',  -- of all its files, derived ones too, each once: onnx torchscript
  onnx_bytes        BIGINT,
  metadata          TEXT   NOT NULL,
  notes             TEXT   NOT NULL,
  origin_source     TEXT   NOT NULL,
  origin_parent     TEXT   NOT NULL,
  origin_commit     TEXT   NOT NULL,
  origin_parameters TEXT   NOT NULL,
  created_at        TEXT   NOT NULL,
  created_by        TEXT   NOT NULL,
  pinned            BIGINT NOT NULL,
  deleted_at        TEXT,
  trash_id          TEXT,
  purged_at         TEXT,
  model_created_at  TEXT   NOT NULL,
  listed            BIGINT NOT NULL,
  PRIMARY KEY (model_id, number)
);

CREATE UNIQUE INDEX versions_by_label ON versions (model_id, label) WHERE label IS NOT NULL AND purged_at IS NULL;

CREATE INDEX versions_by_manifest ON versions (manifest, model_id, number);

CREATE INDEX versions_in_trash ON versions (trash_id) WHERE trash_id IS NOT NULL;

CREATE INDEX versions_labelled ON versions (label, model_created_at, model_id, listed) WHERE listed = 1 AND label IS NOT NULL;

