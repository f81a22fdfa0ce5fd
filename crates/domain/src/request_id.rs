//! What a request is called in the log, on the page of an error, and beside the activity
//! that it caused.

use std::fmt;
use std::str::FromStr;

/// Ours are UUIDs. A proxy's own are taken over where they are short and have letters,
/// digits, `.`, `_` and `-` only, so that none can break a line of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(String);

impl RequestId {
    /// How many characters it may have.
    pub const LONGEST: usize = 64;

    /// Takes over an id that a proxy gave; `None` where it is too long, empty, or has
    /// other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let fits = (1..=Self::LONGEST).contains(&text.len()) && text.chars().all(plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// An id of our own.
    pub fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id.to_string())
    }

    /// The id as it stands in the log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RequestId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or("not the id of a request")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_cannot_break_a_line() {
        for id in ["a", "7f3a-4b.C_9", &"x".repeat(64)] {
            assert_eq!(RequestId::parse(id).unwrap().as_str(), id);
        }
        for id in [
            "",
            " ",
            "a b",
            "a\nb",
            "a\u{1b}[2J",
            "é",
            "ada@example.com",
            "\"",
            &"x".repeat(65),
        ] {
            assert_eq!(RequestId::parse(id), None, "{id}");
        }
    }
}
