-- From where it was last used, and when; a little behind, to spare writes.
ALTER TABLE staff_session ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staff_session ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_session ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
-- When the person last showed that it is them.
ALTER TABLE staff_session ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
UPDATE staff_session SET used_at = created_at, confirmed_at = created_at;
-- From which network and in which session (the beginning of its token's hash) it was done.
ALTER TABLE audit ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN session TEXT NOT NULL DEFAULT '';
