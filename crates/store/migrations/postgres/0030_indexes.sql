-- No page reads the rows of other organizations to find its own.
CREATE INDEX entry_org ON entry (org_id, section_id, position);
CREATE INDEX item_org ON item (org_id, section_id, position);
CREATE INDEX document_org ON document (org_id, id, size);
CREATE INDEX connection_org ON connection (org_id);
CREATE INDEX member_org ON member (org_id, account_id);
CREATE INDEX magic_link_visitor ON magic_link (org_id, visitor_id);
CREATE INDEX oauth_attempt_org ON oauth_attempt (org_id);
CREATE INDEX staff_second_factor_org ON staff_second_factor (org_id);
CREATE INDEX notification_choice_org ON notification_choice (org_id, kind);
CREATE INDEX notification_daily_user ON notification_daily (org_id, user_id, at);

-- What refers to a row that is deleted is found without reading everything.
CREATE INDEX item_document ON item (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX envelope_signed ON envelope (signed_id) WHERE signed_id IS NOT NULL;
CREATE INDEX envelope_certificate ON envelope (certificate_id) WHERE certificate_id IS NOT NULL;
CREATE INDEX docusign_document ON docusign (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX questionnaire_document ON questionnaire (document_id);
CREATE INDEX questionnaire_answer ON questionnaire (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX nda_signature_certificate ON nda_signature (certificate_id);
CREATE INDEX organization_default_profile ON organization (default_profile_id)
    WHERE default_profile_id IS NOT NULL;

-- The feed of an account, and of a kind, in its order.
DROP INDEX activity_account;
CREATE INDEX activity_account ON activity (org_id, account_id, occurred_at, id)
    WHERE account_id IS NOT NULL;
DROP INDEX activity_kind;
CREATE INDEX activity_kind ON activity (org_id, kind, occurred_at, id, account_id);

-- What is swept by its age.
CREATE INDEX match_cache_expires ON match_cache (expires_at);
CREATE INDEX visitor_session_expires ON visitor_session (expires_at);
