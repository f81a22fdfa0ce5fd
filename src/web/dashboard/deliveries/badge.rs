//! A delivery in words: for the feed, an activity's page and the list of deliveries.
//!
//! ```askama
//! {% import "dashboard/deliveries/badge.html" as delivery %}
//! {% call delivery::badge(one) %}{% endcall %}    state, on one line
//! {% call delivery::detail(one) %}{% endcall %}   state, match, reason, cause and cure
//! ```

use std::collections::HashMap;

use domain::deliveries::remedy::remedy;
use domain::deliveries::{DeliveryState, is_own_code};
use domain::ids::{ActivityId, OrganizationId};
use domain::matching::candidates::RecordId;
use domain::salesforce::hold::{self, Wait};
use jiff::Timestamp;
use store::Tx;
use store::deliveries::list::{self, DeliveryView};

use super::story::{self, Step};

/// A record of the Salesforce org, and where to see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What it is: Task, Account, Contact or Lead.
    pub object: &'static str,
    pub href: String,
}

/// What pages show of a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Badge {
    pub id: String,
    pub state: DeliveryState,
    /// The component class that colours the state.
    pub tone: &'static str,
    pub icon: &'static str,
    /// One sentence: what this state means for the Admin.
    pub meaning: String,
    /// Why it matched as it did, or why nothing did; may be empty.
    pub reason: String,
    /// What Salesforce said; empty where it said nothing against it.
    pub error: String,
    /// What can be done about that.
    pub remedy: String,
    /// The Task and the records it is on.
    pub links: Vec<Link>,
    /// When it is tried again, for `<time>`, while it waits.
    pub due: Option<Timestamp>,
    /// What keeps its connection from sending anything, while it is to be sent.
    pub wait: Option<Wait>,
    /// What lies behind it.
    pub steps: Vec<Step>,
    /// What the step is called that it is at.
    pub present: &'static str,
    /// When it was settled.
    pub settled: Option<Timestamp>,
}

impl Badge {
    pub fn from_delivery(view: &DeliveryView, now: Timestamp) -> Self {
        let (tone, icon) = look(view.state);
        let code = view.error_code.as_str();
        let error = match (code, view.error_message.as_str()) {
            ("", message) => message.to_owned(),
            (code, message) if is_own_code(code) => message.to_owned(),
            (code, "") => code.to_owned(),
            (code, message) => format!("{code}: {}", hold::without_query(message)),
        };
        let waits = matches!(
            view.state,
            DeliveryState::Waiting | DeliveryState::Uncertain
        );
        let wait = hold::wait(view.connection, view.hold_until, &view.hold_reason, now);
        let wait = wait.filter(|_| view.state.is_open() && view.state != DeliveryState::Sending);
        let until = wait
            .as_ref()
            .map(|wait| wait.until.unwrap_or(Timestamp::MAX));
        Self {
            id: view.id.to_string(),
            state: view.state,
            tone,
            icon,
            meaning: match &wait {
                Some(wait) => format!("On hold: {}.", wait.cause),
                None => meaning(view.state).to_owned(),
            },
            reason: view.reason.clone(),
            remedy: match code {
                "" => String::new(),
                code => remedy(code, &view.error_message).into_owned(),
            },
            error,
            links: links(view),
            due: waits
                .then_some(view.due_at)
                .filter(|due| until.is_none_or(|until| *due > until)),
            wait,
            steps: story::steps(view),
            present: story::present(view.state),
            settled: view.settled_at.filter(|_| !view.state.is_open()),
        }
    }

    /// Whether its reason belongs to the step that it is at: it isn't that of a match.
    pub fn reason_is_present(&self) -> bool {
        let told = self.steps.iter().any(|step| step.text == self.reason);
        !self.reason.is_empty() && !told
    }

    /// In a few words, for a row: what went wrong, or why it matched as it did.
    pub fn summary(&self) -> &str {
        [&self.error, &self.reason, &self.meaning]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("", String::as_str)
    }
}

/// The deliveries of these activities, by activity.
pub async fn of_activities(
    tx: &mut Tx,
    org: OrganizationId,
    activities: &[ActivityId],
    now: Timestamp,
) -> store::Result<HashMap<ActivityId, Vec<Badge>>> {
    let mut badges: HashMap<_, Vec<_>> = HashMap::new();
    for view in list::of_activities(tx, org, activities).await? {
        let of = badges.entry(view.activity.id).or_default();
        of.push(Badge::from_delivery(&view, now));
    }
    Ok(badges)
}

/// The class and the icon of a state.
pub fn look(state: DeliveryState) -> (&'static str, &'static str) {
    match state {
        DeliveryState::Delivered => ("badge-ok", "check"),
        DeliveryState::Sending => ("badge-wait", "sync"),
        DeliveryState::Pending | DeliveryState::Waiting => ("badge-wait", "clock"),
        DeliveryState::Uncertain => ("badge-wait", "search"),
        DeliveryState::Unmatched => ("badge-warn", "link"),
        DeliveryState::Parked => ("badge-bad", "alert"),
        DeliveryState::Cancelled => ("badge-mute", "cross"),
    }
}

/// What a state means, in one sentence.
pub fn meaning(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "It will be sent with the next batch.",
        DeliveryState::Sending => "It was sent to Salesforce; the answer is pending.",
        DeliveryState::Waiting => {
            "Salesforce was busy or temporarily refused it. Gatehouse tries again automatically."
        }
        DeliveryState::Uncertain => {
            "Salesforce’s answer was lost. Gatehouse checks whether the Task exists before it \
             sends anything again."
        }
        DeliveryState::Delivered => "The Task is in Salesforce.",
        DeliveryState::Unmatched => {
            "No matching Account, Contact or Lead exists. Add one in Salesforce and try again, or \
             decide about the company under No match."
        }
        DeliveryState::Parked => "Salesforce refused it. Fix the cause, then try again.",
        DeliveryState::Cancelled => "It was cancelled and won’t be sent.",
    }
}

fn links(view: &DeliveryView) -> Vec<Link> {
    let link = |object, id: &Option<RecordId>| {
        let id = id.as_ref()?;
        Some(Link {
            object,
            href: record_url(&view.instance_url, id),
        })
    };
    let person = match &view.who {
        Some(id) if id.is_lead() => "Lead",
        _ => "Contact",
    };
    [
        link("Task", &view.task),
        link("Account", &view.what),
        link(person, &view.who),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Salesforce leads from an org's `/{id}` to the record's page.
fn record_url(instance_url: &str, id: &RecordId) -> String {
    format!("{}/{id}", instance_url.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activities::{Activity, ActivityKind, Details, NewActivity};
    use domain::ids::DeliveryId;
    use domain::salesforce::ConnectionState;

    fn view(state: DeliveryState) -> DeliveryView {
        let id = uuid::Uuid::from_u128(1);
        DeliveryView {
            id: DeliveryId::from_uuid(id),
            activity: Activity {
                id: ActivityId::from_uuid(id),
                occurred_at: jiff::Timestamp::UNIX_EPOCH,
                request: None,
                what: NewActivity {
                    kind: ActivityKind::FileDownloaded,
                    person: None,
                    company: "Acme".to_owned(),
                    account: None,
                    details: Details::default(),
                },
            },
            state,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            sent_at: None,
            due_at: jiff::Timestamp::UNIX_EPOCH,
            attempts: 1,
            who: Some(RecordId::new("00Q000000000001AAA")),
            what: None,
            owner: None,
            task: Some(RecordId::new("00T000000000001AAA")),
            reason: String::new(),
            error_code: String::new(),
            error_message: String::new(),
            settled_at: None,
            instance_url: "https://acme.my.salesforce.com/".to_owned(),
            connection: ConnectionState::Active,
            hold_until: jiff::Timestamp::UNIX_EPOCH,
            hold_reason: String::new(),
        }
    }

    #[test]
    fn a_task_and_its_lead_are_one_click_away() {
        let badge = Badge::from_delivery(&view(DeliveryState::Delivered), Timestamp::UNIX_EPOCH);
        assert_eq!(
            badge.links,
            [
                Link {
                    object: "Task",
                    href: "https://acme.my.salesforce.com/00T000000000001AAA".to_owned()
                },
                Link {
                    object: "Lead",
                    href: "https://acme.my.salesforce.com/00Q000000000001AAA".to_owned()
                },
            ]
        );
        assert_eq!(badge.due, None);
    }

    #[test]
    fn only_what_was_delivered_is_said_to_have_been_sent() {
        let last = |state| {
            let view = DeliveryView {
                sent_at: Some(Timestamp::UNIX_EPOCH),
                ..view(state)
            };
            let badge = Badge::from_delivery(&view, Timestamp::UNIX_EPOCH);
            badge.steps.last().expect("a step").title
        };
        assert_eq!(last(DeliveryState::Delivered), "Sent to Salesforce");
        for state in [
            DeliveryState::Sending,
            DeliveryState::Uncertain,
            DeliveryState::Waiting,
            DeliveryState::Parked,
        ] {
            assert_eq!(last(state), "Last tried", "{state}");
        }
        assert_eq!(last(DeliveryState::Pending), "Recorded", "it starts again");
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let mut parked = view(DeliveryState::Parked);
        parked.error_code = "STORAGE_LIMIT_EXCEEDED".to_owned();
        parked.error_message = "storage limit exceeded".to_owned();
        let badge = Badge::from_delivery(&parked, Timestamp::UNIX_EPOCH);
        assert_eq!(
            badge.error,
            "STORAGE_LIMIT_EXCEEDED: storage limit exceeded"
        );
        assert!(badge.remedy.contains("Storage Usage"));
    }

    #[test]
    fn what_is_to_be_sent_says_what_its_connection_waits_for() {
        let until: Timestamp = "2026-02-02T15:05:00Z".parse().unwrap();
        let held = |state| {
            let view = DeliveryView {
                hold_until: until,
                hold_reason: "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.".to_owned(),
                ..view(state)
            };
            Badge::from_delivery(&view, Timestamp::UNIX_EPOCH)
        };
        let pending = held(DeliveryState::Pending);
        assert_eq!(pending.wait.unwrap().until, Some(until));
        let waiting = held(DeliveryState::Waiting);
        assert_eq!(waiting.due, None, "it isn't tried before the hold ends");
        for state in [
            DeliveryState::Delivered,
            DeliveryState::Parked,
            DeliveryState::Sending,
        ] {
            assert_eq!(held(state).wait, None, "{state}");
        }
    }
}
