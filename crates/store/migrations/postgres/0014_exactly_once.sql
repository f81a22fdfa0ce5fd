-- Writes that can be proven: what is known of each call that may have written a Task.

-- sent_org_at: when it was handed over by the org's own clock, where that was known.
-- sent_as: the Salesforce user who wrote it. sent_with_key: whether the Task carries
-- the reference in the org's External ID field. attempts_by_class: how often it was
-- tried again, and why ("lock=2 match=1").
ALTER TABLE delivery ADD COLUMN sent_org_at BIGINT;
ALTER TABLE delivery ADD COLUMN sent_as TEXT;
ALTER TABLE delivery ADD COLUMN sent_with_key BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN attempts_by_class TEXT NOT NULL DEFAULT '';
UPDATE delivery SET sent_as = (SELECT sf_user_id FROM connection WHERE connection.id = delivery.connection_id)
    WHERE sent_at IS NOT NULL;

-- held_at and hold_kind: since when nothing is sent, and what ends it. linger_until:
-- under a stream, when the next batch goes. quota_share: per cent of the org's daily
-- API calls that Gatehouse may use. reference_fields: the org's External ID fields
-- (JSON of the Salesforce client). changes_at: up to when the org was asked what
-- changed in it, by its own clock. clock_offset: microseconds that its clock is ahead.
ALTER TABLE connection ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN hold_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN linger_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN quota_share BIGINT NOT NULL DEFAULT 20;
ALTER TABLE connection ADD COLUMN reference_fields TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN changes_at BIGINT;
ALTER TABLE connection ADD COLUMN clock_offset BIGINT;

-- The newest Tasks that a user wrote, by which it is told whether that user's Tasks
-- can be seen at all.
CREATE INDEX delivery_sender ON delivery (connection_id, sent_as, settled_at)
    WHERE state = 'delivered';

-- A turn is the right of one worker to work some lanes of a connection, until it is
-- given back or not renewed in time. A lane names the turn that has it.
CREATE TABLE delivery_turn (
    token TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id),
    lease_until BIGINT NOT NULL
);
CREATE INDEX delivery_turn_connection ON delivery_turn (connection_id, lease_until);

ALTER TABLE lane ADD COLUMN turn TEXT NOT NULL DEFAULT '';
ALTER TABLE lane DROP COLUMN lease_owner;
ALTER TABLE lane DROP COLUMN lease_until;
ALTER TABLE lane DROP COLUMN fence;

-- Whoever has an earlier delivery that is due later waits for it.
DROP INDEX delivery_blocking;
CREATE INDEX delivery_blocking ON delivery (lane_id, person, due_at, seq)
    WHERE state IN ('pending', 'sending', 'waiting', 'uncertain');
