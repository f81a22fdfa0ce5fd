//! What anonymous visitors looked at and nobody has written down yet: their pages
//! don't wait for the database. Bounded, in all and for each network.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::analytics::usage::UsageKind;
use crate::ids::{ItemId, OrganizationId};
use crate::limits::{VIEWS_PER_NETWORK, VIEWS_WAITING};

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// One view by someone who isn't signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnonymousView {
    /// The organization whose trust center was looked at.
    pub org: OrganizationId,
    /// When it was looked at.
    pub at: Timestamp,
    /// The network that the request came from: an IPv4 address, an IPv6 network of 64 bits
    /// (`…/64`), or `unknown`.
    pub network: String,
    /// The `User-Agent` header of the request.
    pub user_agent: String,
    /// Whether it was a page, a preview or a download.
    pub kind: UsageKind,
    /// With its title; nothing for a page that shows several.
    pub item: Option<(ItemId, String)>,
    /// Empty where no file was meant.
    pub file_name: String,
}

/// The views that wait to be written down, in this process only.
#[derive(Debug, Default)]
pub struct AnonymousViews(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    views: VecDeque<AnonymousView>,
    minute: i64,
    /// How many of the minute, by network.
    counted: HashMap<String, u32>,
}

impl AnonymousViews {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the view to be written down. False where there are too many.
    pub fn add(&self, view: AnonymousView) -> bool {
        let mut waiting = self.lock();
        let minute = view.at.as_microsecond().div_euclid(MICROS_PER_MINUTE);
        if waiting.minute != minute {
            waiting.minute = minute;
            waiting.counted.clear();
        }
        if waiting.views.len() >= VIEWS_WAITING {
            return false;
        }
        let counted = waiting.counted.entry(view.network.clone()).or_default();
        *counted += 1;
        if *counted > VIEWS_PER_NETWORK {
            return false;
        }
        waiting.views.push_back(view);
        true
    }

    /// The oldest ones, at most `most`.
    pub fn take(&self, most: usize) -> Vec<AnonymousView> {
        let mut waiting = self.lock();
        let most = most.min(waiting.views.len());
        waiting.views.drain(..most).collect()
    }

    /// Puts back what could not be written down.
    pub fn put_back(&self, views: Vec<AnonymousView>) {
        let mut waiting = self.lock();
        for view in views.into_iter().rev() {
            waiting.views.push_front(view);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn view(network: &str, at: Timestamp) -> AnonymousView {
        AnonymousView {
            org: OrganizationId::from_uuid(uuid::Uuid::nil()),
            at,
            network: network.to_owned(),
            user_agent: String::new(),
            kind: UsageKind::Page,
            item: None,
            file_name: String::new(),
        }
    }

    #[test]
    fn a_network_counts_so_often_in_a_minute_and_no_more() {
        let (views, now) = (AnonymousViews::default(), Timestamp::UNIX_EPOCH);
        let added = (0..5_000).filter(|_| views.add(view("a", now))).count();
        assert_eq!(added, 60);
        assert!(views.add(view("b", now)));
        assert!(views.add(view("a", now + Duration::from_mins(1))));
        assert_eq!(views.take(100).len(), 62);
    }

    #[test]
    fn what_waits_is_bounded_and_comes_back_in_its_order() {
        let views = AnonymousViews::default();
        let at = Timestamp::UNIX_EPOCH;
        let all = (0..20_000).filter(|n| views.add(view(&n.to_string(), at)));
        assert_eq!(all.count(), VIEWS_WAITING);
        let first = views.take(10);
        views.put_back(first.clone());
        assert_eq!(views.take(10), first);
    }
}
