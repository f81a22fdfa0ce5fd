-- What is looked at, and who wants to be told of what.

-- One row a visit begun, a page, a preview or a download. audience: member, guest
-- (signed in without access) or anonymous. Of anonymous visitors nothing is kept
-- that could tell them apart. An item may be gone: its title stays.
CREATE TABLE usage (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    at INTEGER NOT NULL,
    account_id TEXT REFERENCES account (id),
    visitor_id TEXT REFERENCES visitor (id),
    item_id TEXT,
    item_title TEXT NOT NULL,
    file_name TEXT NOT NULL
) STRICT;
CREATE INDEX usage_org ON usage (org_id, at, id);
CREATE INDEX usage_account ON usage (account_id, at) WHERE account_id IS NOT NULL;

-- The same, summed up by day since 1970 (UTC), in the same transaction; kept when the
-- rows are gone. Empty ids: no account, no item.
CREATE TABLE usage_day (
    org_id TEXT NOT NULL REFERENCES organization (id),
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    account_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    item_title TEXT NOT NULL,
    n INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, day, kind, audience, account_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_day_account ON usage_day (org_id, account_id, kind, audience, day, n, last_at)
    WHERE account_id <> '';
CREATE INDEX usage_day_item ON usage_day (org_id, item_id, kind, audience, day, n, last_at)
    WHERE item_id <> '';

-- For how many days rows of usage are kept.
ALTER TABLE organization ADD COLUMN usage_days INTEGER NOT NULL DEFAULT 400;

-- The latest visit of whoever is no member. visitor_key: a visitor's id, or of an
-- anonymous one a hash with the day's salt. Both are gone after two days.
CREATE TABLE guest_visit (
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_key TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    PRIMARY KEY (org_id, visitor_key)
) STRICT;
CREATE TABLE usage_salt (
    day INTEGER PRIMARY KEY,
    salt TEXT NOT NULL
) STRICT;

-- How staff want to hear of a kind of event: now, daily or off. Without a row: now.
CREATE TABLE notice_choice (
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    kind TEXT NOT NULL,
    choice TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT;

-- What waits for a user's next daily letter.
CREATE TABLE notice_daily (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    link TEXT NOT NULL
) STRICT;
CREATE INDEX notice_daily_at ON notice_daily (at);
CREATE INDEX activity_kind ON activity (org_id, kind, occurred_at, account_id);
CREATE INDEX mail_org ON mail (org_id, state, id);
