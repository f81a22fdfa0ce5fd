//! Whether something that is due is left alone although nothing blocks it.

use std::collections::HashMap;
use std::time::Duration;

use domain::salesforce::ConnectionState;
use domain::salesforce::api_calls::SHARE_USED;

use super::storage::{OpenRow, Seen};

/// How long something due may be left alone.
const LIMIT: Duration = Duration::from_mins(1);

/// Since when which row has been due and as it is.
#[derive(Default)]
pub struct Silence(HashMap<String, (Duration, OpenRow)>);

impl Silence {
    /// Checks what is open; `busy` says that a call is under way. Answers what was
    /// left alone for too long.
    pub fn check(&mut self, now: Duration, seen: &Seen, busy: bool) -> Option<String> {
        if busy || seen.connection != ConnectionState::Active || quota(seen) {
            self.0.clear();
            return None;
        }
        let due: Vec<&OpenRow> = seen
            .open
            .iter()
            .filter(|row| row.due_at <= now && !waits_for_another(row, seen, now))
            .collect();
        self.0.retain(|id, _| due.iter().any(|row| row.id == *id));
        for row in due {
            let known = self.0.entry(row.id.clone());
            let (since, as_it_was) = known.or_insert_with(|| (now, row.clone()));
            if as_it_was != row {
                (*since, *as_it_was) = (now, row.clone());
            }
            if now > *since + LIMIT {
                let silent = now.saturating_sub(*since).as_secs();
                let hold = seen.hold_until.saturating_sub(now).as_secs();
                return Some(format!(
                    "silent for {silent} s: {row:?} is due (held for another {hold} s: {})",
                    seen.hold_reason
                ));
            }
        }
        None
    }
}

/// An earlier one of the same person isn't due yet.
fn waits_for_another(row: &OpenRow, seen: &Seen, now: Duration) -> bool {
    let mut earlier = seen.open.iter();
    earlier.any(|other| other.person == row.person && other.seq < row.seq && other.due_at > now)
}

/// The org's calls or Gatehouse's share of them are used up, which only time mends.
fn quota(seen: &Seen) -> bool {
    seen.hold_reason.contains("TotalRequests") || seen.hold_reason.contains(SHARE_USED)
}
