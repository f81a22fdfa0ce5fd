//! Every limit, lifetime and wait of the use cases, in one place. Time spans are `Duration`s;
//! other units are named.

use std::time::Duration;

// Access requests.

/// The most characters of a message to someone who is denied access.
pub const DENIAL_MESSAGE: usize = 2000;
/// How long the link works that confirms the address of a request.
pub const REQUEST_LINK: Duration = Duration::from_hours(48);
/// Requests an hour, of one organization, about which staff get separate emails.
pub const REQUEST_EMAILS: i64 = 10;
/// The time in which those are counted.
pub const REQUEST_EMAILS_WINDOW: Duration = Duration::from_hours(1);
/// Within this time the same request again is a repeated click.
pub const SAME_REQUEST: Duration = Duration::from_mins(1);
/// How many accounts are suggested for one request.
pub const ACCOUNT_SUGGESTIONS: usize = 6;

// Accounts.

/// The most characters of an account's name.
pub const ACCOUNT_NAME: usize = 200;
/// The most characters of an account's description.
pub const ACCOUNT_DESCRIPTION: usize = 2_000;
/// How many email domains an account may have.
pub const ACCOUNT_DOMAINS: usize = 20;
/// The time in which invitations are counted.
pub const INVITATIONS_WINDOW: Duration = Duration::from_hours(1);
/// Lists of people that one organization may invite in that time.
pub const INVITATION_LISTS: i64 = 20;
/// Invitation emails to one member in that time.
pub const INVITATION_EMAILS: i64 = 3;

// Analytics and documents.

/// How many views of anonymous visitors are written in one transaction: on SQLite everyone
/// who writes waits meanwhile.
pub const VIEWS_AT_ONCE: usize = 200;
/// Parts of a document that are fetched within this time, as someone reads on in the viewer,
/// belong to one reading. Counters are kept for a day.
pub const ONE_READING: Duration = Duration::from_hours(12);
/// Parts of a document closer together than this belong to one download.
pub const ONE_DOWNLOAD: Duration = Duration::from_hours(1);
/// Pages closer together than this belong to one visit.
pub const VISIT_GAP: Duration = Duration::from_mins(30);

// Content and conversations.

/// The most characters of a web address.
pub const ENTRY_URL: usize = 300;
/// The most characters of the title of a saved reply.
pub const SAVED_REPLY_TITLE: usize = 80;
/// How many saved replies an organization may have.
pub const SAVED_REPLIES: usize = 200;
/// How long the link works that confirms a subscription.
pub const SUBSCRIPTION_LINK: Duration = Duration::from_hours(48);
/// Subscribers that are emailed in one transaction.
pub const SUBSCRIBERS_AT_ONCE: i64 = 200;
/// How much of an update's text an email quotes, in UTF-16 units.
pub const UPDATE_QUOTE: usize = 600;
/// Within this time a request for the same item again is a repeated click.
pub const SAME_ITEM_REQUEST: Duration = Duration::from_hours(24);

// Emails and notifications.

/// How much of what someone wrote an email quotes, in UTF-16 units.
pub const NOTIFICATION_QUOTE: usize = 600;
/// The hour of the day, in UTC, at which the daily email is sent.
pub const DAILY_EMAIL_HOUR: i64 = 8;
/// Within this time the same error of deliveries is notified once.
pub const SAME_DELIVERY_ERROR: Duration = Duration::from_hours(24);
/// The percentage of a storage quota from which on Admins are emailed.
pub const STORAGE_WARNING: u64 = 90;
/// Within this time the same storage warning is emailed once.
pub const SAME_STORAGE_WARNING: Duration = Duration::from_hours(24);

// Custom domains.

/// How often the DNS record of a verified domain is checked again.
pub const VERIFIED_DOMAIN_CHECK: Duration = Duration::from_hours(24);
/// How often the DNS record of a claimed domain is checked.
pub const CLAIMED_DOMAIN_CHECK: Duration = Duration::from_hours(1);
/// For how long the record of a verified domain may be missing, such as during a move to
/// another DNS provider.
pub const DOMAIN_RECORD_MISSING: Duration = Duration::from_hours(3 * 24);

// NDAs.

/// The most characters of an NDA.
pub const NDA_TEXT: usize = 20_000;
/// The most characters of a note about an NDA that was signed elsewhere.
pub const NDA_NOTE: usize = 500;

// Staff: names, passwords, links and sessions.

/// The most characters of a name.
pub const STAFF_NAME: usize = 120;
/// The most characters of the name of a saved view.
pub const SAVED_TITLE: usize = 60;
/// The most bytes of the filters of a saved view.
pub const SAVED_QUERY: usize = 1_000;
/// How many views of one list a person may keep.
pub const SAVED_VIEWS: usize = 20;
/// The fewest characters of a password.
pub const PASSWORD_SHORTEST: usize = 12;
/// The longest password, in bytes: hashing a longer one costs too much.
pub const PASSWORD_LONGEST: usize = 1024;
/// How long a link works that resets a password.
pub const RESET_LINK: Duration = Duration::from_hours(1);
/// Links for one address that one network may ask for.
pub const RESETS_PER_PERSON: (i64, Duration) = (5, Duration::from_hours(1));
/// Links that one network may ask for, for whatever addresses.
pub const RESETS_PER_NETWORK: (i64, Duration) = (100, Duration::from_mins(15));
/// Links for one address that anyone may ask for.
pub const RESETS_PER_ADDRESS: (i64, Duration) = (20, Duration::from_hours(24));
/// How long an invitation of a colleague works.
pub const STAFF_INVITATION: Duration = Duration::from_hours(168);
/// How many recovery codes someone gets.
pub const RECOVERY_CODES: usize = 10;
/// How long a session lasts without being used.
pub const STAFF_SESSION_UNUSED: Duration = Duration::from_hours(12);
/// How long a session lasts however much it is used.
pub const STAFF_SESSION_LONGEST: Duration = Duration::from_hours(168);
/// The use of a session is noted no more often than this, to spare writes.
pub const SESSION_NOTED_AFTER: Duration = Duration::from_mins(5);
/// How long someone has to enter the code of the second factor.
pub const CODE_WITHIN: Duration = Duration::from_mins(10);
/// How long someone has to set up a second factor.
pub const SETUP_WITHIN: Duration = Duration::from_mins(30);
/// For how long the password counts before what can't be undone asks for it again.
pub const PASSWORD_CONFIRMED_FOR: Duration = Duration::from_hours(1);
/// Sign-in attempts from one network, for any addresses.
pub const SIGN_INS_PER_NETWORK: (i64, Duration) = (100, Duration::from_mins(15));
/// Sign-in attempts for one address from anywhere, on devices that never signed in to it.
pub const SIGN_INS_PER_ADDRESS: (i64, Duration) = (200, Duration::from_hours(24));

// Visitors.

/// How long staff look at the trust center with an account's eyes before they begin anew.
pub const ACCOUNT_VIEW: Duration = Duration::from_hours(1);

/// How long a visitor stays signed in.
pub const VISITOR_SESSION: Duration = Duration::from_hours(720);

// The command line.

/// Values that are sealed again in one transaction.
pub const SEALED_AT_ONCE: i64 = 200;
