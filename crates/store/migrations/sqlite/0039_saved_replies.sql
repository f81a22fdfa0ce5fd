-- Answers that staff of an organization keep to use again in conversations. version grows
-- by one with each edit.
CREATE TABLE saved_reply (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (org_id, title)
) STRICT;
