-- Comments on items: one thread an item and account.

-- It outlives its item, whose title it keeps for then. waiting_since: when the
-- oldest comment was written that staff have not answered.
CREATE TABLE thread (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    item_id TEXT REFERENCES item (id) ON DELETE SET NULL,
    item_title TEXT NOT NULL,
    waiting_since BIGINT,
    last_at BIGINT NOT NULL,
    UNIQUE (item_id, account_id)
);
CREATE INDEX thread_org ON thread (org_id, last_at, id);
CREATE INDEX thread_waiting ON thread (org_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- Written by a visitor or by one of the staff.
CREATE TABLE comment (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    thread_id TEXT NOT NULL REFERENCES thread (id),
    visitor_id TEXT REFERENCES visitor (id),
    staff_id TEXT REFERENCES staff_user (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((visitor_id IS NULL) <> (staff_id IS NULL))
);
CREATE INDEX comment_thread ON comment (thread_id, created_at, id);
