//! What the nightly comparison says about one delivery.

use crate::keyed::keyed;

/// Why the org doesn't have exactly one Task of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskFinding {
    /// The connected user sees no Task of that id.
    Missing,
    /// Someone deleted it in Salesforce.
    Deleted,
    /// Several Tasks have its reference.
    Doubled,
}

impl TaskFinding {
    const ALL: [Self; 3] = [Self::Missing, Self::Deleted, Self::Doubled];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Deleted => "deleted",
            Self::Doubled => "doubled",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Missing => "Not found in Salesforce",
            Self::Deleted => "Deleted in Salesforce",
            Self::Doubled => "Duplicate Tasks in Salesforce",
        }
    }
}

keyed!(TaskFinding, "a finding about a Task");
