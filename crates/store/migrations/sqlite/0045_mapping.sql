-- How Tasks look and which further fields are filled in (JSON); empty where it is as usual.
ALTER TABLE connection ADD COLUMN mapping TEXT NOT NULL DEFAULT '';

-- Statuses and priorities to choose from are read with the profile.
UPDATE connection SET org_profile_at = 0;

-- What the Task had when it was handed to Salesforce, by which it is searched for when the answer
-- is lost: its Subject, and its Due Date as YYYY-MM-DD, empty for none. NULL where it was sent
-- before these columns.
ALTER TABLE delivery ADD COLUMN sent_subject TEXT;
ALTER TABLE delivery ADD COLUMN sent_due TEXT;
