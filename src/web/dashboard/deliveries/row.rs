//! One delivery in the list, with what can be done about it.

use domain::activities::Person;
use domain::deliveries::outcome::LINKED_ACCOUNT_GONE;
use domain::deliveries::{DeliveryState, TASK_NOT_VISIBLE};
use jiff::Timestamp;
use store::deliveries::list::DeliveryView;

use super::badge::Badge;
use super::filter::Asked;
use super::unmatched::Company;

/// One delivery.
pub(super) struct DeliveryRow {
    pub badge: Badge,
    pub what: &'static str,
    pub who: String,
    pub company: String,
    /// The person's address, where `who` is something else; empty where nobody is known.
    pub email: String,
    pub href: String,
    pub at: Timestamp,
    pub can_retry: bool,
    /// The page that asks whether it should be cancelled; `None` where it can't be.
    pub cancel: Option<String>,
    /// The page of its company, where an Admin can say once where its activity belongs.
    pub decide: Option<String>,
    /// Whether its Task may exist where nobody can see it.
    pub in_doubt: bool,
    /// Whether cancelling it waits for a yes.
    pub asks: bool,
}

impl DeliveryRow {
    /// `live` says whether anything can still be sent over its connection.
    pub(super) fn from_view(
        view: &DeliveryView,
        live: bool,
        asked: &Asked,
        now: Timestamp,
    ) -> Self {
        let what = &view.activity.what;
        let badge = Badge::from_delivery(view, now);
        let can_cancel = live && can_cancel(view.state);
        let question = || Asked {
            cancel: badge.id.clone(),
            ..asked.clone()
        };
        let person = what.person.as_ref();
        let who = person.map_or_else(|| what.company.clone(), Person::display_name);
        let email = person.map(|person| person.email.to_string());
        Self {
            what: what.kind.title(),
            email: email.filter(|email| *email != who).unwrap_or_default(),
            who,
            company: what.company.clone(),
            href: format!("/dashboard/activity/{}", view.activity.id),
            at: view.activity.occurred_at,
            can_retry: live && can_retry(view.state),
            cancel: can_cancel.then(|| question().href()),
            decide: (live && waits_for_a_decision(view)).then(|| Company::of_activity(what).href()),
            in_doubt: live
                && view.state == DeliveryState::Parked
                && view.error_code == TASK_NOT_VISIBLE,
            asks: badge.id == asked.cancel,
            badge,
        }
    }
}

fn waits_for_a_decision(view: &DeliveryView) -> bool {
    let is_broken = view.state == DeliveryState::Parked && view.error_code == LINKED_ACCOUNT_GONE;
    view.state == DeliveryState::Unmatched || is_broken
}

/// Whether a delivery in this state can be tried again.
pub(super) fn can_retry(state: DeliveryState) -> bool {
    matches!(
        state,
        DeliveryState::Waiting | DeliveryState::Unmatched | DeliveryState::Parked
    )
}

fn can_cancel(state: DeliveryState) -> bool {
    can_retry(state) || state == DeliveryState::Pending
}
