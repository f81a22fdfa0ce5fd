//! What stands in the way of deliveries in an org, as far as it could be read.

use domain::activities::ActivityKind;
use domain::salesforce::{Connection, ConnectionState};
use salesforce::org_setup::OrgSetup;
use salesforce::preflight::{Check, Preflight};
use salesforce::required_fields::RequiredField;

use super::{OrgReading, own_fields, permission_name, unfilled};
use crate::salesforce_connection::mapping::Mapping;

/// Below this percentage, storage is low.
pub(super) const LOW_STORAGE: i64 = 5;
/// Below this percentage, API calls are short.
const FEW_CALLS: i64 = 10;

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Nothing is delivered.
    Stops,
    /// Some records are refused, or may be.
    Limits,
    /// Good to know.
    Note,
}

/// Something about the org.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub level: Level,
    pub title: String,
    /// What it means and what to do, in sentences.
    pub text: String,
}

/// All that is known, what stops deliveries first. Without `reading`, nobody has looked yet.
pub fn findings(connection: &Connection, reading: Option<&OrgReading>) -> Vec<Finding> {
    let mut found = Found(Vec::new());
    let preflight: Preflight = serde_json::from_str(&connection.preflight).unwrap_or_default();
    found.permissions(&preflight);
    found.required_fields(connection, &preflight);
    if let Some(reading) = reading {
        found.further_fields(connection, reading);
        found.limits(&reading.setup);
        found.rules(connection, &reading.setup);
    }
    found.record_types(&preflight);
    found.0.sort_by_key(|finding| finding.level);
    found.0
}

/// Why nothing can be delivered, in a sentence, as far as permissions and required fields
/// tell; `None` where nothing is known to stop it, or nothing is to be delivered.
pub fn what_stops(connection: &Connection) -> Option<String> {
    if connection.state != ConnectionState::Active {
        return None;
    }
    let preflight: Preflight = serde_json::from_str(&connection.preflight).unwrap_or_default();
    let mut found = Found(Vec::new());
    found.permissions(&preflight);
    found.required_fields(connection, &preflight);
    let stops = |finding: &Finding| finding.level == Level::Stops;
    found.0.into_iter().find(stops).map(|finding| finding.text)
}

struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, level: Level, title: impl Into<String>, text: impl Into<String>) {
        self.0.push(Finding {
            level,
            title: title.into(),
            text: text.into(),
        });
    }

    fn permissions(&mut self, preflight: &Preflight) {
        let (optional, required): (Vec<&Check>, Vec<&Check>) =
            preflight.missing().partition(|check| check.optional);
        if let Some(first) = required.first() {
            let text = format!(
                "The connected user lacks {}, without which no Task can be delivered. Grant {} in \
                 Salesforce, then choose Check again.",
                names(&required),
                if required.len() == 1 { "it" } else { "them" }
            );
            let title = match required.len() {
                1 => format!("Permission missing: {}", permission_name(first)),
                n => format!("{n} permissions missing"),
            };
            self.add(Level::Stops, title, text);
        }
        if let Some(first) = optional.first() {
            let title = match optional.len() {
                1 => format!("Permission missing: {}", permission_name(first)),
                n => format!("{n} permissions missing that limit deliveries"),
            };
            let text = "Each says below what it turns off.";
            self.add(Level::Limits, title, text);
        }
    }

    fn required_fields(&mut self, connection: &Connection, preflight: &Preflight) {
        let own = own_fields(connection);
        let required = preflight.objects.iter().flat_map(|object| &object.required);
        for field in required.filter(|field| unfilled(field, &own)) {
            let RequiredField {
                object,
                name,
                label,
            } = field;
            let level = match object.as_str() {
                "Task" => Level::Stops,
                object if creates(connection, object) => Level::Limits,
                _ => Level::Note,
            };
            let text = format!(
                "{object} requires “{label}” ({name}), which Gatehouse leaves empty: every new \
                 {object} is refused. Give the field a default in Salesforce, or make it optional."
            );
            self.add(level, format!("Required field: {object}.{name}"), text);
        }
    }

    /// What was chosen under Activities and Matching and isn't there anymore.
    fn further_fields(&mut self, connection: &Connection, reading: &OrgReading) {
        let mapping = Mapping::of(connection);
        let is_mapped = |name: &str| {
            let mut fields = mapping.fields.iter();
            fields.any(|one| name == format!("{}.{}", one.object.name(), one.name))
        };
        for name in reading.unwritable.iter().filter(|name| is_mapped(name)) {
            let level = match name.split_once('.') {
                Some((object, _)) if object != "Task" => Level::Limits,
                _ => Level::Stops,
            };
            let text = "It is filled in (Matching → Further fields), but is gone or can’t be \
                        written anymore, so every new record with it is refused. Remove it there, \
                        or grant Edit Access for it.";
            self.add(level, format!("Field can’t be filled in: {name}"), text);
        }
        for kind in ActivityKind::ALL {
            let options = mapping.options(kind);
            let (profile, kind) = (&reading.profile, kind.title());
            let usual = "isn’t in the org anymore, so the usual one is written. Choose another one \
                         under Activities.";
            if let Some(chosen) = &options.status
                && options.status(profile, "") != *chosen
            {
                let text = format!("The Status “{chosen}” of {kind} {usual}");
                self.add(Level::Note, "A Status is gone", text);
            }
            if let Some(chosen) = &options.priority
                && options.priority(profile) != *chosen
            {
                let text = format!("The Priority “{chosen}” of {kind} {usual}");
                self.add(Level::Note, "A Priority is gone", text);
            }
        }
    }

    fn limits(&mut self, setup: &OrgSetup) {
        let storage = setup.data_storage.filter(|one| one.is_below(LOW_STORAGE));
        if let Some(storage) = storage {
            let (level, title) = if storage.remaining > 0 {
                (Level::Limits, "Data storage is almost full")
            } else {
                (Level::Stops, "Data storage is full")
            };
            let text = "Salesforce refuses new Tasks when data storage is full. A Task takes about \
                        2 KB. Free some: Setup → Storage Usage.";
            self.add(level, title, text);
        }
        let calls = setup.api_requests.filter(|one| one.is_below(FEW_CALLS));
        if calls.is_some() {
            let text = "Other programs of the org have used most of the API calls of the last 24 \
                        hours. Deliveries wait when none is left, and go out later.";
            self.add(Level::Limits, "Few API calls are left", text);
        }
    }

    fn rules(&mut self, connection: &Connection, setup: &OrgSetup) {
        match &setup.validation_rules {
            None => self.add(
                Level::Note,
                "Validation rules can’t be read",
                "Some orgs refuse Tasks by a rule of their own. To have such rules listed here, \
                 grant the connected user “View Setup and Configuration”; nothing else needs it.",
            ),
            Some(rules) => {
                for rule in rules {
                    let (object, message) = (&rule.object, &rule.message);
                    let text = format!(
                        "A {object} that breaks this rule is refused: “{message}”. Whether \
                         Gatehouse’s do, only the rule’s formula says. A test Task shows it for \
                         Tasks."
                    );
                    let title = format!("Validation rule of {object}: {}", rule.name);
                    let level = if creates(connection, object) {
                        Level::Limits
                    } else {
                        Level::Note
                    };
                    self.add(level, title, text);
                }
            }
        }
        for rule in setup.duplicate_rules.iter().flatten() {
            let (object, name) = (&rule.object, &rule.name);
            let text = format!(
                "Where it finds the same person, Gatehouse uses the {object} that is there."
            );
            self.add(
                Level::Note,
                format!("Duplicate rule of {object}: {name}"),
                text,
            );
        }
        for name in setup.lead_assignment_rules.iter().flatten() {
            let text = "It decides who owns a Lead that Gatehouse creates; the Lead’s Task goes to \
                        the same person.";
            self.add(
                Level::Note,
                format!("Assignment rule of Lead: {name}"),
                text,
            );
        }
    }

    fn record_types(&mut self, preflight: &Preflight) {
        for object in &preflight.objects {
            if let Some(name) = &object.record_type {
                let object = &object.object;
                let text = format!(
                    "Every {object} that Gatehouse creates gets it: it is the connected user’s \
                     default. Its Status and Priority have to be among the record type’s values."
                );
                self.add(
                    Level::Note,
                    format!("Record type of {object}: {name}"),
                    text,
                );
            }
        }
    }
}

/// Whether the options in use lead to new records of the object.
fn creates(connection: &Connection, object: &str) -> bool {
    match object {
        "Contact" => connection.options.create_contact,
        "Lead" => connection.options.create_lead,
        _ => true,
    }
}

/// "Create Task and Create Task.Status"
fn names(checks: &[&Check]) -> String {
    let names: Vec<String> = checks.iter().map(|check| permission_name(check)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
