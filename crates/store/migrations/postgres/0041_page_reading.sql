-- Whether readers get the item's PDF in the viewer only, without the file.
ALTER TABLE item ADD COLUMN view_only BIGINT NOT NULL DEFAULT 0;

-- For how long a member had a page of a document before them: summed up, in seconds.
-- of_pages: how many the document has, as the viewer says.
CREATE TABLE page_reading (
    org_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    visitor_id TEXT NOT NULL REFERENCES visitor (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    page BIGINT NOT NULL,
    of_pages BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, account_id, visitor_id, document_id, page)
);
CREATE INDEX page_reading_document
    ON page_reading (document_id, org_id, page, visitor_id, of_pages, seconds, last_at);
CREATE INDEX page_reading_visitor ON page_reading (visitor_id);
CREATE INDEX page_reading_age ON page_reading (org_id, last_at);
