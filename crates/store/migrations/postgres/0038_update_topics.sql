-- What an update is about, and the topics that a subscriber does without: their names,
-- each between spaces.
ALTER TABLE content_update ADD COLUMN topic TEXT NOT NULL DEFAULT 'news';
ALTER TABLE update_mailing ADD COLUMN topic TEXT NOT NULL DEFAULT 'news';
ALTER TABLE subscriber ADD COLUMN unwanted TEXT NOT NULL DEFAULT ' ';
