//! What an org is and how its Tasks are configured.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Answer, Client, Session};
use super::describe::{Described, PicklistValue};
use super::errors::CallError;
use super::oauth::Identity;
use super::query::rows;
use super::refused::Ask;

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

/// A Status that a Task can have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusChoice {
    /// Its API name.
    pub name: String,
    /// Whether Tasks with it are closed; `None` where the org doesn't say.
    pub is_closed: Option<bool>,
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

/// Where statuses or priorities were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChoicesFrom {
    /// `TaskStatus` or `TaskPriority`, which say what is closed and what is usual.
    #[default]
    Setup,
    /// The picklist of the field, which doesn't say what is closed.
    Picklist,
    /// Salesforce's own, because the org shows neither.
    Standard,
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

/// An entry of `TaskStatus` or `TaskPriority`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Choice {
    api_name: Option<String>,
    master_label: Option<String>,
    #[serde(default)]
    is_closed: bool,
    #[serde(default)]
    is_default: bool,
}

impl Choice {
    fn value(&self) -> Option<&str> {
        let names = [&self.api_name, &self.master_label];
        names
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|name| !name.is_empty())
    }
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

const OPEN: &str = "Not Started";
const CLOSED: &str = "Completed";
const NORMAL: &str = "Normal";

/// The open status, the closed one, and where they were read.
fn task_statuses(
    setup: Option<Vec<Value>>,
    task: &Described,
) -> Result<(String, String, ChoicesFrom), CallError> {
    if let Some(setup) = setup {
        let choices: Vec<Choice> = rows(setup)?;
        let open = pick(&choices, |one| !one.is_closed, OPEN);
        let closed = pick(&choices, |one| one.is_closed, CLOSED);
        return Ok((open, closed, ChoicesFrom::Setup));
    }
    let values = picklist(task, "Status");
    let closed = |one: &&PicklistValue| one.value == CLOSED;
    let Some(first) = values.first() else {
        return Ok((OPEN.to_owned(), CLOSED.to_owned(), ChoicesFrom::Standard));
    };
    // Nothing says which one is closed: the usual one, else the last.
    let open = values.iter().find(|one| one.default_value);
    let closed = values
        .iter()
        .copied()
        .find(closed)
        .or(values.last().copied());
    Ok((
        open.unwrap_or(first).value.clone(),
        closed.unwrap_or(first).value.clone(),
        ChoicesFrom::Picklist,
    ))
}

fn task_priority(
    setup: Option<Vec<Value>>,
    task: &Described,
) -> Result<(String, ChoicesFrom), CallError> {
    if let Some(setup) = setup {
        let choices: Vec<Choice> = rows(setup)?;
        return Ok((pick(&choices, |_| true, NORMAL), ChoicesFrom::Setup));
    }
    let values = picklist(task, "Priority");
    let usual = values.iter().find(|one| one.default_value);
    Ok(match usual.or(values.first()) {
        Some(value) => (value.value.clone(), ChoicesFrom::Picklist),
        None => (NORMAL.to_owned(), ChoicesFrom::Standard),
    })
}

fn status_choices(
    setup: Option<&[Value]>,
    task: &Described,
) -> Result<Vec<StatusChoice>, CallError> {
    let Some(setup) = setup else {
        let values = picklist(task, "Status").into_iter();
        let unknown = |one: &PicklistValue| StatusChoice {
            name: one.value.clone(),
            is_closed: None,
        };
        return Ok(values.map(unknown).collect());
    };
    let choices: Vec<Choice> = rows(setup.to_vec())?;
    let named = choices.iter().filter_map(|one| {
        Some(StatusChoice {
            name: one.value()?.to_owned(),
            is_closed: Some(one.is_closed),
        })
    });
    Ok(named.collect())
}

fn priority_choices(setup: Option<&[Value]>, task: &Described) -> Result<Vec<String>, CallError> {
    let Some(setup) = setup else {
        let values = picklist(task, "Priority").into_iter();
        return Ok(values.map(|one| one.value.clone()).collect());
    };
    let choices: Vec<Choice> = rows(setup.to_vec())?;
    Ok(choices
        .iter()
        .filter_map(Choice::value)
        .map(str::to_owned)
        .collect())
}

fn picklist<'a>(task: &'a Described, field: &str) -> Vec<&'a PicklistValue> {
    let values = task.field(field).map(|field| &field.picklist_values);
    values
        .into_iter()
        .flatten()
        .filter(|one| one.active)
        .collect()
}

/// The default among those that fit, else the first of them in the org's
/// order, else Salesforce's own.
fn pick(choices: &[Choice], fits: impl Fn(&Choice) -> bool, otherwise: &str) -> String {
    let fitting = || choices.iter().filter(|one| fits(one));
    fitting()
        .find(|one| one.is_default)
        .or_else(|| fitting().next())
        .and_then(Choice::value)
        .unwrap_or(otherwise)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(name: &str, closed: bool, default: bool) -> Value {
        json!({"ApiName": name, "MasterLabel": "Label", "IsClosed": closed, "IsDefault": default})
    }

    #[test]
    fn renamed_statuses_are_used_as_the_org_has_them() {
        let statuses = vec![
            status("Later", false, false),
            status("Offen", false, true),
            status("Erledigt", true, false),
            status("Abgesagt", true, false),
        ];
        let priorities = vec![
            json!({"ApiName": "Hoch", "IsDefault": false}),
            json!({"ApiName": "Mittel", "IsDefault": true}),
        ];
        let task = Described::default();
        let (open, closed, from) = task_statuses(Some(statuses), &task).unwrap();
        assert_eq!((open.as_str(), closed.as_str()), ("Offen", "Erledigt"));
        assert_eq!(from, ChoicesFrom::Setup);
        let (priority, _) = task_priority(Some(priorities), &task).unwrap();
        assert_eq!(priority, "Mittel");
    }

    #[test]
    fn a_closed_default_does_not_make_an_open_task_closed() {
        let statuses = vec![
            status("Done", true, true),
            json!({"MasterLabel": "Open", "IsClosed": false, "IsDefault": false}),
        ];
        let task = Described::default();
        let (open, closed, _) = task_statuses(Some(statuses), &task).unwrap();
        assert_eq!((open.as_str(), closed.as_str()), ("Open", "Done"));
        let (priority, from) = task_priority(Some(vec![]), &task).unwrap();
        assert_eq!((priority.as_str(), from), ("Normal", ChoicesFrom::Setup));
    }

    #[test]
    fn where_the_orgs_setup_is_closed_the_picklist_or_salesforces_own_words_are_taken() {
        let value = |name: &str, default: bool| json!({"value": name, "active": name != "Gone", "defaultValue": default});
        let task: Described = serde_json::from_value(json!({"fields": [{"name": "Status",
            "picklistValues": [value("Neu", false), value("Offen", true), value("Erledigt", false),
                               value("Gone", false)]}]}))
        .unwrap();
        let (open, closed, from) = task_statuses(None, &task).unwrap();
        assert_eq!((open.as_str(), closed.as_str()), ("Offen", "Erledigt"));
        assert_eq!(from, ChoicesFrom::Picklist);
        let nothing = Described::default();
        let (open, closed, from) = task_statuses(None, &nothing).unwrap();
        assert_eq!(
            (open.as_str(), closed.as_str()),
            ("Not Started", "Completed")
        );
        assert_eq!(from, ChoicesFrom::Standard);
        let (priority, from) = task_priority(None, &nothing).unwrap();
        assert_eq!((priority.as_str(), from), ("Normal", ChoicesFrom::Standard));
    }

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
