-- Whether locked PDFs of the item are marked with their reader's address.
ALTER TABLE item ADD COLUMN watermark INTEGER NOT NULL DEFAULT 0;

-- What an item offered and offers, 1, 2, 3 …; item.document_id is the current one.
CREATE TABLE document_version (
    document_id TEXT PRIMARY KEY REFERENCES document (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    item_id TEXT NOT NULL REFERENCES item (id),
    number INTEGER NOT NULL,
    note TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    UNIQUE (item_id, number)
) STRICT;

INSERT INTO document_version (document_id, org_id, item_id, number, note, uploaded_by, uploaded_at)
SELECT document.id, document.org_id, MIN(item.id), 1, '', '', document.created_at
FROM document JOIN item ON item.document_id = document.id
GROUP BY document.id, document.org_id, document.created_at;
