-- The NDA: its text in versions, what an account needs, and who signed.

-- What a new account needs: none or clickwrap.
ALTER TABLE organization ADD COLUMN nda_default TEXT NOT NULL DEFAULT 'none';

-- What this account needs (none, clickwrap, elsewhere), a note on what was signed
-- elsewhere, and since when nothing is missing any more.
ALTER TABLE account ADD COLUMN nda TEXT NOT NULL DEFAULT 'none';
ALTER TABLE account ADD COLUMN nda_note TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN nda_completed_at INTEGER;

-- Never changed: another version is another row.
CREATE TABLE nda_text (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, version)
) STRICT;

-- Never changed. One an account: its first signature completes it.
CREATE TABLE nda_signature (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL UNIQUE REFERENCES account (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    text_id TEXT NOT NULL REFERENCES nda_text (id),
    version INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    full_name TEXT NOT NULL,
    known_as TEXT NOT NULL,
    email TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    ip_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    certificate_id TEXT NOT NULL REFERENCES document (id)
) STRICT;
CREATE INDEX nda_signature_text ON nda_signature (text_id);
