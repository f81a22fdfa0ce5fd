//! What an org is and how its Tasks are configured.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::client::{Answer, Client, Session};
use super::describe::Described;
use super::errors::CallError;
use super::oauth::Identity;
use super::query::rows;
use super::refused::Ask;
pub use super::task_choices::{ChoicesFrom, StatusChoice};
use super::task_choices::{priority_choices, status_choices, task_priority, task_statuses};

/// The parts of an org that Tasks depend on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrgProfile {
    /// `Organization.Id`, `00D…`; the one of `userinfo` where the user may not read that.
    pub org_id: String,
    /// `Organization.Name`; the host of its address where the user may not read that.
    pub name: String,
    /// Absent where the connected user may not know.
    pub is_sandbox: Option<bool>,
    /// Such as `USA254S`; absent where the org doesn't say.
    pub instance_name: Option<String>,
    /// An IANA name such as `Europe/Berlin`: the org's own, unless the user may
    /// not read `Organization.TimeZoneSidKey`.
    pub time_zone: String,
    /// Whose time zone that is.
    #[serde(default)]
    pub time_zone_from: TimeZoneFrom,
    /// The Status of a new open Task.
    pub open_status: String,
    /// The Status of a Task that is written as completed.
    pub closed_status: String,
    /// Every Status of a Task, in the org's order; empty where the org shows none.
    #[serde(default)]
    pub statuses: Vec<StatusChoice>,
    /// Every Priority of a Task, likewise.
    #[serde(default)]
    pub priorities: Vec<String>,
    /// Where both statuses were read.
    #[serde(default)]
    pub statuses_from: ChoicesFrom,
    /// The Priority of a new Task.
    pub default_priority: String,
    /// Where the priority was read.
    #[serde(default)]
    pub priorities_from: ChoicesFrom,
    /// Whether a queue of the org may own Tasks (`QueueSobject`); `None` where the org
    /// doesn't say.
    #[serde(default)]
    pub queues_may_own_tasks: Option<bool>,
}

impl OrgProfile {
    /// The time zone; UTC where nothing is known of its name.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// Whose time zone it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeZoneFrom {
    /// The org's own: `Organization.TimeZoneSidKey`.
    #[default]
    Org,
    /// The connected user's own.
    User,
    /// Neither is known: UTC.
    Nobody,
}

const ORGANIZATION: [&str; 5] = ["Id", "Name", "IsSandbox", "InstanceName", "TimeZoneSidKey"];
const STATUS: [&str; 4] = ["ApiName", "MasterLabel", "IsClosed", "IsDefault"];
const PRIORITY: [&str; 3] = ["ApiName", "MasterLabel", "IsDefault"];

/// Organization, `TaskStatus` and `TaskPriority`.
pub(super) fn asks() -> [Ask; 3] {
    let sorted = " ORDER BY SortOrder";
    [
        Ask::new("Organization", &ORGANIZATION, &[], " LIMIT 1"),
        Ask::new("TaskStatus", &STATUS, &["IsClosed"], sorted),
        Ask::new("TaskPriority", &PRIORITY, &[], sorted),
    ]
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct OrganizationRow {
    id: Option<String>,
    name: Option<String>,
    is_sandbox: Option<bool>,
    instance_name: Option<String>,
    time_zone_sid_key: Option<String>,
}

impl Client {
    /// Organization, `TaskStatus` and `TaskPriority` in one call, and in another one
    /// whether queues may own Tasks; what the connected user may not read is found out
    /// in another way. Forgets what the org
    /// refused until now, so that permissions that were given count.
    pub async fn org_profile(&self, session: &Session) -> Result<Answer<OrgProfile>, CallError> {
        self.forget_refused(session);
        let mut answer = self.ask(session, &asks()).await?;
        let [organization, statuses, priorities] = std::mem::take(&mut answer.value)
            .try_into()
            .map_err(|_| CallError::Unreadable("a query was not answered".to_owned()))?;
        let organization: Vec<OrganizationRow> = rows(organization.unwrap_or_default())?;
        let organization = organization.into_iter().next().unwrap_or_default();
        let identity = if organization.id.is_none() || organization.time_zone_sid_key.is_none() {
            let identity = self.identity(session).await?;
            Some(answer.take(identity))
        } else {
            None
        };
        let task = if statuses.is_err() || priorities.is_err() {
            let task = self.describe(session, "Task").await?;
            answer.take(task)
        } else {
            Described::default()
        };
        let statuses = statuses.ok();
        let status_choices = status_choices(statuses.as_deref(), &task)?;
        let (open, closed, statuses_from) = task_statuses(statuses, &task)?;
        let priorities = priorities.ok();
        let priority_choices = priority_choices(priorities.as_deref(), &task)?;
        let (priority, priorities_from) = task_priority(priorities, &task)?;
        let (time_zone, time_zone_from) = time_zone(&organization, identity.as_ref());
        let id = identity.map(|identity| identity.organization_id);
        let queues = self.queues_may_own_tasks(session).await;
        let queues_may_own_tasks = answer.take(queues);
        let host = session.instance_url.host_str().unwrap_or_default();
        let profile = OrgProfile {
            org_id: organization.id.or(id).unwrap_or_default(),
            name: organization.name.unwrap_or_else(|| host.to_owned()),
            // A sandbox's address says what it is; another says nothing.
            is_sandbox: organization
                .is_sandbox
                .or_else(|| host.contains(".sandbox.").then_some(true)),
            instance_name: organization.instance_name,
            time_zone,
            time_zone_from,
            open_status: open,
            closed_status: closed,
            statuses: status_choices,
            priorities: priority_choices,
            statuses_from,
            default_priority: priority,
            priorities_from,
            queues_may_own_tasks,
        };
        Ok(answer.map(|_| profile))
    }
}

fn time_zone(
    organization: &OrganizationRow,
    identity: Option<&Identity>,
) -> (String, TimeZoneFrom) {
    let own = identity.and_then(|identity| identity.zoneinfo.clone());
    match (organization.time_zone_sid_key.clone(), own) {
        (Some(zone), _) => (zone, TimeZoneFrom::Org),
        (None, Some(zone)) => (zone, TimeZoneFrom::User),
        (None, None) => ("UTC".to_owned(), TimeZoneFrom::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_orgs_time_zone_goes_first_then_the_users() {
        let zone = |org: Option<&str>, user: Option<&str>| {
            let organization = OrganizationRow {
                time_zone_sid_key: org.map(str::to_owned),
                ..OrganizationRow::default()
            };
            let identity: Identity = serde_json::from_value(
                json!({"user_id": "005A", "organization_id": "00DA", "zoneinfo": user}),
            )
            .unwrap();
            time_zone(&organization, Some(&identity))
        };
        for (org, user, expected) in [
            (
                Some("Europe/Berlin"),
                Some("Asia/Tokyo"),
                ("Europe/Berlin", TimeZoneFrom::Org),
            ),
            (None, Some("Asia/Tokyo"), ("Asia/Tokyo", TimeZoneFrom::User)),
            (None, None, ("UTC", TimeZoneFrom::Nobody)),
        ] {
            let (zone, from) = zone(org, user);
            assert_eq!((zone.as_str(), from), expected);
        }
    }
}
