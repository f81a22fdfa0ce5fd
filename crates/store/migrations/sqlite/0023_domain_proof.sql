-- Several organizations may claim a name; one proves it. proof: what the name's TXT record
-- has to say. verified_at: when it was found there, then checked_at: when it was last looked
-- for. failing_since: since when it isn't there any more.
CREATE TABLE custom_domain_new (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    host TEXT NOT NULL,
    seen_at INTEGER,
    proof TEXT NOT NULL,
    verified_at INTEGER,
    checked_at INTEGER,
    failing_since INTEGER
) STRICT;
INSERT INTO custom_domain_new (org_id, host, proof)
    SELECT org_id, host, lower(hex(randomblob(16))) FROM custom_domain;
DROP TABLE custom_domain;
ALTER TABLE custom_domain_new RENAME TO custom_domain;
CREATE UNIQUE INDEX custom_domain_verified ON custom_domain (host) WHERE verified_at IS NOT NULL;
