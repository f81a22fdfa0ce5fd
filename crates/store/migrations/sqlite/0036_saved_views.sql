-- Filtered lists that someone of the staff kept under a name. query: that of the list's
-- address, without the question mark.
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    staff_id TEXT NOT NULL REFERENCES staff_user (id) ON DELETE CASCADE,
    list TEXT NOT NULL,
    title TEXT NOT NULL,
    query TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, staff_id, list, title)
) STRICT;
