-- What was last read of an org, as JSON of the Salesforce client; empty before the first time.
-- wanted_since: an error asks for another look.
CREATE TABLE org_check (
    connection_id TEXT PRIMARY KEY REFERENCES connection (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    at INTEGER NOT NULL,
    reading TEXT NOT NULL,
    wanted_since INTEGER
) STRICT;
CREATE INDEX org_check_wanted ON org_check (at) WHERE wanted_since IS NOT NULL;

-- What was another than at the look before. is_problem: whether it stops or limits anything.
CREATE TABLE org_change (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    at INTEGER NOT NULL,
    is_problem INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX org_change_connection ON org_change (connection_id, at);
CREATE INDEX org_change_at ON org_change (at);

-- Tasks that an Admin has written to see whether it works, and that are deleted again; the
-- last one of a connection. ask_at: when the org is asked about it, while its state is open.
CREATE TABLE test_task (
    connection_id TEXT PRIMARY KEY REFERENCES connection (id),
    id TEXT NOT NULL UNIQUE,
    org_id TEXT NOT NULL REFERENCES organization (id),
    state TEXT NOT NULL,
    account_id TEXT NOT NULL,
    account_name TEXT NOT NULL,
    sent_as TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ask_at INTEGER,
    task_id TEXT NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL
) STRICT;
CREATE INDEX test_task_open ON test_task (ask_at) WHERE ask_at IS NOT NULL;
