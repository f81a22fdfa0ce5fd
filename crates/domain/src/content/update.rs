//! News that a trust center publishes, and who gets them by email.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::dates;
use crate::email::EmailAddress;
use crate::ids::{SubscriberId, UpdateId};

/// An update: a draft, or published news.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    /// Names the update in the dashboard's addresses.
    pub id: UpdateId,
    /// Its heading, also in the subject of its emails.
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
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Update {
    /// [`Self::dated_on`] as visitors read it: "Jun 3, 2026".
    pub fn day(&self) -> String {
        dates::day(self.dated_on)
    }
}

/// Someone who asked for updates by email, and confirmed it by an emailed link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscriber {
    /// Names the subscriber in the dashboard's addresses.
    pub id: SubscriberId,
    /// The address that gets the emails.
    pub email: EmailAddress,
    /// When the emailed link was first followed.
    pub confirmed_at: Timestamp,
    /// What the emails' unsubscribe links carry. It can do nothing else, and every
    /// email repeats it, so it is kept as it is.
    pub leave_token: String,
}
