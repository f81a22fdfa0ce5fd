-- Whether an Admin has put away the list of first steps on Overview.
ALTER TABLE organization ADD COLUMN setup_hidden INTEGER NOT NULL DEFAULT 0;
