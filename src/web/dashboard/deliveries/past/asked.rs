//! What a dry run is asked for: a time, activities, options.

use std::collections::BTreeMap;

use domain::activities::ActivityKind;
use domain::deliveries::past::{Past, TriedOptions};
use jiff::{SignedDuration, Timestamp};

/// How many days back can be chosen.
pub(super) const DAYS: [i64; 3] = [7, 30, 90];
/// What is chosen at first.
pub(super) const USUAL_DAYS: i64 = 30;

/// The form, as it was sent or is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    pub days: i64,
    pub kinds: Vec<ActivityKind>,
    pub options: TriedOptions,
}

impl Asked {
    /// Reads the form: a box that isn't ticked isn't sent.
    pub(super) fn from_form(form: &BTreeMap<String, String>) -> Self {
        let has = |name: &str| form.contains_key(name);
        let days = form.get("days").and_then(|days| days.parse().ok());
        Self {
            days: days
                .filter(|days| DAYS.contains(days))
                .unwrap_or(USUAL_DAYS),
            kinds: ActivityKind::ALL
                .into_iter()
                .filter(|kind| has(kind.key()))
                .collect(),
            options: TriedOptions {
                create_contact: has("create_contact"),
                create_lead: has("create_lead"),
                associate_contact: has("associate_contact"),
            },
        }
    }

    /// Which activities that are, up to now.
    pub(super) fn past(&self, now: Timestamp) -> Past {
        let days = SignedDuration::from_hours(24 * self.days);
        Past {
            since: now.checked_sub(days).unwrap_or(Timestamp::UNIX_EPOCH),
            until: now,
            kinds: self.kinds.clone(),
        }
    }

    /// What an earlier dry run was asked for.
    pub(super) fn of_past(past: &Past, options: TriedOptions) -> Self {
        let hours = past.until.duration_since(past.since).as_hours();
        let days = hours / 24;
        Self {
            days: if DAYS.contains(&days) {
                days
            } else {
                USUAL_DAYS
            },
            kinds: past.kinds.clone(),
            options,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_are_not_ticked_are_not_asked_for() {
        let form = [("days", "7"), ("nda_signed", "yes"), ("create_lead", "yes")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let asked = Asked::from_form(&BTreeMap::from(form));
        assert_eq!(
            (asked.days, asked.kinds.as_slice()),
            (7, &[ActivityKind::NdaSigned][..])
        );
        assert!(asked.options.create_lead && !asked.options.create_contact);
    }

    #[test]
    fn the_form_shows_what_the_last_dry_run_was_asked_for() {
        for days in DAYS {
            let asked = Asked {
                days,
                kinds: vec![ActivityKind::FileDownloaded],
                options: TriedOptions::default(),
            };
            let past = asked.past("2026-02-02T15:00:00Z".parse().unwrap());
            assert_eq!(Asked::of_past(&past, asked.options), asked);
        }
    }

    #[test]
    fn another_number_of_days_is_the_usual_one() {
        for days in ["365", "-1", "", "x"] {
            let form = BTreeMap::from([("days".to_owned(), days.to_owned())]);
            assert_eq!(Asked::from_form(&form).days, USUAL_DAYS);
        }
    }
}
