-- Three characters in a row, anywhere in a name: one index for every substring of three or more.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX search_texts_trigrams ON search_texts USING gin (name gin_trgm_ops, display_name gin_trgm_ops);
CREATE INDEX search_texts_by_display_name ON search_texts (display_name, model_created_at, model_id, name, listed)
  WHERE listed = 1 AND display_name <> '';
