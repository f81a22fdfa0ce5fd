//! Production or sandbox.

use serde::{Deserialize, Serialize};

/// Whether an org is a production org or a sandbox: each kind has a login host of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Any org that isn't a sandbox; people log in at login.salesforce.com or its My
    /// Domain.
    Production,
    /// A copy of such an org, for trying things out.
    Sandbox,
}

impl Environment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Production, Self::Sandbox];

    /// The stable name, to be stored and sent: `production` or `sandbox`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
        }
    }

    /// Reads a [`key`](Self::key); `None` where it is neither.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

impl std::fmt::Display for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for Environment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::from_key(text)
            .ok_or_else(|| format!("`{text}` is not an environment: use production or sandbox"))
    }
}
