//! What one process of a deployment does, and where it listens.

use std::net::SocketAddr;

/// Replicas on one PostgreSQL may share the work by kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcessRole {
    /// Answers requests and does the background work.
    All,
    /// Answers requests only.
    Web,
    /// Delivers, sends email and does scheduled work; answers only whether it is healthy.
    Sync,
}

impl ProcessRole {
    const ALL: [Self; 3] = [Self::All, Self::Web, Self::Sync];

    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Web => "web",
            Self::Sync => "sync",
        }
    }

    pub const fn answers_requests(self) -> bool {
        matches!(self, Self::All | Self::Web)
    }

    pub const fn does_background_work(self) -> bool {
        matches!(self, Self::All | Self::Sync)
    }
}

impl std::fmt::Display for ProcessRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for ProcessRole {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let role = Self::ALL.into_iter().find(|role| role.key() == text);
        role.ok_or_else(|| format!("`{text}` is not a role: use web, sync or all"))
    }
}

/// How the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For people: the spans and the fields before the words.
    Text,
    /// For programs: an object a line, with the fields of the spans around it.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!(
                "`{text}` is not a format of the log: use text or json"
            )),
        }
    }
}

/// Where requests come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listen {
    Address(SocketAddr),
    /// A listening socket that the service manager hands over as standard input. It
    /// outlives the process, so that requests wait during a restart instead of being
    /// refused.
    Inherited,
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Inherited => f.write_str("inherit"),
        }
    }
}

impl std::str::FromStr for Listen {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "inherit" => Ok(Self::Inherited),
            address => address.parse().map(Self::Address),
        }
    }
}
