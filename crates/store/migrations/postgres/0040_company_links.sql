-- Which Salesforce Account a company is, as an Admin said of one that matched none. origin
-- is the email domain of its people, or the whole address where the domain is anyone's, or
-- empty; company_key is the name as names are compared. It counts in that Salesforce org.
CREATE TABLE company_link (
    org_id TEXT NOT NULL REFERENCES organization (id),
    sf_org_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    company_key TEXT NOT NULL,
    company TEXT NOT NULL,
    sf_account_id TEXT NOT NULL,
    sf_account_name TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, sf_org_id, origin, company_key)
);

-- Companies without a match that an Admin doesn't want to be asked about.
CREATE TABLE ignored_company (
    org_id TEXT NOT NULL REFERENCES organization (id),
    sf_org_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    company_key TEXT NOT NULL,
    company TEXT NOT NULL,
    ignored_by TEXT NOT NULL,
    ignored_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, sf_org_id, origin, company_key)
);

-- Whom an Admin lets be created for this delivery, whatever the options: contact, lead or
-- nobody.
ALTER TABLE delivery ADD COLUMN create_person TEXT NOT NULL DEFAULT '';
