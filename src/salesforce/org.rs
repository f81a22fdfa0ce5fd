//! What an org is and how its Tasks are configured.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::query::read;

/// The parts of an org that Tasks depend on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrgProfile {
    pub org_id: String,
    pub name: String,
    pub is_sandbox: bool,
    /// Such as `USA254S`; absent where the org doesn't say.
    pub instance_name: Option<String>,
    /// `Organization.TimeZoneSidKey`, an IANA name such as `Europe/Berlin`.
    pub time_zone: String,
    /// The Status of a new open Task.
    pub open_status: String,
    /// The Status of a Task that is written as completed.
    pub closed_status: String,
    pub default_priority: String,
}

const QUERIES: [&str; 3] = [
    "SELECT Id, Name, IsSandbox, InstanceName, TimeZoneSidKey FROM Organization LIMIT 1",
    "SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder",
    "SELECT ApiName, MasterLabel, IsDefault FROM TaskPriority ORDER BY SortOrder",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationRow {
    id: String,
    name: String,
    #[serde(default)]
    is_sandbox: bool,
    instance_name: Option<String>,
    time_zone_sid_key: String,
}

/// An entry of TaskStatus or TaskPriority.
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
    /// Organization, TaskStatus and TaskPriority in one call.
    pub async fn org_profile(&self, session: &Session) -> Result<Answer<OrgProfile>, CallError> {
        let queries = QUERIES.map(str::to_owned);
        self.queries(session, &queries).await?.try_map(|results| {
            let mut rows = Vec::with_capacity(QUERIES.len());
            for records in results {
                rows.push(records.map_err(|(error, status)| CallError::Refused(error, status))?);
            }
            let [organization, statuses, priorities]: [Vec<Value>; 3] = rows
                .try_into()
                .map_err(|_| CallError::Unreadable("a query was not answered".to_owned()))?;
            profile(organization, statuses, priorities)
        })
    }
}

fn profile(
    organization: Vec<Value>,
    statuses: Vec<Value>,
    priorities: Vec<Value>,
) -> Result<OrgProfile, CallError> {
    let organization = organization
        .into_iter()
        .next()
        .ok_or_else(|| CallError::Unreadable("the org has no Organization record".to_owned()))?;
    let organization: OrganizationRow = read(organization)?;
    let choices = |values: Vec<Value>| -> Result<Vec<Choice>, CallError> {
        values.into_iter().map(read).collect()
    };
    let (statuses, priorities) = (choices(statuses)?, choices(priorities)?);
    Ok(OrgProfile {
        org_id: organization.id,
        name: organization.name,
        is_sandbox: organization.is_sandbox,
        instance_name: organization.instance_name,
        time_zone: organization.time_zone_sid_key,
        open_status: pick(&statuses, |one| !one.is_closed, "Not Started"),
        closed_status: pick(&statuses, |one| one.is_closed, "Completed"),
        default_priority: pick(&priorities, |_| true, "Normal"),
    })
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

    fn organization() -> Vec<Value> {
        vec![
            json!({"Id": "00DA", "Name": "Acme", "IsSandbox": true, "InstanceName": "USA1S",
                    "TimeZoneSidKey": "Europe/Berlin"}),
        ]
    }

    #[test]
    fn renamed_statuses_are_used_as_the_org_has_them() {
        let status = |name, closed, default| {
            json!({"ApiName": name, "MasterLabel": "Label", "IsClosed": closed,
                   "IsDefault": default})
        };
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
        let profile = profile(organization(), statuses, priorities).unwrap();
        assert_eq!(profile.open_status, "Offen");
        assert_eq!(profile.closed_status, "Erledigt");
        assert_eq!(profile.default_priority, "Mittel");
        assert_eq!(profile.time_zone, "Europe/Berlin");
    }

    #[test]
    fn a_closed_default_does_not_make_an_open_task_closed() {
        let statuses = vec![
            json!({"ApiName": "Done", "IsClosed": true, "IsDefault": true}),
            json!({"MasterLabel": "Open", "IsClosed": false, "IsDefault": false}),
        ];
        let profile = profile(organization(), statuses, vec![]).unwrap();
        assert_eq!(profile.open_status, "Open");
        assert_eq!(profile.closed_status, "Done");
        assert_eq!(profile.default_priority, "Normal");
    }

    #[test]
    fn an_org_without_its_own_record_is_not_guessed() {
        let profile = profile(vec![], vec![], vec![]);
        assert!(matches!(profile, Err(CallError::Unreadable(_))));
    }
}
