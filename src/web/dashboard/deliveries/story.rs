//! What became of a delivery, step by step: recorded, matched, sent, answered.

use domain::deliveries::DeliveryState;
use jiff::Timestamp;
use store::deliveries::list::DeliveryView;

/// One step that a delivery has behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub title: &'static str,
    /// When it was; `None` where that isn't kept.
    pub at: Option<Timestamp>,
    /// More about it; may be empty.
    pub text: String,
}

/// The steps before the one that it is at.
pub(super) fn steps(view: &DeliveryView) -> Vec<Step> {
    let mut steps = vec![Step {
        title: "Recorded",
        at: Some(view.created_at),
        text: String::new(),
    }];
    let is_matched = view.who.is_some() || view.what.is_some();
    if is_matched && view.state != DeliveryState::Cancelled && !view.reason.is_empty() {
        steps.push(Step {
            title: "Matched",
            at: None,
            text: view.reason.clone(),
        });
    }
    // The journal has the time before the call is made, and keeps it where no call was: only
    // of what was delivered is it known that it was sent.
    let tried = view.sent_at.filter(|_| was_tried(view.state));
    if let Some(at) = tried {
        let title = match view.state {
            DeliveryState::Delivered => "Sent to Salesforce",
            _ => "Last tried",
        };
        steps.push(Step {
            title,
            at: Some(at),
            text: tries(view.attempts),
        });
    }
    steps
}

/// Whether what is in that state was tried since it was last begun.
fn was_tried(state: DeliveryState) -> bool {
    matches!(
        state,
        DeliveryState::Sending
            | DeliveryState::Uncertain
            | DeliveryState::Waiting
            | DeliveryState::Delivered
            | DeliveryState::Parked
    )
}

fn tries(again: i64) -> String {
    match again {
        ..=0 => String::new(),
        1 => "Tried again once.".to_owned(),
        n => format!("Tried again {n} times."),
    }
}

/// What the step is called that a delivery is at.
pub(super) fn present(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "Waiting for its turn",
        DeliveryState::Sending => "Answer pending",
        DeliveryState::Waiting => "Will be tried again",
        DeliveryState::Uncertain => "Answer lost",
        DeliveryState::Delivered => "Task written",
        DeliveryState::Unmatched => "No match",
        DeliveryState::Parked => "Refused",
        DeliveryState::Cancelled => "Cancelled",
    }
}
