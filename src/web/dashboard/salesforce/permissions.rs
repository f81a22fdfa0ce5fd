//! The check of the service account's permissions, grouped by object.

use jiff::Timestamp;

use crate::salesforce_connection::{Check, Preflight, Status, turns_off};

/// The permissions on one object.
pub struct Group {
    pub object: String,
    pub checks: Vec<PermissionRow>,
    /// How many of them are missing.
    pub missing: usize,
    /// Whether one of those can't be done without.
    pub blocks: bool,
}

/// One permission.
pub struct PermissionRow {
    /// "Read" of the object, or a field by the label on Salesforce's pages.
    pub name: String,
    /// What is to be done with the field: read, create or edit.
    pub need: Option<String>,
    /// The field's API name, where the label differs.
    pub api_name: Option<String>,
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: &'static str,
    pub missing: bool,
    /// What doesn't work, where it is missing.
    pub turns_off: Option<&'static str>,
}

/// What the last check found.
pub struct Permissions {
    pub groups: Vec<Group>,
    pub granted: usize,
    pub all: usize,
    /// Whether everything is granted that can't be done without.
    pub ready: bool,
    /// False while no check has run.
    pub checked: bool,
    pub at: Timestamp,
}

impl Permissions {
    pub fn read(preflight: &str, at: Timestamp) -> Self {
        let preflight: Preflight = serde_json::from_str(preflight).unwrap_or_default();
        let mut groups: Vec<Group> = Vec::new();
        for check in &preflight.checks {
            let line = line(check);
            let missing = usize::from(line.missing);
            let blocks = missing > 0 && !check.optional;
            match groups.iter_mut().find(|group| group.object == check.object) {
                Some(group) => {
                    group.checks.push(line);
                    group.missing += missing;
                    group.blocks |= blocks;
                }
                None => groups.push(Group {
                    object: check.object.clone(),
                    checks: vec![line],
                    missing,
                    blocks,
                }),
            }
        }
        for group in &mut groups {
            // What is to be done comes first.
            group.checks.sort_by_key(|line| !line.missing);
        }
        let granted = |check: &&Check| check.status == Status::Granted;
        Self {
            granted: preflight.checks.iter().filter(granted).count(),
            all: preflight.checks.len(),
            ready: preflight.is_ready(),
            checked: !preflight.checks.is_empty(),
            groups,
            at,
        }
    }

    pub fn missing(&self) -> usize {
        self.groups.iter().map(|group| group.missing).sum()
    }
}

fn line(check: &Check) -> PermissionRow {
    let (tone, icon, words) = match (check.status, check.optional) {
        (Status::Granted, _) => ("badge-ok", "check", "Granted"),
        (Status::Missing, true) => ("badge-warn", "alert", "Missing"),
        (Status::Missing, false) => ("badge-bad", "alert", "Missing"),
        (Status::Unknown, _) => ("badge-mute", "clock", "Not known"),
    };
    let (name, api_name) = match (&check.field, &check.label) {
        (Some(field), Some(label)) => (label.clone(), Some(field.clone())),
        (Some(field), None) => (field.clone(), None),
        (None, _) => (check.need.title().to_owned(), None),
    };
    let missing = check.status == Status::Missing;
    let need = check
        .field
        .as_ref()
        .map(|_| check.need.title().to_lowercase());
    PermissionRow {
        name,
        need,
        api_name: api_name.filter(|api| *api != check.label.clone().unwrap_or_default()),
        tone,
        icon,
        words,
        missing,
        turns_off: missing
            .then(|| turns_off(&check.object, check.field.as_deref(), check.need))
            .flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce_connection::Need;

    fn check(object: &str, field: Option<&str>, status: Status, optional: bool) -> Check {
        Check {
            object: object.to_owned(),
            field: field.map(str::to_owned),
            label: None,
            need: Need::Create,
            status,
            optional,
        }
    }

    #[test]
    fn what_is_missing_says_what_it_turns_off() {
        let preflight = Preflight {
            objects: Vec::new(),
            checks: vec![
                check("Lead", None, Status::Missing, true),
                check("Task", None, Status::Granted, false),
                check("Task", Some("Status"), Status::Granted, false),
            ],
        };
        let text = serde_json::to_string(&preflight).unwrap();
        let read = Permissions::read(&text, Timestamp::UNIX_EPOCH);
        assert_eq!((read.granted, read.all, read.missing()), (2, 3, 1));
        assert!(read.ready);
        assert_eq!(read.groups[0].checks[0].name, "Create");
        let turns_off = read.groups[0].checks[0].turns_off;
        assert!(turns_off.is_some_and(|text| text.starts_with("No Lead is created")));
        assert_eq!(read.groups[1].checks.len(), 2);
    }

    #[test]
    fn a_check_that_never_ran_claims_nothing() {
        assert!(!Permissions::read("", Timestamp::UNIX_EPOCH).checked);
    }
}
