//! A Task that an Admin has written to see whether it works, and that is deleted again.

use std::time::Duration;

use crate::ids::TestTaskId;
use crate::keyed::keyed;

/// Its Subject, by which people recognize one that couldn't be deleted.
pub const SUBJECT: &str = "Gatehouse test Task";

/// How long after it was begun the org is asked what became of one whose answer was lost: a
/// request that timed out may still be carried out for ten minutes.
pub const ASK_AFTER: Duration = Duration::from_mins(20);

/// When the org is asked again about one that it didn't delete.
pub const ASK_AGAIN: Duration = Duration::from_hours(24);

/// After this, nobody is asked anymore about one of which nothing could be found out.
pub const GIVE_UP: Duration = Duration::from_hours(24);

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestTaskState {
    /// It is being written, or deleted.
    Running,
    /// It was written and deleted.
    Passed,
    /// Salesforce refused to write it.
    Refused,
    /// It was written, and Salesforce refuses to delete it: looked at again every day.
    Left,
    /// Salesforce's answer was lost: whether it was written is found out later.
    Uncertain,
    /// Its answer had been lost, or it couldn't be deleted. It isn't in the org anymore, or
    /// never was.
    Cleared,
    /// Nobody can tell whether it is in the org: people have to look.
    NotFound,
}

impl TestTaskState {
    const ALL: [Self; 7] = [
        Self::Running,
        Self::Passed,
        Self::Refused,
        Self::Left,
        Self::Uncertain,
        Self::Cleared,
        Self::NotFound,
    ];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Refused => "refused",
            Self::Left => "left",
            Self::Uncertain => "uncertain",
            Self::Cleared => "cleared",
            Self::NotFound => "not_found",
        }
    }

    /// Whether the org is asked about it again: it may still be there.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Uncertain | Self::Left)
    }
}

keyed!(TestTaskState, "a state of a test Task");

/// The line of its Comments that finds it again.
pub fn reference(id: TestTaskId) -> String {
    format!("Gatehouse test: {}", id.as_uuid().simple())
}

/// What its Comments say.
pub fn comments(id: TestTaskId, asked_by: &str) -> String {
    let line = reference(id);
    format!(
        "{asked_by} tests whether Gatehouse can write Tasks. This Task is deleted right away.\n\n{line}"
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn its_reference_stands_on_a_line_of_its_own() {
        let id = TestTaskId::from_uuid(Uuid::from_u128(7));
        let text = comments(id, "Ada");
        assert!(text.lines().any(|line| line == reference(id)), "{text}");
    }

    #[test]
    fn every_state_reads_back_from_its_key() {
        for state in TestTaskState::ALL {
            assert_eq!(state.key().parse(), Ok(state));
        }
    }
}
