//! Looking at all pages that were found.

use super::explorer::Visit;
use super::forms::Forms;
use super::look::Inspector;
use super::world::Person;
use crate::support::TestApp;

/// Whose pages are looked at.
pub struct Tour<'a> {
    pub app: &'a TestApp,
    pub people: &'a [Person],
    /// The path from which on their sessions are good.
    pub home: &'a str,
}

impl Tour<'_> {
    /// Looks at the pages, then at what their forms say when they are sent empty; with
    /// two browsers, for two cores. Fails with all that was found.
    pub async fn take(&self, visits: &[Visit]) {
        let (mut one, mut other) = tokio::join!(Inspector::start(), Inspector::start());
        let halves = [0, 1].map(|half| {
            let own = visits.iter().skip(half).step_by(2);
            own.collect::<Vec<_>>()
        });
        tokio::join!(
            self.look(&mut one, &halves[0]),
            self.look(&mut other, &halves[1]),
        );
        // Only now: what they change isn't what was found.
        let forms = Forms::default();
        tokio::join!(
            self.send_forms(&forms, &mut one, &halves[0]),
            self.send_forms(&forms, &mut other, &halves[1]),
        );
        one.hears(other);
        one.finish();
    }

    async fn look(&self, inspector: &mut Inspector, visits: &[&Visit]) {
        let mut whose = None;
        for visit in visits {
            let what = self.becomes(inspector, &mut whose, visit).await;
            let url = self.app.url.join(&visit.path).expect("an address");
            inspector.chromium.goto(url.as_str()).await;
            assert_eq!(inspector.status().await, visit.status, "{what}");
            inspector.look(&what).await;
            inspector.look_without_scripts(url.as_str(), &what).await;
        }
    }

    async fn send_forms(&self, forms: &Forms, inspector: &mut Inspector, visits: &[&Visit]) {
        let mut whose = None;
        for visit in visits {
            let what = self.becomes(inspector, &mut whose, visit).await;
            let url = self.app.url.join(&visit.path).expect("an address");
            forms.send_empty(inspector, &what, url.as_str()).await;
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
