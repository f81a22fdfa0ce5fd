-- How often something happened on each day (UTC, counted from 1970) that is over, so that
-- nobody counts a year's rows for a chart. `audience` is empty for activities.
CREATE TABLE day_total (
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (org_id, day, kind, audience)
) STRICT, WITHOUT ROWID;
-- Days before this one are in it. Not a column of organization: each change there has the
-- trust center's page rendered anew.
CREATE TABLE day_totals_until (
    org_id TEXT PRIMARY KEY REFERENCES organization (id) ON DELETE CASCADE,
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Overview counts people by it alone.
CREATE INDEX member_person ON member (org_id, visitor_id, account_id, access_until, revoked_at);
