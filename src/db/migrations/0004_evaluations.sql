-- Versions weighed on data. The two blobs of an evaluation are rows of `files` with made_by = 'evaluation', so that
-- nothing collects them while the version is there.
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
CREATE INDEX evaluations_of_version ON evaluations (model_id, number, id);
CREATE INDEX evaluations_by_data ON evaluations (data, id);
