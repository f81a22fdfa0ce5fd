-- The columns that `contents` takes the place of; step 24 has emptied them.
ALTER TABLE mail DROP COLUMN body_text;
ALTER TABLE mail DROP COLUMN body_html;
ALTER TABLE mail DROP COLUMN unsubscribe;
