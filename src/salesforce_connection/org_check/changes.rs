//! What is another in an org than when it was read before.

use domain::salesforce::Connection;
use jiff::Timestamp;
use salesforce::object_setup::ObjectSetup;
use salesforce::org::OrgProfile;
use salesforce::org_setup::OrgSetup;
use salesforce::preflight::{Check, Need, Preflight, Status};
use salesforce::reference_fields::{ReferenceField, ReferenceFields};
use salesforce::required_fields::RequiredField;
use store::salesforce::org_checks::OrgChange;

use super::findings::{LOW_STORAGE, creates, quoted};
use super::known::same;
use super::{OrgReading, OwnFields, permission_name, unfilled};
use crate::salesforce_connection::mapping::Mapping;
use crate::salesforce_connection::turns_off;

/// What changed, problems first. What couldn't be read, before or now, has not changed.
pub(super) fn between(
    before: &OrgReading,
    now: &OrgReading,
    connection: &Connection,
    at: Timestamp,
) -> Vec<OrgChange> {
    let own = OwnFields::of(connection);
    let mut changes = Changes {
        found: Vec::new(),
        connection,
    };
    changes.of_permissions(&before.preflight, &now.preflight);
    changes.of_required_fields(&before.preflight, &now.preflight, &own);
    changes.of_record_types(&before.preflight, &now.preflight);
    changes.of_rules(&before.setup, &now.setup);
    changes.of_storage(&before.setup, &now.setup);
    changes.of_profile(&before.profile, &now.profile);
    changes.of_further_fields(&now.unwritable);
    changes.of_reference_fields(&before.reference_fields, &now.reference_fields);
    changes.found.sort_by_key(|(is_problem, _)| !is_problem);
    let change = |(is_problem, text)| OrgChange {
        at,
        is_problem,
        text,
    };
    changes.found.into_iter().map(change).collect()
}

/// Whether each is a problem, and what it is.
struct Changes<'a> {
    found: Vec<(bool, String)>,
    connection: &'a Connection,
}

impl Changes<'_> {
    fn problem(&mut self, text: String) {
        self.found.push((true, text));
    }

    /// A problem, if records of that object are created at all.
    fn about(&mut self, object: &str, text: String) {
        self.found.push((creates(self.connection, object), text));
    }

    fn note(&mut self, text: String) {
        self.found.push((false, text));
    }

    fn of_permissions(&mut self, before: &Preflight, now: &Preflight) {
        let turned = |from: Status, to: Status| {
            let was = move |check: &&Check| {
                let known = before.checks.iter().find(|old| same(old, check));
                check.status == to && known.is_some_and(|old| old.status == from)
            };
            now.checks.iter().filter(was).collect::<Vec<_>>()
        };
        let lost = turned(Status::Granted, Status::Missing);
        for check in lost.iter().filter(|check| !follows(check, &lost)) {
            let costs = turns_off(&check.object, check.field.as_deref(), check.need);
            let (name, costs) = (permission_name(check), costs.unwrap_or_default());
            let text = format!("The connected user lost the permission {name}. {costs}");
            self.found.push((matters(self.connection, check), text));
        }
        let granted = turned(Status::Missing, Status::Granted);
        for check in granted.iter().filter(|check| !follows(check, &granted)) {
            let name = permission_name(check);
            self.note(format!(
                "The connected user was given the permission {name}."
            ));
        }
    }

    fn of_required_fields(&mut self, before: &Preflight, now: &Preflight, own: &OwnFields) {
        for (old, new) in objects(before, now) {
            let has = |all: &[RequiredField], one: &RequiredField| {
                all.iter().any(|field| field.name == one.name)
            };
            let fresh = |field: &&RequiredField| !has(&old.required, field);
            let added = new.required.iter().filter(fresh);
            for field in added.filter(|field| unfilled(field, own)) {
                let (object, label, name) = (&field.object, &field.label, &field.name);
                let text = format!(
                    "{object} requires “{label}” ({name}) now, and Gatehouse leaves it empty: \
                     every new {object} is refused. Give it a default in Salesforce, or fill it in \
                     under Matching → Further fields."
                );
                self.about(object, text);
            }
            let gone = |field: &&RequiredField| !has(&new.required, field);
            for field in old.required.iter().filter(gone) {
                let (object, label, name) = (&field.object, &field.label, &field.name);
                self.note(format!("{object} no longer requires “{label}” ({name})."));
            }
        }
    }

    fn of_record_types(&mut self, before: &Preflight, now: &Preflight) {
        for (old, new) in objects(before, now) {
            if old.record_type != new.record_type {
                let name = new.record_type.as_deref();
                let object = &new.object;
                self.note(match name {
                    Some(name) => format!("New {object} records get the record type “{name}” now."),
                    None => format!("New {object} records get no record type anymore."),
                });
            }
        }
    }

    fn of_rules(&mut self, before: &OrgSetup, now: &OrgSetup) {
        if let (Some(old), Some(new)) = (&before.validation_rules, &now.validation_rules) {
            for rule in new.iter().filter(|rule| !old.contains(rule)) {
                let (object, name, message) = (&rule.object, &rule.name, quoted(&rule.message));
                let text = format!(
                    "The validation rule {name} of {object} is new or was changed. A {object} that \
                     breaks it is refused: {message}."
                );
                self.about(object, text);
            }
            let names = |name: &str, object: &str| {
                new.iter()
                    .any(|rule| rule.name == name && rule.object == object)
            };
            for rule in old.iter().filter(|rule| !names(&rule.name, &rule.object)) {
                let (object, name) = (&rule.object, &rule.name);
                self.note(format!(
                    "The validation rule {name} of {object} is no longer active."
                ));
            }
        }
        if let (Some(old), Some(new)) = (&before.duplicate_rules, &now.duplicate_rules) {
            for rule in new.iter().filter(|rule| !old.contains(rule)) {
                let (object, name) = (&rule.object, &rule.name);
                self.note(format!(
                    "The duplicate rule “{name}” of {object} is active now."
                ));
            }
            for rule in old.iter().filter(|rule| !new.contains(rule)) {
                let (object, name) = (&rule.object, &rule.name);
                self.note(format!(
                    "The duplicate rule “{name}” of {object} is no longer active."
                ));
            }
        }
        let assignment = |setup: &OrgSetup| setup.lead_assignment_rules.clone();
        if let (Some(old), Some(new)) = (assignment(before), assignment(now))
            && old != new
            && !self.connection.options.skip_lead_assignment
        {
            self.note(match new.first() {
                Some(name) => format!(
                    "The assignment rule “{name}” decides who owns new Leads now, and gets their Tasks."
                ),
                None => "No assignment rule decides who owns new Leads anymore.".to_owned(),
            });
        }
    }

    fn of_storage(&mut self, before: &OrgSetup, now: &OrgSetup) {
        let is_low = |setup: &OrgSetup| Some(setup.data_storage?.is_below(LOW_STORAGE));
        match (is_low(before), is_low(now)) {
            (Some(false), Some(true)) => self.problem(format!(
                "Less than {LOW_STORAGE}% of the org’s data storage is left. When it is full, \
                 Salesforce refuses new Tasks."
            )),
            (Some(true), Some(false)) => self.note("The org has data storage again.".to_owned()),
            _ => {}
        }
    }

    fn of_profile(&mut self, before: &OrgProfile, now: &OrgProfile) {
        let mut differs = |what: &str, old: &str, new: &str| {
            if old != new {
                self.note(format!("{what} is “{new}” now, no longer “{old}”."));
            }
        };
        let (old, new) = (&before.open_status, &now.open_status);
        differs("The Status of new open Tasks", old, new);
        let (old, new) = (&before.closed_status, &now.closed_status);
        differs("The Status of Tasks that are completed", old, new);
        let (old, new) = (&before.default_priority, &now.default_priority);
        differs("The Priority of Tasks", old, new);
        let (old, new) = (&before.time_zone, &now.time_zone);
        differs("The time zone of due dates", old, new);
    }

    fn of_further_fields(&mut self, unwritable: &[String]) {
        for field in Mapping::of(self.connection).fields {
            let name = field.full_name();
            match (field.is_gone, unwritable.contains(&name)) {
                (false, true) => self.problem(format!(
                    "{name} is gone, can’t be written anymore, or doesn’t take its value: \
                     Gatehouse leaves it out of new records (Matching → Further fields)."
                )),
                (true, false) => self.note(format!("{name} is filled in again.")),
                _ => {}
            }
        }
    }

    fn of_reference_fields(&mut self, before: &ReferenceFields, now: &ReferenceFields) {
        for (object, old, new) in [
            ("Task", &before.task, &now.task),
            ("Contact", &before.contact, &now.contact),
            ("Lead", &before.lead, &now.lead),
        ] {
            let name = |field: &Option<ReferenceField>| field.as_ref().map(|one| one.name.clone());
            match (name(old), name(new)) {
                (Some(old), None) => self.problem(format!(
                    "The External ID field {old} of {object} is gone, or the connected user can’t \
                     write it. Each {object} whose answer is lost is looked for instead, which takes \
                     longer."
                )),
                (None, Some(new)) => self.note(format!(
                    "{object} has the External ID field {new} now: Gatehouse uses it."
                )),
                _ => {}
            }
        }
    }
}

/// Whether what the permission is for is turned on.
fn matters(connection: &Connection, check: &Check) -> bool {
    let options = &connection.options;
    match (check.object.as_str(), check.need) {
        ("Contact", Need::Create) => options.create_contact,
        ("Lead", Need::Create) => options.create_lead,
        ("Contact" | "Account", Need::Edit) => options.associate_contact,
        _ => true,
    }
}

/// Whether another of these says it already: without the object, there are no fields, and
/// what can't be read can't be written.
fn follows(check: &Check, all: &[&Check]) -> bool {
    let of_object = |one: &&&Check| one.object == check.object && one.field.is_none();
    let mut of_object = all.iter().filter(of_object);
    of_object.any(|one| {
        let is_field = check.field.is_some();
        (is_field && one.need == check.need)
            || (one.need == Need::Read && (is_field || check.need != Need::Read))
    })
}

/// The objects that were described both times.
fn objects<'a>(
    before: &'a Preflight,
    now: &'a Preflight,
) -> impl Iterator<Item = (&'a ObjectSetup, &'a ObjectSetup)> {
    now.objects.iter().filter_map(|new| {
        let mut old = before.objects.iter();
        let old = old.find(|old| old.object == new.object)?;
        Some((old, new))
    })
}
