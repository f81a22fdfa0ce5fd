-- Requests: what the requester was told, and why one was not approved by itself.

-- What was written to the requester who was denied; empty where nothing was.
ALTER TABLE access_request ADD COLUMN message TEXT NOT NULL DEFAULT '';
-- Why automatic approval left it to people; empty where it had no say.
ALTER TABLE access_request ADD COLUMN held_back TEXT NOT NULL DEFAULT '';
CREATE INDEX access_request_visitor ON access_request (visitor_id, state);

-- Whom the public form lets ask, and who is let in without a person deciding.
-- refused_domains holds a domain a line, normalised. Without a row: nobody is
-- let in by themselves and nobody is refused.
CREATE TABLE access_policy (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    automatic TEXT NOT NULL,
    refuses_free_mail BIGINT NOT NULL,
    refused_domains TEXT NOT NULL,
    version BIGINT NOT NULL
);
