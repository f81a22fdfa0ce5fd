-- Several organizations may claim a name; one proves it. proof: what the name's TXT record
-- has to say. verified_at: when it was found there, then checked_at: when it was last looked
-- for. failing_since: since when it isn't there any more.
ALTER TABLE custom_domain DROP CONSTRAINT custom_domain_host_key;
ALTER TABLE custom_domain ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE custom_domain ADD COLUMN verified_at BIGINT;
ALTER TABLE custom_domain ADD COLUMN checked_at BIGINT;
ALTER TABLE custom_domain ADD COLUMN failing_since BIGINT;
UPDATE custom_domain SET proof = replace(gen_random_uuid()::text, '-', ''), seen_at = NULL;
CREATE UNIQUE INDEX custom_domain_verified ON custom_domain (host) WHERE verified_at IS NOT NULL;
