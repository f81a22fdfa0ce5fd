-- Whoever left keeps the row, for what they did: they can't sign in, hear nothing and
-- own nothing.
ALTER TABLE staff_user ADD COLUMN deactivated_at INTEGER;
CREATE INDEX staff_session_user ON staff_session (user_id);
-- Who was invited and hasn't come yet. Of an emailed link only the SHA-256 is kept; a
-- used one is deleted.
CREATE TABLE staff_invitation (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (org_id, email)
) STRICT;
CREATE TABLE staff_password_link (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_password_link_user ON staff_password_link (user_id);
-- What else is asked of a person who signs in. secret: of the authenticator app, sealed.
-- confirmed_at: when a code showed that the app has it; asked for only from then on.
-- last_step: the newest half minute whose code was used; none up to it works again.
CREATE TABLE staff_second_factor (
    user_id TEXT PRIMARY KEY REFERENCES staff_user (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL
) STRICT;
-- Only the SHA-256; a used one is deleted.
CREATE TABLE staff_recovery_code (
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    code_hash TEXT NOT NULL,
    org_id TEXT NOT NULL REFERENCES organization (id),
    PRIMARY KEY (user_id, code_hash)
) STRICT;
-- full, or what is still to be done before it is: code, setup.
ALTER TABLE staff_session ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE organization ADD COLUMN requires_second_factor INTEGER NOT NULL DEFAULT 0;
