-- How often this database was put into service, counted by the servers that use it.
-- Each keeps the number outside the database, too: one that is lower here than there
-- says that the database is a copy that was restored. restored_at: when that was found.
CREATE TABLE epoch (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL,
    restored_at BIGINT
);
INSERT INTO epoch (id, number) VALUES (1, 0);
-- One comparison of what was delivered lately with the org's Tasks. complete: whether
-- all Tasks that were written since then could be read.
CREATE TABLE task_audit (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    checked BIGINT NOT NULL,
    found BIGINT NOT NULL,
    complete BIGINT NOT NULL
);
CREATE INDEX task_audit_connection ON task_audit (connection_id, at);
-- A delivery of which the org doesn't have exactly one Task. finding: missing, deleted, doubled.
CREATE TABLE task_audit_finding (
    audit_id TEXT NOT NULL REFERENCES task_audit (id),
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    finding TEXT NOT NULL,
    task_ids TEXT NOT NULL,
    PRIMARY KEY (audit_id, delivery_id)
);
