-- Portable between SQLite and PostgreSQL: ids are text (UUIDv7), times are
-- microseconds since 1970, truth values are 0 or 1.

-- version grows by one with each edit: a form made from an older one is stale.
CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    subject_prefix TEXT NOT NULL,
    headline TEXT NOT NULL,
    introduction TEXT NOT NULL,
    security_email TEXT NOT NULL,
    accent TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- People -----------------------------------------------------------------

CREATE TABLE staff_user (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX staff_user_org ON staff_user (org_id);

CREATE TABLE visitor (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (org_id, email)
);

-- Only the SHA-256 of a session's or a link's secret is kept.
CREATE TABLE staff_session (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE visitor_session (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE magic_link (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Counters behind rate limits: one row a key and window.
CREATE TABLE attempt (
    key TEXT PRIMARY KEY,
    window_start BIGINT NOT NULL,
    count BIGINT NOT NULL
);

-- The trust center -------------------------------------------------------

CREATE TABLE section (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX section_org ON section (org_id, position);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE item (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    section_id TEXT NOT NULL REFERENCES section (id),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    visibility TEXT NOT NULL,
    document_id TEXT REFERENCES document (id),
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX item_section ON item (section_id, position);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (org_id, name_key)
);

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    UNIQUE (account_id, visitor_id)
);
CREATE INDEX member_visitor ON member (visitor_id);

CREATE TABLE access_request (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT REFERENCES staff_user (id),
    account_id TEXT REFERENCES account (id)
);
CREATE INDEX access_request_org ON access_request (org_id, state, created_at);

-- One open visit a visitor: further pages within 30 minutes belong to it.
CREATE TABLE visit (
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    started_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    PRIMARY KEY (org_id, visitor_id)
);

CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX mail_due ON mail (due_at) WHERE state = 'pending';

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_org ON audit (org_id, at);

-- Activities and their way to Salesforce ----------------------------------

CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    email TEXT,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    item TEXT,
    file TEXT,
    note TEXT,
    page TEXT
);
CREATE INDEX activity_org ON activity (org_id, occurred_at, id);
CREATE INDEX activity_account ON activity (account_id, occurred_at) WHERE account_id IS NOT NULL;

-- lanes: how many of its lanes may be worked at once; follows the org's answers.
-- Tokens are encrypted, bound to this row and their column. An uninstalled
-- connection stays for the history of its deliveries, without tokens.
CREATE TABLE connection (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    state TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    environment TEXT NOT NULL,
    login_url TEXT NOT NULL,
    instance_url TEXT NOT NULL,
    sf_org_id TEXT NOT NULL,
    sf_user_id TEXT NOT NULL,
    sf_username TEXT NOT NULL,
    sf_user_name TEXT NOT NULL,
    access_token BYTEA,
    refresh_token BYTEA,
    token_version BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    refresh_until BIGINT NOT NULL,
    org_profile TEXT NOT NULL,
    org_profile_at BIGINT NOT NULL,
    preflight TEXT NOT NULL,
    preflight_at BIGINT NOT NULL,
    default_owner_id TEXT,
    default_owner_name TEXT,
    create_contact BIGINT NOT NULL,
    create_lead BIGINT NOT NULL,
    mark_completed BIGINT NOT NULL,
    associate_contact BIGINT NOT NULL,
    lead_account_field TEXT,
    hold_until BIGINT NOT NULL,
    hold_reason TEXT NOT NULL,
    hold_streak BIGINT NOT NULL DEFAULT 0,
    lanes BIGINT NOT NULL DEFAULT 4,
    api_used BIGINT NOT NULL,
    api_max BIGINT NOT NULL,
    confirmed_at BIGINT,
    connected_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX connection_live ON connection (org_id) WHERE state <> 'uninstalled';

-- A row means that the switch is on.
CREATE TABLE activity_switch (
    connection_id TEXT NOT NULL REFERENCES connection (id),
    kind TEXT NOT NULL,
    enabled_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, kind)
);

-- A login at Salesforce that has begun: consumed by the callback.
CREATE TABLE oauth_attempt (
    state_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    session_hash TEXT NOT NULL,
    environment TEXT NOT NULL,
    login_url TEXT NOT NULL,
    verifier BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- due_at: when the lane's next delivery is due; lease and fence: who may work it.
CREATE TABLE lane (
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    bucket BIGINT NOT NULL,
    next_seq BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    served_at BIGINT NOT NULL,
    UNIQUE (connection_id, bucket)
);
CREATE INDEX lane_due ON lane (due_at);

-- seq orders a lane; person keeps one person's deliveries in that order.
CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    activity_id TEXT NOT NULL REFERENCES activity (id),
    lane_id TEXT NOT NULL REFERENCES lane (id),
    seq BIGINT NOT NULL,
    person TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent_at BIGINT,
    skipped_owners BIGINT NOT NULL,
    who_id TEXT,
    what_id TEXT,
    owner_id TEXT,
    task_id TEXT,
    reason TEXT NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    UNIQUE (connection_id, activity_id)
);
CREATE INDEX delivery_open ON delivery (lane_id, seq)
    WHERE state IN ('pending', 'sending', 'waiting', 'uncertain');
CREATE INDEX delivery_blocking ON delivery (lane_id, person, seq)
    WHERE state IN ('sending', 'waiting', 'uncertain');
CREATE INDEX delivery_activity ON delivery (activity_id);
CREATE INDEX delivery_state ON delivery (connection_id, state, id);

-- What Salesforce answered, kept for a while. subject: person or company.
CREATE TABLE match_cache (
    connection_id TEXT NOT NULL REFERENCES connection (id),
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, subject, key)
);

-- Per hour (microseconds, rounded down): API calls used, Tasks written.
CREATE TABLE api_usage (
    connection_id TEXT NOT NULL REFERENCES connection (id),
    hour BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    PRIMARY KEY (connection_id, hour)
);
