-- A search in the order of the names reads them from here alone.
CREATE INDEX search_texts_by_name ON search_texts (name, model_id, display_name, listed) WHERE listed = 1;
