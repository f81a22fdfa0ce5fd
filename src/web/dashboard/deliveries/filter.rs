//! Which deliveries the page lists, as its address says.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::ids::DeliveryId;
use jiff::Timestamp;
use serde::Deserialize;
use store::deliveries::list::Filter;

use super::page::HOME;

/// How many days back, and how the page says so.
pub(in crate::web::dashboard) const TIMES: [(&str, &str); 5] = [
    ("", "Any time"),
    ("1", "Last 24 hours"),
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
];

/// The query of the page.
#[derive(Clone, Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub kind: String,
    /// The code of the last error.
    #[serde(default)]
    pub cause: String,
    /// Part of an address, a name or a company.
    #[serde(default)]
    pub q: String,
    /// How many days back, as [`TIMES`] has them.
    #[serde(default)]
    pub time: String,
    /// The last delivery of the page before.
    #[serde(default)]
    pub before: String,
    /// A delivery that is about to be cancelled.
    #[serde(default)]
    pub cancel: String,
}

impl Asked {
    pub(super) fn filter(&self, now: Timestamp) -> Filter {
        let is_known = TIMES.iter().any(|(days, _)| *days == self.time);
        let days = self.time.parse::<u32>().ok().filter(|_| is_known);
        Filter {
            state: self.state.parse().ok(),
            kind: ActivityKind::from_key(&self.kind),
            cause: self.cause.clone(),
            search: self.q.trim().to_owned(),
            since: days.map(|days| now - Duration::from_hours(24) * days),
            before: self.before.parse::<DeliveryId>().ok(),
        }
    }

    /// Whether something beside the state is asked for.
    pub(super) fn is_filtering(&self) -> bool {
        [&self.kind, &self.cause, &self.q, &self.time]
            .iter()
            .any(|value| !value.trim().is_empty())
    }

    pub(super) fn is_kind(&self, kind: &ActivityKind) -> bool {
        self.kind == kind.key()
    }

    /// The page with the first deliveries of another state.
    pub(super) fn with_state(&self, state: Option<DeliveryState>) -> Self {
        Self {
            state: state.map_or("", DeliveryState::key).to_owned(),
            cause: String::new(),
            ..self.first()
        }
    }

    /// The same list from its beginning.
    pub(super) fn first(&self) -> Self {
        Self {
            before: String::new(),
            cancel: String::new(),
            ..self.clone()
        }
    }

    /// The address; what is empty isn't in it.
    pub(super) fn href(&self) -> String {
        match self.query() {
            query if query.is_empty() => HOME.to_owned(),
            query => format!("{HOME}?{query}"),
        }
    }

    /// The address's query; what is empty isn't in it.
    pub(super) fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("state", &self.state),
            ("kind", &self.kind),
            ("cause", &self.cause),
            ("q", &self.q),
            ("time", &self.time),
            ("before", &self.before),
            ("cancel", &self.cancel),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_is_asked_for() {
        let asked = Asked {
            state: "parked".to_owned(),
            q: "Häfen & Co".to_owned(),
            before: "x".to_owned(),
            ..Asked::default()
        };
        let first = asked.first().href();
        assert_eq!(first, format!("{HOME}?state=parked&q=H%C3%A4fen+%26+Co"));
        assert_eq!(
            asked.with_state(None).href(),
            format!("{HOME}?q=H%C3%A4fen+%26+Co")
        );
        assert_eq!(Asked::default().href(), HOME);
    }
}
