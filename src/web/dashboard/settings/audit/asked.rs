//! Which entries are asked for: what the form of the filter sends.

use domain::audit::Category;
use domain::ids::AuditId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::audit_log::Filter;

use crate::web::limits::AUDIT_SEARCH;

/// What can't be read filters nothing.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// Part of a name or of an address.
    pub who: String,
    /// The key of a category.
    pub kind: String,
    /// The first day (UTC), `YYYY-MM-DD`.
    pub from: String,
    /// The last day (UTC), `YYYY-MM-DD`.
    pub to: String,
    /// Part of whatever stands in an entry.
    pub q: String,
    /// The last entry of the page before.
    pub before: String,
}

impl Asked {
    /// Without spaces around, and not longer than a database looks for.
    pub(super) fn tidied(self) -> Self {
        let tidy = |text: &str| {
            let printed = text.trim().chars().filter(|c| !c.is_control());
            printed.take(AUDIT_SEARCH).collect::<String>()
        };
        Self {
            who: tidy(&self.who),
            q: tidy(&self.q),
            ..self
        }
    }

    /// The filter from the log's newest entry.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            actor: self.who.clone(),
            category: self.category(),
            from: self.first_day().and_then(begin),
            until: self.last_day().and_then(|day| begin(day.tomorrow().ok()?)),
            search: self.q.clone(),
            before: None,
        }
    }

    pub(super) fn category(&self) -> Option<Category> {
        self.kind.parse().ok()
    }

    pub(super) fn first_day(&self) -> Option<Date> {
        self.from.trim().parse().ok()
    }

    pub(super) fn last_day(&self) -> Option<Date> {
        self.to.trim().parse().ok()
    }

    pub(super) fn before(&self) -> Option<AuditId> {
        AuditId::parse(&self.before)
    }

    pub(super) fn is_filtering(&self) -> bool {
        self.filter() != Filter::default()
    }

    /// The last day comes before the first: nothing can be between.
    pub(super) fn is_backwards(&self) -> bool {
        let days = self.first_day().zip(self.last_day());
        days.is_some_and(|(first, last)| last < first)
    }

    /// The query of the page after this entry; of the first page without one.
    pub(super) fn query(&self, before: Option<AuditId>) -> String {
        let before = before.map_or_else(String::new, |id| id.to_string());
        self.encoded(&self.who, &before)
    }

    /// The query of the first page of one actor's entries.
    pub(super) fn query_of(&self, who: &str) -> String {
        self.encoded(who, "")
    }

    fn encoded(&self, who: &str, before: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("who", who),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
            ("before", before),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The filter in words, for the audit log itself.
    pub(super) fn in_words(&self) -> String {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let parts = [
            ("person", self.who.clone()),
            (
                "category",
                self.category().map_or("", Category::title).to_owned(),
            ),
            ("from", day(self.first_day())),
            ("to", day(self.last_day())),
            ("search", self.q.clone()),
        ];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        let words: Vec<_> = given
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        if words.is_empty() {
            "all entries".to_owned()
        } else {
            words.join(", ")
        }
    }
}

/// The first moment of a day in UTC.
fn begin(day: Date) -> Option<Timestamp> {
    let midnight = day.to_zoned(TimeZone::UTC).ok()?;
    Some(midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, to: &str) -> Asked {
        Asked {
            from: from.to_owned(),
            to: to.to_owned(),
            ..Asked::default()
        }
    }

    #[test]
    fn the_last_day_counts_to_its_end() {
        let filter = asked("2026-02-01", "2026-02-01").filter();
        let text = |at: Option<Timestamp>| at.unwrap().to_string();
        assert_eq!(text(filter.from), "2026-02-01T00:00:00Z");
        assert_eq!(text(filter.until), "2026-02-02T00:00:00Z");
        assert!(asked("2026-02-02", "2026-02-01").is_backwards());
    }

    #[test]
    fn days_that_cannot_be_read_or_are_out_of_range_filter_nothing() {
        for day in ["soon", "2026-02-30", "9999-12-31"] {
            assert_eq!(asked("", day).filter().until, None, "{day}");
        }
        assert!(!asked("soon", "").is_filtering());
    }

    #[test]
    fn the_query_keeps_the_filter_and_the_words_name_it() {
        let asked = Asked {
            who: " Ada & Co ".to_owned(),
            kind: "team".to_owned(),
            q: "a\nb%".to_owned(),
            ..asked("2026-01-01", "")
        };
        let asked = asked.tidied();
        let query = "who=Ada+%26+Co&kind=team&from=2026-01-01&q=ab%25";
        assert_eq!(asked.query(None), query);
        assert_eq!(
            asked.in_words(),
            "person: Ada & Co, category: Team & sign-in, from: 2026-01-01, search: ab%"
        );
        assert_eq!(Asked::default().in_words(), "all entries");
    }
}
