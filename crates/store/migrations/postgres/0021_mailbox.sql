-- domain: of the address. mailbox: the address without what providers leave out when
-- they deliver (src/domain/email.rs), so that an alias is the same person.
ALTER TABLE visitor ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE visitor ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
UPDATE visitor SET
    domain = substr(email, strpos(email, '@') + 1),
    mailbox = substr(email, 1, strpos(email, '@') - 1);
UPDATE visitor SET mailbox = substr(mailbox, 1, strpos(mailbox, '+') - 1)
    WHERE strpos(mailbox, '+') > 1;
UPDATE visitor SET mailbox = replace(mailbox, '.', '')
    WHERE domain IN ('gmail.com', 'googlemail.com');
UPDATE visitor SET mailbox = mailbox || '@'
    || CASE WHEN domain = 'googlemail.com' THEN 'gmail.com' ELSE domain END;
CREATE INDEX visitor_mailbox ON visitor (org_id, mailbox);
CREATE INDEX visitor_domain ON visitor (org_id, domain);
