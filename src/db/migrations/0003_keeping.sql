-- Jobs fail with a code for programs and work for whoever asked, no further.
ALTER TABLE jobs ADD COLUMN error TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN namespace_pattern TEXT NOT NULL DEFAULT '*';

-- The deleted version that `current` moved away from, until that comes back or somebody moves `current`.
ALTER TABLE models ADD COLUMN current_stands_for BIGINT;

-- A note that is only good for a while. Answers kept for a repeated request were the first of that kind.
ALTER TABLE notes ADD COLUMN expires_at TEXT;
DELETE FROM notes WHERE key LIKE 'idempotency:%';
CREATE INDEX notes_by_expiry ON notes (expires_at) WHERE expires_at IS NOT NULL;
