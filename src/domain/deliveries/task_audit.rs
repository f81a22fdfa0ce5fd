//! What the nightly comparison says about one delivery.

/// Why the org doesn't have exactly one Task of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskFinding {
    /// The connected user sees no Task of that id.
    Missing,
    /// Somebody deleted it in Salesforce.
    Deleted,
    /// Several Tasks have its reference.
    Doubled,
}

impl TaskFinding {
    const ALL: [Self; 3] = [Self::Missing, Self::Deleted, Self::Doubled];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Deleted => "deleted",
            Self::Doubled => "doubled",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Missing => "Not found in Salesforce",
            Self::Deleted => "Deleted in Salesforce",
            Self::Doubled => "Duplicate Tasks in Salesforce",
        }
    }
}

impl std::fmt::Display for TaskFinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for TaskFinding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|one| one.key() == text)
            .ok_or_else(|| format!("`{text}` is not a finding about a Task"))
    }
}
