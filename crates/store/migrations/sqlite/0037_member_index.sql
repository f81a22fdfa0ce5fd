-- The people of each of ten thousand accounts are counted by it alone, so that the list is
-- sorted by them.
DROP INDEX member_org;
CREATE INDEX member_org ON member (org_id, account_id, revoked_at, access_until);
