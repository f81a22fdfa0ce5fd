//! Every limit, lifetime and page size of the web, in one place. Time spans are `Duration`s;
//! other units are named.

use std::time::Duration;

// Requests.

/// The most bytes of a body where a route doesn't say otherwise.
pub(super) const BODY: usize = 64 * 1024;
/// The most bytes of a message from DocuSign: it has no documents in it.
pub(super) const WEBHOOK: usize = 2 * 1024 * 1024;
/// How long answering with a page may take.
pub(super) const PAGE_TIME: Duration = Duration::from_secs(30);
/// How long an upload may take: a gigabyte over a slow line. One from which nothing comes
/// is given up much earlier.
pub(super) const UPLOAD_TIME: Duration = Duration::from_hours(6);
/// How long an upload may pause.
pub(super) const UPLOAD_IDLE: Duration = Duration::from_mins(1);
/// The most bytes that the parser is given before it finds a field's beginning or a
/// part of its content in them.
pub(super) const UNPARSED: usize = 64 * 1024;
/// The most fields of a form with a file.
pub(super) const FORM_FIELDS: usize = 40;
/// The most bytes of a field's name.
pub(super) const FIELD_NAME: usize = 100;
/// The most bytes of a form with a file: the largest file, and what is around it.
pub(super) const FILE_FORM: u64 = crate::files::DOCUMENT_LIMIT + 1024 * 1024;
/// The size of the form that decides many requests, in KiB.
pub(super) const DECISIONS_FORM_KIB: usize = 128;
/// The size of a list of people to invite, in KiB.
pub(super) const INVITATIONS_FORM_KIB: usize = 256;
/// The size of a form with a comment, in KiB: the longest comment, with twelve bytes a
/// character.
pub(super) const COMMENT_FORM_KIB: usize = 160;
/// How many characters of a browser's user agent are kept.
pub(super) const USER_AGENT: usize = 300;

// Pages of the dashboard.

/// An email that has waited for so long is said to be in trouble.
pub(super) const EMAIL_IS_LATE: Duration = Duration::from_hours(1);

/// How many characters search engines are told of a trust center.
pub(super) const SUMMARY: usize = 200;

/// A PDF of more bytes is fetched in parts by the viewer, as they are read.
pub(super) const READ_WHOLE: u64 = 8 * 1024 * 1024;

// Connections.

/// How much of a request's beginning is held, in bytes.
pub(super) const REQUEST_HEAD: usize = 64 * 1024;
/// How long a client that has connected has for its request while the process stops.
pub(super) const FIRST_REQUEST: Duration = Duration::from_secs(1);
/// Open files that are kept for everything but connections: the database, documents.
pub(super) const RESERVED_FILES: u64 = 64;
/// The most open files that the process asks for.
pub(super) const OPEN_FILES: u64 = 65_536;
/// The most connections at once.
pub(super) const CONNECTIONS: u64 = 16_384;

// Rate limits of visitors, an hour.

/// The time in which the limits of visitors count.
pub(super) const WINDOW: Duration = Duration::from_hours(1);
/// Requests an hour from one network address: a large office may share one, and
/// so does everyone behind a proxy that doesn't say for whom it asks.
pub(super) const REQUESTS_PER_IP: i64 = 300;
/// Requests an hour for one mailbox.
pub(super) const REQUESTS_PER_EMAIL: i64 = 20;
/// Requests an hour for addresses of one domain, from whatever networks.
pub(super) const REQUESTS_PER_DOMAIN: i64 = 250;
/// Requests an hour for one organization, from whatever networks.
pub(super) const REQUESTS_PER_ORGANIZATION: i64 = 1_000;
/// Links an hour that confirm a request, for one mailbox.
pub(super) const REQUEST_LINKS_PER_EMAIL: i64 = 5;
/// Sign-in links to one address.
pub(super) const SIGN_IN_LINKS_PER_EMAIL: i64 = 10;
/// Sign-in links that are requested from one network address.
pub(super) const SIGN_IN_LINKS_PER_IP: i64 = 300;
/// Emails that confirm a subscription, to one address.
pub(super) const SUBSCRIPTION_LINKS_PER_EMAIL: i64 = 5;
/// Emails that confirm a subscription, requested from one network address.
pub(super) const SUBSCRIPTION_LINKS_PER_IP: i64 = 100;
/// Comments of one visitor.
pub(super) const COMMENTS_PER_VISITOR: i64 = 30;
/// Messages of one visitor about the pages that they read: one each half minute, in a few tabs.
pub(super) const READINGS_PER_VISITOR: i64 = 300;
/// Questionnaires of one visitor.
pub(super) const QUESTIONNAIRES_PER_VISITOR: i64 = 20;

// Lifetimes.

/// How many seconds the cookie of a toast lasts: enough for the redirect, too short to turn
/// up on an unrelated page.
pub(super) const FLASH_SECONDS: u32 = 60;
/// How many seconds the cookie lasts that marks a known device: a year.
pub(super) const DEVICE_SECONDS: u32 = 365 * 24 * 60 * 60;
/// How long a browser keeps the colours that were chosen for the dashboard, in seconds.
pub(super) const THEME_COOKIE: u32 = 365 * 24 * 60 * 60;
/// How long a copy of security.txt may be kept; each answer has a new date.
pub(super) const SECURITY_TXT: Duration = Duration::from_hours(4320);
/// Parts of one download by staff, and repetitions, are one entry of the audit log within
/// this time.
pub(super) const STAFF_DOWNLOAD: Duration = Duration::from_mins(10);

// How many rows a page shows.

/// Access requests of either kind.
pub(super) const REQUESTS: usize = 30;
/// Names of accounts that are suggested while typing.
pub(super) const ACCOUNT_NAMES: i64 = 500;
/// Accounts.
pub(super) const ACCOUNTS: usize = 50;
/// Activities on an account's page.
pub(super) const ACCOUNT_ACTIVITIES: usize = 25;
/// Documents that people of an account have read, on its page.
pub(super) const ACCOUNT_READING: i64 = 12;
/// Readers on the page about how a document is read.
pub(super) const DOCUMENT_READERS: i64 = 200;
/// Pages of a document that are drawn.
pub(super) const DRAWN_PAGES: i64 = 400;
/// Rows of a table of analytics; the export has them all.
pub(super) const ANALYTICS_ROWS: usize = 50;
/// Rows of an export that are written at a time.
pub(super) const EXPORT_ROWS_AT_ONCE: usize = 500;
/// Answered conversations.
pub(super) const CONVERSATIONS: usize = 30;
/// Deliveries.
pub(super) const DELIVERIES: usize = 50;
/// Companies without a match.
pub(super) const UNMATCHED_COMPANIES: usize = 50;
/// Of how many people companies without a match are gathered, the latest first.
pub(super) const UNMATCHED_PEOPLE: usize = 50_000;
/// How many people of a company without a match are named.
pub(super) const UNMATCHED_PEOPLE_SHOWN: usize = 20;
/// Rows of each table of a dry run.
pub(super) const DRY_RUN_ROWS: i64 = 50;
/// The longest name of a company, in characters: that of a Lead's `Company`.
pub(super) const COMPANY_NAME: usize = 255;
/// How many kinds of errors the page of deliveries tells apart.
pub(super) const CAUSES: i64 = 20;
/// Findings about Tasks.
pub(super) const TASK_FINDINGS: i64 = 20;
/// Entries of the activity feed.
pub(super) const FEED_ENTRIES: usize = 40;
/// How many days the numbers and the chart of the overview cover.
pub(super) const OVERVIEW_DAYS: u16 = 30;
/// Questionnaires that are done.
pub(super) const QUESTIONNAIRES: usize = 30;
/// Entries of the audit log.
pub(super) const AUDIT_ENTRIES: usize = 50;
/// The most characters of a name or a domain to look for among accounts.
pub(super) const ACCOUNT_SEARCH: usize = 100;
/// The most characters of a word or a name to look for in the audit log.
pub(super) const AUDIT_SEARCH: usize = 100;
/// Emails of the outbox.
pub(super) const EMAILS: usize = 50;
/// Updates on the trust center.
pub(super) const NEWEST_UPDATES: i64 = 3;
/// Updates on their page.
pub(super) const UPDATES: i64 = 100;
/// The most KiB of a table of entries that is imported.
pub(super) const TABLE_KIB: usize = 1024;
/// Results of a search on the trust center.
pub(super) const SEARCH_RESULTS: usize = 50;
/// Updates that are searched, the newest.
pub(super) const SEARCHED_UPDATES: i64 = 500;
/// Updates in the sitemap, the newest.
pub(super) const SITEMAP_UPDATES: i64 = 500;
/// Updates in the Atom feed.
pub(super) const FEED_UPDATES: i64 = 20;

// Search of the dashboard.

/// The most characters that are searched for.
pub(super) const SEARCHED: usize = 100;
/// How many of each kind are found at most.
pub(super) const SEARCH_HITS: usize = 6;
