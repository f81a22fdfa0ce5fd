-- Whether a request counts only once the address was confirmed by an emailed link.
ALTER TABLE access_policy ADD COLUMN confirms_address BIGINT NOT NULL DEFAULT 0;

-- Requests whose address isn't confirmed yet. Of the link only the hash is kept.
CREATE TABLE unconfirmed_request (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX unconfirmed_request_org ON unconfirmed_request (org_id, email);
CREATE INDEX unconfirmed_request_expires ON unconfirmed_request (expires_at);
