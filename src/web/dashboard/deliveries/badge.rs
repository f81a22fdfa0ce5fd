//! A delivery in words: for the feed, an activity's page and the sync page.
//!
//! ```askama
//! {% import "dashboard/delivery_badge.html" as delivery %}
//! {% call delivery::badge(one) %}{% endcall %}    state, on one line
//! {% call delivery::detail(one) %}{% endcall %}   state, match, reason, cause and cure
//! ```

use std::collections::HashMap;

use crate::domain::candidates::RecordId;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{ActivityId, OrganizationId};
use crate::domain::outcome::remedy;
use crate::store::delivery_list::{self, DeliveryView};
use crate::store::{self, Tx};

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
    pub meaning: &'static str,
    /// Why it matched as it did, or why nothing did; may be empty.
    pub reason: String,
    /// What Salesforce said; empty where it said nothing against it.
    pub error: String,
    /// What can be done about that.
    pub remedy: &'static str,
    /// The Task and the records it is on.
    pub links: Vec<Link>,
    /// When it is tried again, for `<time>`, while it waits.
    pub due: Option<String>,
}

impl Badge {
    pub fn of(view: &DeliveryView) -> Self {
        let (tone, icon) = look(view.state);
        let code = view.error_code.as_str();
        let error = match (code, view.error_message.as_str()) {
            ("", message) => message.to_owned(),
            (code, "") => code.to_owned(),
            (code, message) => format!("{code}: {message}"),
        };
        let waits = matches!(
            view.state,
            DeliveryState::Waiting | DeliveryState::Uncertain
        );
        Self {
            id: view.id.to_string(),
            state: view.state,
            tone,
            icon,
            meaning: meaning(view.state),
            reason: view.reason.clone(),
            remedy: if code.is_empty() { "" } else { remedy(code) },
            error,
            links: links(view),
            due: waits.then(|| view.due_at.to_string()),
        }
    }
}

/// The deliveries of these activities, by activity.
pub async fn of_activities(
    tx: &mut Tx,
    org: OrganizationId,
    activities: &[ActivityId],
) -> store::Result<HashMap<ActivityId, Vec<Badge>>> {
    let mut badges: HashMap<_, Vec<_>> = HashMap::new();
    for view in delivery_list::of_activities(tx, org, activities).await? {
        let of = badges.entry(view.activity.id).or_default();
        of.push(Badge::of(&view));
    }
    Ok(badges)
}

/// The class and the icon of a state.
pub fn look(state: DeliveryState) -> (&'static str, &'static str) {
    match state {
        DeliveryState::Delivered => ("badge-ok", "check"),
        DeliveryState::Pending => ("badge-wait", "clock"),
        DeliveryState::Sending => ("badge-wait", "sync"),
        DeliveryState::Waiting => ("badge-wait", "clock"),
        DeliveryState::Uncertain => ("badge-wait", "search"),
        DeliveryState::Unmatched => ("badge-warn", "link"),
        DeliveryState::Parked => ("badge-bad", "alert"),
        DeliveryState::Cancelled => ("badge-mute", "cross"),
    }
}

/// What a state means, in one sentence.
pub fn meaning(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "It goes out with the next batch.",
        DeliveryState::Sending => "Salesforce has it; its answer is on the way.",
        DeliveryState::Waiting => "Salesforce was busy or refused for now. It is tried again.",
        DeliveryState::Uncertain => {
            "Salesforce’s answer was lost. It is asked whether the Task exists before anything is \
             sent again."
        }
        DeliveryState::Delivered => "The Task is in Salesforce.",
        DeliveryState::Unmatched => {
            "No Account, Contact or Lead belongs to it. Add one in Salesforce, then try again."
        }
        DeliveryState::Parked => "Salesforce refused it. Correct the cause, then try again.",
        DeliveryState::Cancelled => "It was given up and will not be sent.",
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
        Some(id) if id.as_str().starts_with("00Q") => "Lead",
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
    use crate::domain::activity::{Activity, ActivityKind, Details, NewActivity};
    use crate::domain::ids::DeliveryId;

    fn view(state: DeliveryState) -> DeliveryView {
        let id = uuid::Uuid::from_u128(1);
        DeliveryView {
            id: DeliveryId::from_uuid(id),
            activity: Activity {
                id: ActivityId::from_uuid(id),
                occurred_at: jiff::Timestamp::UNIX_EPOCH,
                what: NewActivity {
                    kind: ActivityKind::FileDownloaded,
                    person: None,
                    company: "Acme".to_owned(),
                    account: None,
                    details: Details::default(),
                },
            },
            state,
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
        }
    }

    #[test]
    fn a_task_and_its_lead_are_one_click_away() {
        let badge = Badge::of(&view(DeliveryState::Delivered));
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
    fn a_refusal_says_what_to_do() {
        let mut parked = view(DeliveryState::Parked);
        parked.error_code = "STORAGE_LIMIT_EXCEEDED".to_owned();
        parked.error_message = "storage limit exceeded".to_owned();
        let badge = Badge::of(&parked);
        assert_eq!(
            badge.error,
            "STORAGE_LIMIT_EXCEEDED: storage limit exceeded"
        );
        assert!(badge.remedy.contains("Storage Usage"));
    }
}
