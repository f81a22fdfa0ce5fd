-- The request that caused an activity, by its id in the log; NULL for what came of no
-- request, and for what happened before this step.
ALTER TABLE activity ADD COLUMN request_id TEXT;
