-- Whether new Leads belong to the connected user, whatever the org's assignment rule says.
ALTER TABLE connection ADD COLUMN skip_lead_assignment BIGINT NOT NULL DEFAULT 0;
