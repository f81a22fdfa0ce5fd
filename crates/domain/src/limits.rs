//! Every limit and wait of the rules, in one place. Lengths are in characters unless said
//! otherwise.

use std::time::Duration;

// What visitors and staff write.

/// The longest first name, as Salesforce's field `FirstName`.
pub const FIRST_NAME: usize = 40;
/// The longest last name, as Salesforce's field `LastName`.
pub const LAST_NAME: usize = 80;
/// The longest company name, as Salesforce's field `Company`.
pub const COMPANY: usize = 255;
/// The longest reason that a visitor may give.
pub const REASON: usize = 2000;
/// The longest comment.
pub const COMMENT: usize = 10_000;
/// The longest note with a questionnaire.
pub const QUESTIONNAIRE_NOTE: usize = 2_000;
/// The longest note of a document's version.
pub const VERSION_NOTE: usize = 300;
/// The longest name of a permission profile and of a document group.
pub const PROFILE_NAME: usize = 80;
/// The longest description of a permission profile and of a document group.
pub const PROFILE_DESCRIPTION: usize = 300;
/// How many people one list may invite.
pub const INVITED_PEOPLE: usize = 500;
/// How many entries of a section one table may add.
pub const IMPORTED_ENTRIES: usize = 500;
/// How many mistakes of such a table are told at once.
pub const TABLE_MISTAKES: usize = 8;
/// How much of an invalid line of a list of people is shown.
pub const INVALID_LINE: usize = 90;
/// How many domains can be blocked from requesting access.
pub const BLOCKED_DOMAINS: usize = 1000;
/// The largest logo, in bytes.
pub const LOGO: usize = 1024 * 1024;

// Search on the trust center.

/// How much of a query counts.
pub const SEARCH_QUERY: usize = 200;
/// How many words of a query count.
pub const SEARCH_WORDS: usize = 20;
/// How much of a long text a result shows.
pub const EXCERPT: usize = 220;
/// How much of it stands before the first word that was looked for.
pub const EXCERPT_BEFORE: usize = 60;

// Anonymous visitors.

/// How many views wait to be written at most; one more is not counted.
pub const VIEWS_WAITING: usize = 10_000;
/// How many views from one network are counted in a minute, over all organizations.
pub const VIEWS_PER_NETWORK: u32 = 60;

// Reading in the document viewer.

/// The most pages of a document whose pages are timed.
pub const PAGES_OF_DOCUMENT: u16 = 5_000;
/// The most pages in one message about what was read. The viewer sends one every half minute.
pub const PAGES_AT_ONCE: usize = 60;
/// The most seconds in one message.
pub const READ_AT_ONCE: u16 = 120;

// Deliveries.

/// How long a delivery waits after a first error; the waits double.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait while an error is expected to pass quickly.
pub const QUICK_WAIT: Duration = Duration::from_mins(1);
/// The longest wait of any delivery.
pub const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The longest `Task.Subject`, in UTF-16 units.
pub const SUBJECT: usize = 255;
/// The longest `Task.Description`, shown as Comments, in UTF-16 units.
pub const COMMENTS: usize = 32_000;
/// Percent of the org's daily API calls that Gatehouse may use until an Admin chooses
/// otherwise.
pub const DEFAULT_SHARE: i64 = 20;
