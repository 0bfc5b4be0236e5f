-- What an alias demands of a version before it moves there, in the order they were given.
CREATE TABLE gates (
  model_id TEXT   NOT NULL REFERENCES models (id),
  alias    TEXT   NOT NULL,
  position BIGINT NOT NULL,
  rule     TEXT   NOT NULL,
  PRIMARY KEY (model_id, alias, position)
);
