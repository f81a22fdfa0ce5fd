-- Since when an account is archived: it lets nobody in and is kept for its history.
ALTER TABLE account ADD COLUMN archived_at INTEGER;
-- A domain belongs to one account: this reason is gone.
UPDATE access_request SET held_back = '' WHERE held_back = 'several_accounts';
