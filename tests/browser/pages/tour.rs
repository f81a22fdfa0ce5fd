//! Inspects all pages that were found.

use super::explorer::Visit;
use super::forms::{Forms, Wanted};
use super::inspector::Inspector;
use super::world::Person;
use crate::support::TestApp;

/// Whose pages are inspected.
pub struct Tour<'a> {
    pub app: &'a TestApp,
    pub people: &'a [Person],
    /// The path from which on their sessions are good.
    pub home: &'a str,
}

impl Tour<'_> {
    /// Inspects the pages, then what their forms say when they are sent empty; with
    /// two browsers, for two cores. Fails with all that was found.
    pub async fn take(&self, visits: &[Visit]) {
        let (mut one, mut other) = tokio::join!(Inspector::start(), Inspector::start());
        let halves = [0, 1].map(|half| {
            let own = visits.iter().skip(half).step_by(2);
            own.collect::<Vec<_>>()
        });
        let forms = Forms::default();
        let (ones, others) = tokio::join!(
            self.inspect(&forms, &mut one, &halves[0]),
            self.inspect(&forms, &mut other, &halves[1]),
        );
        // Only now: what they change isn't what was found.
        tokio::join!(
            self.send_forms(&forms, &mut one, &ones),
            self.send_forms(&forms, &mut other, &others),
        );
        one.hears(other);
        one.finish();
    }

    /// Answers the forms that are on these pages first.
    async fn inspect<'v>(
        &self,
        forms: &Forms,
        inspector: &mut Inspector,
        visits: &[&'v Visit],
    ) -> Vec<(&'v Visit, Wanted)> {
        let (mut whose, mut found) = (None, Vec::new());
        for visit in visits {
            let what = self.becomes(inspector, &mut whose, visit).await;
            let url = self.app.url.join(&visit.path).expect("an address");
            inspector.chromium.goto(url.as_str()).await;
            assert_eq!(inspector.status().await, visit.status, "{what}");
            inspector.inspect(&what).await;
            let wanted = forms.find(&inspector.chromium).await;
            found.extend(wanted.into_iter().map(|form| (*visit, form)));
            inspector.inspect_without_scripts(url.as_str(), &what).await;
        }
        found
    }

    async fn send_forms(
        &self,
        forms: &Forms,
        inspector: &mut Inspector,
        found: &[(&Visit, Wanted)],
    ) {
        let mut whose = None;
        for (visit, form) in found {
            let what = self.becomes(inspector, &mut whose, visit).await;
            let url = self.app.url.join(&visit.path).expect("an address");
            forms.send(inspector, form, url.as_str(), &what).await;
        }
    }

    /// Changes the person if need be; answers how to name the page.
    async fn becomes(
        &self,
        inspector: &Inspector,
        whose: &mut Option<usize>,
        visit: &Visit,
    ) -> String {
        let (who, browser) = &self.people[visit.person];
        if whose.replace(visit.person) != Some(visit.person) {
            inspector.chromium.becomes(browser, self.home).await;
        }
        format!("{}, {who}", visit.path)
    }
}
