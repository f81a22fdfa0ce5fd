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
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- People -----------------------------------------------------------------

CREATE TABLE staff_user (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_user_org ON staff_user (org_id);

CREATE TABLE visitor (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    confirmed_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, email)
) STRICT;

-- Only the SHA-256 of a session's or a link's secret is kept.
CREATE TABLE staff_session (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE visitor_session (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE magic_link (
    token_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- Counters behind rate limits: one row a key and window.
CREATE TABLE attempt (
    key TEXT PRIMARY KEY,
    window_start INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

-- The trust center -------------------------------------------------------

CREATE TABLE section (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX section_org ON section (org_id, position);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE item (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    section_id TEXT NOT NULL REFERENCES section (id),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    visibility TEXT NOT NULL,
    document_id TEXT REFERENCES document (id),
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX item_section ON item (section_id, position);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (org_id, name_key)
) STRICT;

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    UNIQUE (account_id, visitor_id)
) STRICT;
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
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT REFERENCES staff_user (id),
    account_id TEXT REFERENCES account (id)
) STRICT;
CREATE INDEX access_request_org ON access_request (org_id, state, created_at);

-- One open visit a visitor: further pages within 30 minutes belong to it.
CREATE TABLE visit (
    org_id TEXT NOT NULL REFERENCES organization (id),
    visitor_id TEXT NOT NULL REFERENCES visitor (id),
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    PRIMARY KEY (org_id, visitor_id)
) STRICT;

CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;
CREATE INDEX mail_due ON mail (due_at) WHERE state = 'pending';

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_org ON audit (org_id, at);

-- Activities and their way to Salesforce ----------------------------------

CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    email TEXT,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    item TEXT,
    file TEXT,
    note TEXT,
    page TEXT
) STRICT;
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
    access_token BLOB,
    refresh_token BLOB,
    token_version INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    refresh_until INTEGER NOT NULL,
    org_profile TEXT NOT NULL,
    org_profile_at INTEGER NOT NULL,
    preflight TEXT NOT NULL,
    preflight_at INTEGER NOT NULL,
    default_owner_id TEXT,
    default_owner_name TEXT,
    create_contact INTEGER NOT NULL,
    create_lead INTEGER NOT NULL,
    mark_completed INTEGER NOT NULL,
    associate_contact INTEGER NOT NULL,
    lead_account_field TEXT,
    hold_until INTEGER NOT NULL,
    hold_reason TEXT NOT NULL,
    hold_streak INTEGER NOT NULL DEFAULT 0,
    lanes INTEGER NOT NULL DEFAULT 4,
    api_used INTEGER NOT NULL,
    api_max INTEGER NOT NULL,
    confirmed_at INTEGER,
    connected_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX connection_live ON connection (org_id) WHERE state <> 'uninstalled';

-- A row means that the switch is on.
CREATE TABLE activity_switch (
    connection_id TEXT NOT NULL REFERENCES connection (id),
    kind TEXT NOT NULL,
    enabled_at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind)
) STRICT;

-- A login at Salesforce that has begun: consumed by the callback.
CREATE TABLE oauth_attempt (
    state_hash TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES staff_user (id),
    session_hash TEXT NOT NULL,
    environment TEXT NOT NULL,
    login_url TEXT NOT NULL,
    verifier BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- due_at: when the lane's next delivery is due; lease and fence: who may work it.
CREATE TABLE lane (
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id),
    org_id TEXT NOT NULL REFERENCES organization (id),
    bucket INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    served_at INTEGER NOT NULL,
    UNIQUE (connection_id, bucket)
) STRICT;
CREATE INDEX lane_due ON lane (due_at);

-- seq orders a lane; person keeps one person's deliveries in that order.
CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organization (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    activity_id TEXT NOT NULL REFERENCES activity (id),
    lane_id TEXT NOT NULL REFERENCES lane (id),
    seq INTEGER NOT NULL,
    person TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at INTEGER,
    skipped_owners INTEGER NOT NULL,
    who_id TEXT,
    what_id TEXT,
    owner_id TEXT,
    task_id TEXT,
    reason TEXT NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (connection_id, activity_id)
) STRICT;
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
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, subject, key)
) STRICT;

-- Per hour (microseconds, rounded down): API calls used, Tasks written.
CREATE TABLE api_usage (
    connection_id TEXT NOT NULL REFERENCES connection (id),
    hour INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    PRIMARY KEY (connection_id, hour)
) STRICT;
