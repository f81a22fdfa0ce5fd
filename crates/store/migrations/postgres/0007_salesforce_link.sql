-- An account's link to one Salesforce Account. It counts over a connection to
-- the Salesforce org that has the Account.
CREATE TABLE salesforce_link (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    sf_org_id TEXT NOT NULL,
    sf_account_id TEXT NOT NULL,
    sf_account_name TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL
);
CREATE INDEX salesforce_link_org ON salesforce_link (org_id);
