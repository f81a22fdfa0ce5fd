//! What stands in the way of deliveries in an org, as far as it could be read.

use domain::activities::ActivityKind;
use domain::salesforce::{Connection, ConnectionState};
use salesforce::org_setup::OrgSetup;
use salesforce::preflight::{Check, Preflight, Status};
use salesforce::required_fields::RequiredField;

use super::{OrgReading, OwnFields, permission_name, unfilled};
use crate::salesforce_connection::lookup::org_profile;
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
    found.further_fields(connection);
    found.choices(connection);
    if let Some(reading) = reading {
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
        let unknown = |check: &&Check| check.status == Status::Unknown;
        if preflight.checks.is_empty() || preflight.checks.iter().any(|check| unknown(&check)) {
            let text = "Salesforce gave no answer when permissions were checked last. Choose Check \
                        again.";
            self.add(Level::Note, "Some permissions aren’t known", text);
        }
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
            let text = "The list of permissions below says what each turns off.";
            self.add(Level::Limits, title, text);
        }
    }

    fn required_fields(&mut self, connection: &Connection, preflight: &Preflight) {
        let own = OwnFields::of(connection);
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
                 {object} is refused. Give the field a default in Salesforce, or fill it in under \
                 Matching → Further fields."
            );
            self.add(level, format!("Required field: {object}.{name}"), text);
        }
    }

    /// What was chosen under Matching and is left out.
    fn further_fields(&mut self, connection: &Connection) {
        let fields = Mapping::of(connection).fields.into_iter();
        for field in fields.filter(|field| field.is_gone) {
            let text = "It is gone, can’t be written by the connected user, or doesn’t take its \
                        value anymore. New records are created without it. Mend that in \
                        Salesforce, or remove it under Matching → Further fields.";
            let title = format!("Field not filled in: {}", field.full_name());
            self.add(Level::Limits, title, text);
        }
    }

    /// What was chosen under Activities and isn't in the org anymore, as the engine sees it.
    fn choices(&mut self, connection: &Connection) {
        let Some(profile) = org_profile(connection) else {
            return;
        };
        let statuses: Vec<&str> = profile
            .statuses
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        let priorities: Vec<&str> = profile.priorities.iter().map(String::as_str).collect();
        let mapping = Mapping::of(connection);
        for kind in ActivityKind::ALL {
            let options = mapping.options(kind);
            for (field, chosen, known) in [
                ("Status", &options.status, &statuses),
                ("Priority", &options.priority, &priorities),
            ] {
                let gone = chosen.as_deref().filter(|one| !known.contains(one));
                if let (Some(chosen), false) = (gone, known.is_empty()) {
                    let text = format!(
                        "The {field} “{chosen}” of {} isn’t in the org anymore, so the usual one is \
                         written. Choose another one under Activities.",
                        kind.title()
                    );
                    self.add(Level::Note, format!("A {field} is gone"), text);
                }
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
            let text = "Most of the org’s API calls of the last 24 hours are used, by all programs \
                        together. Deliveries wait when none is left, and go out later.";
            self.add(Level::Limits, "Few API calls are left", text);
        }
    }

    fn rules(&mut self, connection: &Connection, setup: &OrgSetup) {
        match &setup.validation_rules {
            None => self.add(
                Level::Note,
                "Rules and limits can’t be read",
                "Some orgs refuse Tasks by a rule of their own. To have rules, storage and API \
                 calls shown here, grant the connected user “View Setup and Configuration”. \
                 Deliveries don’t need it.",
            ),
            Some(rules) => {
                for rule in rules {
                    let (object, message) = (&rule.object, quoted(&rule.message));
                    let text = format!(
                        "A {object} that breaks this rule is refused: {message}. Whether \
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
            let text =
                format!("Where it blocks a new {object}, Gatehouse uses the one that is there.");
            self.add(
                Level::Note,
                format!("Duplicate rule of {object}: {name}"),
                text,
            );
        }
        for name in setup.lead_assignment_rules.iter().flatten() {
            let text = if connection.options.skip_lead_assignment {
                "It doesn’t count for Leads that Gatehouse creates: they belong to the connected \
                 user, as chosen under Activities."
            } else {
                "It decides who owns a Lead that Gatehouse creates; the Lead’s Task goes to the \
                 same person."
            };
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
                let mut text = format!(
                    "Every {object} that Gatehouse creates gets it: it is the connected user’s \
                     default."
                );
                if object == "Task" {
                    text.push_str(" Status and Priority have to be among its values.");
                }
                self.add(
                    Level::Note,
                    format!("Record type of {object}: {name}"),
                    text,
                );
            }
        }
    }
}

/// A message within a sentence, which has a full stop of its own.
pub(super) fn quoted(message: &str) -> String {
    format!("“{}”", message.trim().trim_end_matches('.'))
}

/// Whether the options in use lead to new records of the object.
pub(super) fn creates(connection: &Connection, object: &str) -> bool {
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
