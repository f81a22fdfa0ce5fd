-- Questionnaires that members upload, and the completed file they get back.
-- due_on is a calendar date, YYYY-MM-DD.
CREATE TABLE questionnaire (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    document_id TEXT NOT NULL REFERENCES document (id),
    note TEXT NOT NULL,
    due_on TEXT,
    state TEXT NOT NULL,
    assignee_id TEXT REFERENCES staff_user (id),
    answer_id TEXT REFERENCES document (id),
    created_at INTEGER NOT NULL,
    done_at INTEGER
) STRICT;
CREATE INDEX questionnaire_org ON questionnaire (org_id, state, id);
CREATE INDEX questionnaire_account ON questionnaire (account_id, id);
