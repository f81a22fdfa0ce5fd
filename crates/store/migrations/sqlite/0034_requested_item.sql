-- The item for which someone asked for access, or for a link to sign in: the link leads
-- to it. It may have been deleted since.
ALTER TABLE access_request ADD COLUMN item_id TEXT;
ALTER TABLE unconfirmed_request ADD COLUMN item_id TEXT;
ALTER TABLE magic_link ADD COLUMN item_id TEXT;
