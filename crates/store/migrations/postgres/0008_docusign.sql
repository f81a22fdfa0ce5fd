-- Signing NDAs through DocuSign: the organization's app, the keys with which DocuSign
-- signs its messages, and one person's envelope.

-- private_key is sealed. What is signed is a template of the DocuSign account, or a
-- PDF kept here with the text at which to sign. webhook_id stands in the address that
-- DocuSign is told.
CREATE TABLE docusign (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    webhook_id TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    integration_key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    private_key BYTEA NOT NULL,
    template_id TEXT NOT NULL DEFAULT '',
    template_role TEXT NOT NULL DEFAULT '',
    document_id TEXT REFERENCES document (id),
    anchor TEXT NOT NULL DEFAULT '',
    heard_at BIGINT
);

-- secret is sealed. Several are valid at once, so that they can be replaced.
CREATE TABLE docusign_key (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    label TEXT NOT NULL,
    secret BYTEA NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX docusign_key_org ON docusign_key (org_id);

-- due_at is when a worker looks at it next; while one does, it is when the claim runs
-- out. attempts counts claims since the last news. NULL: nothing is left to do.
CREATE TABLE envelope (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    envelope TEXT NOT NULL DEFAULT '',
    sender TEXT NOT NULL DEFAULT '',
    full_name TEXT NOT NULL,
    email TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    creating_until BIGINT NOT NULL,
    completed_at BIGINT,
    checked_at BIGINT,
    due_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    signed_id TEXT REFERENCES document (id),
    certificate_id TEXT REFERENCES document (id)
);
-- One open envelope a person and account: who clicks twice signs once.
CREATE UNIQUE INDEX envelope_open ON envelope (account_id, visitor_id)
    WHERE status IN ('creating', 'sent', 'delivered');
CREATE UNIQUE INDEX envelope_docusign ON envelope (org_id, envelope) WHERE envelope <> '';
CREATE INDEX envelope_account ON envelope (account_id, created_at);
CREATE INDEX envelope_due ON envelope (due_at) WHERE due_at IS NOT NULL;

-- Whether the account's NDA was recorded as an activity: it happens once, whichever
-- way it is signed.
ALTER TABLE account ADD COLUMN nda_recorded BIGINT NOT NULL DEFAULT 0;
UPDATE account SET nda_recorded = 1 WHERE id IN (SELECT account_id FROM nda_signature);
