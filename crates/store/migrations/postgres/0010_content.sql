-- What a status page has beside items: badges, controls, subprocessors, questions.

-- What a section holds: items, badges, controls, subprocessors or faqs; and when
-- its entries were last changed (a removal counts too).
ALTER TABLE section ADD COLUMN kind TEXT NOT NULL DEFAULT 'items';
ALTER TABLE section ADD COLUMN changed_at BIGINT;

-- An entry of a section that doesn't hold items. Each kind of section uses some of
-- the texts (domain/entry.rs says which); the others are empty.
CREATE TABLE entry (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    section_id TEXT NOT NULL REFERENCES section (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    category TEXT NOT NULL,
    period TEXT NOT NULL,
    location TEXT NOT NULL,
    data TEXT NOT NULL,
    link TEXT NOT NULL,
    item TEXT NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX entry_section ON entry (section_id, position);

-- News of the trust center; published_at is empty for a draft, mailed_at says when
-- it last went to subscribers.
CREATE TABLE news (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    dated_on TEXT NOT NULL,
    published_at BIGINT,
    mailed_at BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX news_org ON news (org_id, dated_on);

-- Who gets news by mail, once confirmed. The token of the link that confirms is kept
-- as its SHA-256; leave_token is in every letter and can only unsubscribe.
CREATE TABLE subscriber (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL,
    leave_token TEXT NOT NULL UNIQUE,
    token_hash TEXT UNIQUE,
    token_expires_at BIGINT,
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (org_id, email)
);

-- Where a mail program's own unsubscribe button leads; empty for most letters.
ALTER TABLE mail ADD COLUMN unsubscribe TEXT NOT NULL DEFAULT '';

-- An organization's logo, for light pages and for dark ones.
CREATE TABLE logo (
    org_id TEXT NOT NULL REFERENCES organization (id),
    variant TEXT NOT NULL,
    content_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (org_id, variant)
);

-- The host at which a status page is reached beside the public address; seen_at says
-- when a request first came by it.
CREATE TABLE custom_domain (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    host TEXT NOT NULL UNIQUE,
    seen_at BIGINT
);

-- What security.txt says beside the organization's security address.
CREATE TABLE security_contact (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    contact_url TEXT NOT NULL,
    policy_url TEXT NOT NULL,
    languages TEXT NOT NULL
);
