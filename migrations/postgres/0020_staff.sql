-- Whoever left keeps the row, for what they did: they can't sign in, hear nothing and
-- own nothing.
ALTER TABLE staff_user ADD COLUMN deactivated_at BIGINT;
CREATE INDEX staff_session_user ON staff_session (user_id);
