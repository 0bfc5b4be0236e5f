-- Versions that are offered to others. What a manifest says of one stands here, so that a manifest is one walk.
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

-- Where models and updates come from, with what the last check left.
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

CREATE TABLE update_policies (
  source    TEXT NOT NULL REFERENCES sources (name),
  remote_id TEXT NOT NULL,
  policy    TEXT NOT NULL,
  PRIMARY KEY (source, remote_id)
);
