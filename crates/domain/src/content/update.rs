//! News that a trust center publishes, and who gets them by email.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::email::EmailAddress;
use crate::ids::{SubscriberId, UpdateId};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    pub id: UpdateId,
    pub title: String,
    /// In Markdown.
    pub body: String,
    /// The day that visitors read beside it.
    pub dated_on: Date,
    /// `None` for a draft.
    pub published_at: Option<Timestamp>,
    /// When it was last emailed to subscribers.
    pub mailed_at: Option<Timestamp>,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    pub updated_at: Timestamp,
}

impl Update {
    pub fn day(&self) -> String {
        self.dated_on.strftime("%-d %B %Y").to_string()
    }
}

/// Someone who asked for updates by email, and confirmed it by an emailed link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscriber {
    pub id: SubscriberId,
    pub email: EmailAddress,
    pub confirmed_at: Timestamp,
    /// What the emails' unsubscribe links carry. It can do nothing else, and every
    /// email repeats it, so it is kept as it is.
    pub leave_token: String,
}
