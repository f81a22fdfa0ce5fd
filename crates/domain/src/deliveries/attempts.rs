//! How often a delivery was tried again, counted by what stood in its way.
//!
//! Each cause has a limit of its own: an Account that was locked twenty times says
//! nothing about how often its match may still turn out to be wrong.

use std::str::FromStr;

/// What made another attempt necessary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// A passing refusal, such as a locked record.
    Passing,
    /// The matched record was gone, merged or converted.
    Match,
    /// The owner couldn't own Tasks.
    Owner,
    /// The session had ended.
    Session,
    /// The org's statuses or priorities had been renamed.
    Choices,
    /// It was sent again because nothing had been written.
    Resent,
}

impl Cause {
    const ALL: [Self; 6] = [
        Self::Passing,
        Self::Match,
        Self::Owner,
        Self::Session,
        Self::Choices,
        Self::Resent,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Passing => "passing",
            Self::Match => "match",
            Self::Owner => "owner",
            Self::Session => "session",
            Self::Choices => "choices",
            Self::Resent => "resent",
        }
    }
}

/// The counts of one delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Attempts([u32; Cause::ALL.len()]);

impl Attempts {
    /// How often it was tried again for this cause.
    pub fn count(self, cause: Cause) -> u32 {
        self.0[cause as usize]
    }

    /// The same with one more for this cause.
    #[must_use]
    pub fn plus(mut self, cause: Cause) -> Self {
        let count = &mut self.0[cause as usize];
        *count = count.saturating_add(1);
        self
    }

    /// The same with one less for this cause: the attempt turned out not to be one.
    #[must_use]
    pub fn minus(mut self, cause: Cause) -> Self {
        let count = &mut self.0[cause as usize];
        *count = count.saturating_sub(1);
        self
    }

    /// How often it was tried again for any cause.
    pub fn total(self) -> u32 {
        self.0.into_iter().fold(0, u32::saturating_add)
    }
}

impl std::fmt::Display for Attempts {
    /// `passing=2 match=1`, as the database holds it; empty where there were none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = Cause::ALL
            .into_iter()
            .filter(|cause| self.count(*cause) > 0);
        for (n, cause) in counted.enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{}={}", cause.key(), self.count(cause))?;
        }
        Ok(())
    }
}

impl FromStr for Attempts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut attempts = Self::default();
        for part in text.split_whitespace() {
            let (key, count) = part
                .split_once('=')
                .ok_or_else(|| format!("`{part}` is not a count of attempts"))?;
            let cause = Cause::ALL
                .into_iter()
                .find(|cause| cause.key() == key)
                .ok_or_else(|| format!("`{key}` is not a cause of an attempt"))?;
            attempts.0[cause as usize] = count
                .parse()
                .map_err(|_| format!("`{count}` is not a number of attempts"))?;
        }
        Ok(attempts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_counted_apart_and_survives_the_database() {
        let attempts = Attempts::default()
            .plus(Cause::Passing)
            .plus(Cause::Match)
            .plus(Cause::Passing);
        assert_eq!(attempts.count(Cause::Passing), 2);
        assert_eq!(attempts.count(Cause::Owner), 0);
        assert_eq!(attempts.total(), 3);
        assert_eq!(attempts.to_string(), "passing=2 match=1");
        assert_eq!(attempts.to_string().parse(), Ok(attempts));
        assert_eq!("".parse(), Ok(Attempts::default()));
        assert!("sometimes=1".parse::<Attempts>().is_err());
    }
}
