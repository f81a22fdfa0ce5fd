-- Tables by the words that everything else has for them.
ALTER TABLE mail RENAME TO email;
DROP INDEX mail_due;
DROP INDEX mail_org;
CREATE INDEX email_due ON email (due_at) WHERE state = 'pending';
CREATE INDEX email_org ON email (org_id, state, id);

ALTER TABLE news RENAME TO content_update;
DROP INDEX news_org;
CREATE INDEX content_update_org ON content_update (org_id, dated_on);

ALTER TABLE guest_visit RENAME TO anonymous_visit;
ALTER TABLE letter_choice RENAME TO email_preference;
ALTER TABLE notice_choice RENAME TO notification_choice;

ALTER TABLE notice_daily RENAME TO notification_daily;
DROP INDEX notice_daily_at;
CREATE INDEX notification_daily_at ON notification_daily (at);
