-- A content is found by the key that its maker gave it, the newest first.
CREATE INDEX contents_by_key ON contents (key, id) WHERE key <> '';
