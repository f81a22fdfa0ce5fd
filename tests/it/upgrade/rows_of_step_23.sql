-- What a database of schema step 23 may have in it: text by which the test finds it again
-- after all later steps. In words that both databases understand.
INSERT INTO organization (id, slug, name, plan, subject_prefix, headline, introduction, security_email, accent, version, created_at)
VALUES ('01900000-0000-7000-8000-000000000001', 'northgate', 'Northgate Labs', 'enterprise', 'SafeBase', '', '', '', '#2f5d50', 1, 1767225600000000);
INSERT INTO staff_user (id, org_id, email, name, role, password_hash, created_at)
VALUES ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'admin@northgate.example', 'Nora Gate', 'admin', '', 1767225600000000);
INSERT INTO visitor (id, org_id, email, first_name, last_name, company, created_at)
VALUES ('01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000001', 'ada@engines.example', 'Ada', 'Lovelace', 'Analytical Engines', 1767225600000000);
INSERT INTO account (id, org_id, name, name_key, created_at)
VALUES ('01900000-0000-7000-8000-000000000004', '01900000-0000-7000-8000-000000000001', 'Analytical Engines', 'analytical engines', 1767225600000000);
INSERT INTO member (id, org_id, account_id, visitor_id, created_at)
VALUES ('01900000-0000-7000-8000-000000000005', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000004', '01900000-0000-7000-8000-000000000003', 1767225600000000);

INSERT INTO mail (id, org_id, recipient, subject, body_text, body_html, unsubscribe, state, attempts, due_at, last_error, created_at)
VALUES ('01900000-0000-7000-8000-000000000006', '01900000-0000-7000-8000-000000000001', 'ada@engines.example', 'Sign in', 'the text', 'the page', 'https://leave.example', 'pending', 0, 0, '', 0);
INSERT INTO news (id, org_id, title, body, dated_on, published_at, version, updated_at)
VALUES ('01900000-0000-7000-8000-000000000007', '01900000-0000-7000-8000-000000000001', 'New SOC 2 report', 'It is there.', '2026-01-01', 1767225600000000, 1, 1767225600000000);
INSERT INTO guest_visit (org_id, visitor_key, last_seen_at, pages)
VALUES ('01900000-0000-7000-8000-000000000001', 'someone', 1767225600000000, 4);
INSERT INTO letter_choice (org_id, visitor_id, kind, token, stopped_at)
VALUES ('01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000003', 'answer', 'their-token', 1767225600000000);
INSERT INTO notice_choice (org_id, user_id, kind, choice)
VALUES ('01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002', 'comment', 'off');
INSERT INTO notice_daily (id, org_id, user_id, kind, at, subject, link)
VALUES ('01900000-0000-7000-8000-000000000008', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002', 'comment', 1767225600000000, 'Ada commented', '/dashboard');

INSERT INTO connection (id, org_id, state, state_reason, environment, login_url, instance_url, sf_org_id, sf_user_id, sf_username, sf_user_name, token_version, refreshed_at, refresh_until, org_profile, org_profile_at, preflight, preflight_at, create_contact, create_lead, mark_completed, associate_contact, hold_until, hold_reason, api_used, api_max, connected_by, created_at)
VALUES ('01900000-0000-7000-8000-000000000009', '01900000-0000-7000-8000-000000000001', 'active', '', 'sandbox', 'https://test.salesforce.com', 'https://northgate.my.salesforce.com', '00D000000000001AAA', '005000000000001AAA', 'gatehouse@northgate.example', 'Gatehouse', 1, 0, 0, '', 0, '', 0, 0, 0, 0, 0, 0, '', 0, 0, 'Nora Gate', 1767225600000000);
INSERT INTO activity (id, org_id, kind, occurred_at, email, first_name, last_name, company, file)
VALUES ('01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-000000000001', 'file_downloaded', 1767225600000000, 'ada@engines.example', 'Ada', 'Lovelace', 'Analytical Engines', 'soc2.pdf');
INSERT INTO lane (id, connection_id, org_id, bucket, next_seq, due_at, served_at)
VALUES ('01900000-0000-7000-8000-00000000000b', '01900000-0000-7000-8000-000000000009', '01900000-0000-7000-8000-000000000001', 0, 2, 0, 0);
INSERT INTO delivery (id, org_id, connection_id, activity_id, lane_id, seq, person, state, due_at, attempts, skipped_owners, task_id, reason, error_code, error_message, created_at, settled_at)
VALUES ('01900000-0000-7000-8000-00000000000c', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000009', '01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b', 1, 'ada@engines.example', 'delivered', 0, 1, 0, '00T000000000001AAA', 'A Contact has this email.', '', '', 1767225600000000, 1767225600000000);
