-- Whoever left keeps the row, for what they did: they can't sign in, hear nothing and
-- own nothing.
ALTER TABLE staff_user ADD COLUMN deactivated_at BIGINT;
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
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (org_id, email)
);
CREATE TABLE staff_password_link (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_password_link_user ON staff_password_link (user_id);
