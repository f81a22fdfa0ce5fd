-- Letters that a visitor may do without: a row is made with the first one of its kind.
-- token is in every such letter and can only stop them; stopped_at says since when
-- none is sent.
CREATE TABLE letter_choice (
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    kind TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    stopped_at BIGINT,
    PRIMARY KEY (visitor_id, kind)
);
