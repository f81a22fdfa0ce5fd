-- An update that is on its way to its subscribers, as it was when it was published. They
-- are gone through in the order of their addresses, a few at a time.
CREATE TABLE update_mailing (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    update_id TEXT NOT NULL REFERENCES news (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    dated_on TEXT NOT NULL,
    -- Whoever confirmed later isn't written to.
    created_at BIGINT NOT NULL,
    -- The last address that was written to; empty before the first.
    after_email TEXT NOT NULL DEFAULT ''
);
CREATE INDEX update_mailing_org ON update_mailing (org_id);
CREATE INDEX update_mailing_update ON update_mailing (update_id);
