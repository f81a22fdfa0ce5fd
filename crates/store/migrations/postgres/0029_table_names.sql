-- Tables by the words that everything else has for them.
ALTER TABLE mail RENAME TO email;
ALTER INDEX mail_due RENAME TO email_due;
ALTER INDEX mail_org RENAME TO email_org;

ALTER TABLE news RENAME TO content_update;
ALTER INDEX news_org RENAME TO content_update_org;

ALTER TABLE guest_visit RENAME TO anonymous_visit;
ALTER TABLE letter_choice RENAME TO email_preference;
ALTER TABLE notice_choice RENAME TO notification_choice;

ALTER TABLE notice_daily RENAME TO notification_daily;
ALTER INDEX notice_daily_at RENAME TO notification_daily_at;
