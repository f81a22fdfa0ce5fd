//! Which Statuses and Priorities Tasks have, and which of them are the usual ones.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::describe::{Described, PicklistValue};
use super::errors::CallError;
use super::query::rows;

/// A Status that a Task can have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusChoice {
    /// Its API name.
    pub name: String,
    /// Whether Tasks with it are closed; `None` where the org doesn't say.
    pub is_closed: Option<bool>,
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

const OPEN: &str = "Not Started";
const CLOSED: &str = "Completed";
const NORMAL: &str = "Normal";

/// The open status, the closed one, and where they were read.
pub(super) fn task_statuses(
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

pub(super) fn task_priority(
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

pub(super) fn status_choices(
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

pub(super) fn priority_choices(
    setup: Option<&[Value]>,
    task: &Described,
) -> Result<Vec<String>, CallError> {
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
}
