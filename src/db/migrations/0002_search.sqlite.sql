-- Three characters in a row, anywhere in a name: one index for every substring of three or more.
CREATE VIRTUAL TABLE model_search USING fts5(
  name, display_name, content = 'search_texts', content_rowid = 'row_key', tokenize = 'trigram', detail = 'full');

CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
  INSERT INTO model_search (rowid, name, display_name) VALUES (new.row_key, new.name, new.display_name);
END;
CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN
  INSERT INTO model_search (model_search, rowid, name, display_name)
  VALUES ('delete', old.row_key, old.name, old.display_name);
END;
CREATE TRIGGER search_texts_changed AFTER UPDATE OF name, display_name ON search_texts BEGIN
  INSERT INTO model_search (model_search, rowid, name, display_name)
  VALUES ('delete', old.row_key, old.name, old.display_name);
  INSERT INTO model_search (rowid, name, display_name) VALUES (new.row_key, new.name, new.display_name);
END;
CREATE INDEX search_texts_by_display_name ON search_texts (display_name, model_created_at, model_id, name, listed)
  WHERE listed = 1 AND display_name <> '';
