//! What the org's administrators set up that may refuse or change new records, and how much
//! of the org's limits is left.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::API_VERSION;
use super::ask::Readable;
use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::query::rows;
use super::refused::Ask;
use super::soql::tooling_path;

/// What is set up. `None` stands for what the org doesn't tell this user: rules and limits are
/// for users with the permission “View Setup and Configuration”.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OrgSetup {
    /// The active validation rules of Task, Contact and Lead.
    pub validation_rules: Option<Vec<ValidationRule>>,
    /// The active duplicate rules of Contact and Lead. Whether one blocks or only warns, a
    /// query doesn't tell.
    pub duplicate_rules: Option<Vec<DuplicateRule>>,
    /// The names of the active assignment rules of Lead; Salesforce allows one.
    pub lead_assignment_rules: Option<Vec<String>>,
    /// Data storage, in megabytes.
    pub data_storage: Option<Allowance>,
    /// API calls of the last 24 hours, by everyone.
    pub api_requests: Option<Allowance>,
}

/// A validation rule (Tooling API, `ValidationRule`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ValidationRule {
    /// The API name of the object.
    pub object: String,
    /// The rule's name.
    pub name: String,
    /// What people see whose record it refuses.
    pub message: String,
}

/// A duplicate rule (Object Reference for the Salesforce Platform, `DuplicateRule`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DuplicateRule {
    /// The API name of the object.
    pub object: String,
    /// The rule's label.
    pub name: String,
}

/// A limit of the org (REST API Developer Guide, Limits).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allowance {
    /// How much there is in all.
    pub max: i64,
    /// How much of it is left.
    pub remaining: i64,
}

impl Allowance {
    /// Whether less than so many percent are left.
    pub fn is_below(self, percent: i64) -> bool {
        self.max > 0 && self.remaining.saturating_mul(100) < self.max.saturating_mul(percent)
    }
}

/// Objects whose records are written.
const WRITTEN: [&str; 3] = ["Task", "Contact", "Lead"];
const VALIDATION_RULES: &str = "SELECT Id, ValidationName, ErrorMessage, \
     EntityDefinition.QualifiedApiName FROM ValidationRule WHERE Active = true";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ValidationRow {
    validation_name: String,
    error_message: Option<String>,
    entity_definition: Option<EntityPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntityPart {
    qualified_api_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DuplicateRow {
    master_label: Option<String>,
    developer_name: Option<String>,
    sobject_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssignmentRow {
    name: String,
}

#[derive(Deserialize, Default)]
struct Limits {
    #[serde(rename = "DataStorageMB")]
    data_storage: Option<LimitPart>,
    #[serde(rename = "DailyApiRequests")]
    api_requests: Option<LimitPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LimitPart {
    max: i64,
    remaining: i64,
}

impl Client {
    /// Reads rules and limits, in three calls. What the org doesn't tell this user is left
    /// out; that it can't be asked now is an error.
    pub async fn org_setup(&self, session: &Session) -> Result<Answer<OrgSetup>, CallError> {
        let mut cost = Answer::free(());
        let limits: Option<Limits> = told(self.limits(session).await, &mut cost)?;
        let limits = limits.unwrap_or_default();
        let mut setup = OrgSetup {
            data_storage: limits.data_storage.as_ref().map(allowance),
            api_requests: limits.api_requests.as_ref().map(allowance),
            ..OrgSetup::default()
        };
        if let Some(answers) = told(self.ask(session, &asks()).await, &mut cost)? {
            let mut answers = answers.into_iter();
            setup.duplicate_rules = answers.next().and_then(duplicate_rules);
            setup.lead_assignment_rules = answers.next().and_then(assignment_rules);
        }
        let path = tooling_path(VALIDATION_RULES);
        let rules: Result<Answer<Vec<Value>>, _> = self.query_at(session, &path).await;
        setup.validation_rules = told(rules, &mut cost)?.and_then(validation_rules);
        Ok(cost.map(|()| setup))
    }

    async fn limits(&self, session: &Session) -> Result<Answer<Limits>, CallError> {
        let path = format!("/services/data/{API_VERSION}/limits");
        self.get(session, &path).await
    }
}

fn asks() -> [Ask; 2] {
    [
        Ask::new(
            "DuplicateRule",
            &["Id", "MasterLabel", "DeveloperName", "SobjectType"],
            &["SobjectType"],
            " WHERE IsActive = true ORDER BY DeveloperName",
        ),
        Ask::new(
            "AssignmentRule",
            &["Id", "Name"],
            &["Name"],
            " WHERE SobjectType = 'Lead' AND Active = true ORDER BY Name",
        ),
    ]
}

/// What the org answered; `None` where it doesn't tell this user.
fn told<T>(
    result: Result<Answer<T>, CallError>,
    cost: &mut Answer<()>,
) -> Result<Option<T>, CallError> {
    match result {
        Ok(answer) => Ok(Some(cost.take(answer))),
        Err(CallError::Refused(error, _)) if is_of_this_question(&error) => {
            cost.calls += 1;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Whether the org refuses this question alone, and not every question of the user's.
fn is_of_this_question(error: &ApiError) -> bool {
    let every = [
        "REQUEST_LIMIT_EXCEEDED",
        "API_CURRENTLY_DISABLED",
        "API_DISABLED_FOR_ORG",
        "INVALID_SESSION_ID",
    ];
    !every.contains(&error.code.as_str())
}

fn allowance(part: &LimitPart) -> Allowance {
    Allowance {
        max: part.max,
        remaining: part.remaining,
    }
}

fn validation_rules(records: Vec<Value>) -> Option<Vec<ValidationRule>> {
    let rules = rows::<ValidationRow>(records).ok()?;
    let rules = rules.into_iter().filter_map(|row| {
        let object = row.entity_definition?.qualified_api_name;
        WRITTEN.contains(&object.as_str()).then(|| ValidationRule {
            object,
            name: row.validation_name,
            message: row.error_message.unwrap_or_default(),
        })
    });
    let mut rules: Vec<_> = rules.collect();
    rules.sort_by(|a, b| (&a.object, &a.name).cmp(&(&b.object, &b.name)));
    Some(rules)
}

fn duplicate_rules(answer: Readable) -> Option<Vec<DuplicateRule>> {
    let found = rows::<DuplicateRow>(answer.ok()?).ok()?;
    let rules = found.into_iter().filter_map(|row| {
        let object = row.sobject_type?;
        WRITTEN.contains(&object.as_str()).then_some(())?;
        let name = row.master_label.or(row.developer_name)?;
        Some(DuplicateRule { object, name })
    });
    Some(rules.collect())
}

fn assignment_rules(answer: Readable) -> Option<Vec<String>> {
    let found = rows::<AssignmentRow>(answer.ok()?).ok()?;
    Some(found.into_iter().map(|row| row.name).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_of_other_objects_are_left_out() {
        let rule = |object: &str, name: &str| {
            json!({"ValidationName": name, "ErrorMessage": "No.",
                   "EntityDefinition": {"QualifiedApiName": object}})
        };
        let found = validation_rules(vec![
            rule("Task", "Needs_type"),
            rule("Opportunity", "Needs_amount"),
            rule("Lead", "Needs_region"),
        ]);
        let names: Vec<_> = found.unwrap().into_iter().map(|rule| rule.name).collect();
        assert_eq!(names, ["Needs_region", "Needs_type"]);
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_none() {
        assert_eq!(validation_rules(vec![json!({"Odd": 1})]), None);
        assert_eq!(duplicate_rules(Err(ApiError::default())), None);
        assert_eq!(assignment_rules(Ok(Vec::new())), Some(Vec::new()));
    }

    #[test]
    fn a_limit_is_low_below_the_percentage_and_never_where_nothing_is_allowed() {
        let left = |remaining| Allowance {
            max: 1_000,
            remaining,
        };
        assert!(left(49).is_below(5) && !left(50).is_below(5));
        assert!(
            !Allowance {
                max: 0,
                remaining: 0
            }
            .is_below(5)
        );
    }
}
