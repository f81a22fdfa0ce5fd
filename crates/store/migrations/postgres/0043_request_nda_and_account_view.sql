-- Whether the form to request access offers the NDA.
ALTER TABLE organization ADD COLUMN nda_in_request BIGINT NOT NULL DEFAULT 0;

-- What is to be signed with a request once its address is confirmed; no version where
-- nothing is.
ALTER TABLE unconfirmed_request ADD COLUMN nda_version BIGINT;
ALTER TABLE unconfirmed_request ADD COLUMN nda_name TEXT NOT NULL DEFAULT '';

-- Who agreed to the NDA with which request for access. Never changed. It becomes a
-- signature when the request is approved, and nothing when it is denied. company: as it was
-- typed; it counts for no other.
CREATE TABLE nda_acceptance (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    request_id TEXT NOT NULL REFERENCES access_request (id),
    text_id TEXT NOT NULL REFERENCES nda_text (id),
    version BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    company TEXT NOT NULL,
    full_name TEXT NOT NULL,
    known_as TEXT NOT NULL,
    email TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    ip_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    certificate_id TEXT NOT NULL REFERENCES document (id)
);
CREATE INDEX nda_acceptance_request ON nda_acceptance (request_id);
CREATE INDEX nda_acceptance_certificate ON nda_acceptance (certificate_id);

-- The request with which it was signed; none where it was signed on the NDA's page.
ALTER TABLE nda_signature ADD COLUMN request_id TEXT;

-- With which account's eyes the trust center is looked at in this session, and until when.
ALTER TABLE staff_session ADD COLUMN viewed_account TEXT;
ALTER TABLE staff_session ADD COLUMN viewed_until BIGINT;
