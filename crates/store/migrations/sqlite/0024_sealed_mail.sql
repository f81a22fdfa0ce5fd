-- What a message says, sealed: it holds links that let people in. NULL once it was sent or
-- given up. What waits in the columns before is sealed by the program in this step.
ALTER TABLE mail ADD COLUMN contents BLOB;
