-- What past activity would become in Salesforce, asked of the org without writing there.
-- kinds: keys separated by commas; options: those that are tried, separated by commas;
-- result: JSON, once it is done; claimed_until: how long whoever works it may take for a
-- part of it.
CREATE TABLE dry_run (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL UNIQUE REFERENCES connection (id),
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    options TEXT NOT NULL,
    checked INTEGER NOT NULL,
    total INTEGER NOT NULL,
    result TEXT NOT NULL,
    error TEXT NOT NULL,
    claimed_until INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX dry_run_open ON dry_run (claimed_until) WHERE state = 'running';

-- Its lines: activities of one kind by one person that would become the same.
CREATE TABLE dry_run_line (
    dry_run_id TEXT NOT NULL REFERENCES dry_run (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    company TEXT NOT NULL,
    activities INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    who_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    account_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (dry_run_id, line)
) STRICT, WITHOUT ROWID;

-- Past activity that an Admin sends after all. after_at and after_id: the last activity
-- that was looked at.
CREATE TABLE backfill (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    state TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    total INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    after_at INTEGER NOT NULL,
    after_id TEXT NOT NULL,
    claimed_until INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX backfill_running ON backfill (connection_id) WHERE state = 'running';
CREATE INDEX backfill_open ON backfill (claimed_until) WHERE state = 'running';
CREATE INDEX backfill_connection ON backfill (connection_id, started_at);

-- Queueing many deliveries in one statement asks, on SQLite, which findings refer to each.
CREATE INDEX task_audit_finding_delivery ON task_audit_finding (delivery_id);
