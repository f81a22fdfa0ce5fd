-- Accounts: what staff know of them, their domains, how long their access lasts,
-- and which document groups it opens. access_until is a calendar date in UTC,
-- YYYY-MM-DD: access ends with it.

-- What locked items are grouped by; an item is in at most one.
CREATE TABLE document_group (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, name_key)
) STRICT;

ALTER TABLE item ADD COLUMN group_id TEXT REFERENCES document_group (id);
CREATE INDEX item_group ON item (group_id) WHERE group_id IS NOT NULL;

-- Which groups the accounts that have it see. opens_all: every group, also later ones.
CREATE TABLE profile (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    opens_all INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, name_key)
) STRICT;

CREATE TABLE profile_group (
    profile_id TEXT NOT NULL REFERENCES profile (id),
    group_id TEXT NOT NULL REFERENCES document_group (id),
    PRIMARY KEY (profile_id, group_id)
) STRICT;
CREATE INDEX profile_group_group ON profile_group (group_id);

-- What an account has that has no other; none opens everything.
ALTER TABLE organization ADD COLUMN default_profile_id TEXT REFERENCES profile (id);

-- reminded_for: the end of access of which staff were told in advance.
ALTER TABLE account ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN owner_id TEXT REFERENCES staff_user (id);
ALTER TABLE account ADD COLUMN review TEXT NOT NULL DEFAULT 'not_reviewed';
ALTER TABLE account ADD COLUMN profile_id TEXT REFERENCES profile (id);
ALTER TABLE account ADD COLUMN access_until TEXT;
ALTER TABLE account ADD COLUMN reminded_for TEXT;
ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX account_profile ON account (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX account_until ON account (access_until) WHERE access_until IS NOT NULL;

ALTER TABLE member ADD COLUMN access_until TEXT;
ALTER TABLE member ADD COLUMN reminded_for TEXT;
CREATE INDEX member_until ON member (access_until) WHERE access_until IS NOT NULL;

-- A domain belongs to one account of an organization; the lowest position is the
-- account's main one.
CREATE TABLE account_domain (
    org_id TEXT NOT NULL REFERENCES organization (id),
    domain TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (org_id, domain)
) STRICT;
CREATE INDEX account_domain_account ON account_domain (account_id, position);

-- Where several accounts had a domain, the oldest keeps it.
INSERT INTO account_domain (org_id, domain, account_id, position)
SELECT org_id, domain, MIN(id), 0 FROM account WHERE domain <> '' GROUP BY org_id, domain;
ALTER TABLE account DROP COLUMN domain;
