//! Creating people and Tasks in one call, where the Tasks are about those people.
//!
//! Within a composite call a later request may refer to the answer of an earlier one
//! (REST API Developer Guide, Composite, Using Reference IDs): a Task's Name is the record
//! that the call has just created, and its owner is whom the Lead was given to. Where a
//! reference leads nowhere, Salesforce carries out none of the Tasks of that request.

use std::collections::BTreeSet;

use reqwest::Method;
use salesforce_records::candidates::{Owner, RecordId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_SUBREQUESTS, Sub, SubAnswer};
use super::errors::{CallError, RowOutcome};
use super::new_person::record;
use super::people::{COLLECTION, LeadAssignment, MAX_PEOPLE, NewPeople, NewPerson, PersonKind};
use super::rows::sub_outcomes;
use super::status::Effect;
use super::tasks::{MAX_COLLECTION, MAX_GROUPS, TaskRecord, task_row};
use super::transport::SendGuard;

/// Most Leads of a call whose owner a Task is given to: each takes a request of its own
/// within the call, beside those that create the people and the groups of Tasks.
pub const MAX_OWNED_LEADS: usize = MAX_SUBREQUESTS - 1 - MAX_GROUPS_WITH_PEOPLE;
/// Most groups of Tasks of a call that creates people, too.
pub const MAX_GROUPS_WITH_PEOPLE: usize = MAX_GROUPS - 1;

/// A Task that is written in the call that creates people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskBesidePeople {
    /// What is written, but for what the other two say.
    pub task: TaskRecord,
    /// The position of whom it is about, if that is one of the new people: its Name.
    pub person: Option<usize>,
    /// Whether its owner is that Lead's. An org whose assignment rule gives the Lead to a
    /// queue refuses the Task, unless that queue may own Tasks
    /// ([`Client::queues_may_own_tasks`]).
    pub owner_of_lead: bool,
}

/// Tasks that are written by one part of the call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupBesidePeople {
    /// Whether none is written unless all are.
    pub all_or_none: bool,
    /// At least one, at most 200.
    pub tasks: Vec<TaskBesidePeople>,
}

/// What came of creating people and Tasks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PeopleAndTasks {
    /// In the order of the people. The owners are those of the Leads of which a Task was
    /// given to the Lead's owner: Salesforce took them as owners.
    pub people: NewPeople,
    /// In the order of the groups and of the Tasks in them. A Task that failed was not
    /// written.
    pub tasks: Vec<Vec<RowOutcome>>,
}

impl Client {
    /// Creates at most 200 people, and Tasks about them and others, in one call. Who
    /// can't be created fails alone, but then no Task of a group that has theirs is
    /// written.
    ///
    /// # Errors
    /// [`CallError::NotSent`] with more people, groups or Tasks than a call takes, or more
    /// Leads whose owner is asked for than [`MAX_OWNED_LEADS`]; else as every call that
    /// writes.
    pub async fn create_people_and_tasks(
        &self,
        session: &Session,
        guard: &SendGuard,
        (people, assignment): (&[(PersonKind, NewPerson)], LeadAssignment),
        groups: &[GroupBesidePeople],
    ) -> Result<Answer<PeopleAndTasks>, CallError> {
        let owned = owned_leads(people, groups);
        let too_large = |group: &GroupBesidePeople| group.tasks.len() > MAX_COLLECTION;
        if people.len() > MAX_PEOPLE
            || groups.len() > MAX_GROUPS_WITH_PEOPLE
            || owned.len() > MAX_OWNED_LEADS
            || groups.iter().any(too_large)
        {
            let limit = "a call creates at most 200 people and four groups of 200 Tasks, \
                         for the owners of 20 Leads";
            return Err(CallError::NotSent(limit.to_owned()));
        }
        let subs = requests((people, assignment), groups, &owned)?;
        let answers = self.composite(session, subs, Purpose::Write(guard)).await?;
        Ok(answers.map(|answers| read(people, groups, &owned, answers)))
    }
}

/// The Leads whose owner a Task is given to, in order.
fn owned_leads(people: &[(PersonKind, NewPerson)], groups: &[GroupBesidePeople]) -> Vec<usize> {
    let tasks = groups.iter().flat_map(|group| &group.tasks);
    let of_owners = tasks.filter(|task| task.owner_of_lead);
    let asked: BTreeSet<usize> = of_owners.filter_map(|task| task.person).collect();
    let is_lead = |n: &usize| {
        people
            .get(*n)
            .is_some_and(|(kind, _)| *kind == PersonKind::Lead)
    };
    asked.into_iter().filter(is_lead).collect()
}

/// People first, then whom their Leads belong to, then the Tasks.
fn requests(
    (people, assignment): (&[(PersonKind, NewPerson)], LeadAssignment),
    groups: &[GroupBesidePeople],
    owned: &[usize],
) -> Result<Vec<Sub>, CallError> {
    let order = in_runs(people);
    let records: Vec<Value> = order
        .iter()
        .map(|n| record(people[*n].0, &people[*n].1))
        .collect();
    let place = |n: usize| order.iter().position(|of| *of == n);
    let create = json!({ "allOrNone": false, "records": records });
    let mut subs =
        vec![Sub::write(&Method::POST, COLLECTION, create).with_headers(&assignment.headers())];
    for place in owned.iter().filter_map(|n| place(*n)) {
        let lead = format!("sobjects/Lead/@{{r0[{place}].id}}?fields=Id,OwnerId");
        subs.push(Sub::get(format!("/services/data/{API_VERSION}/{lead}")));
    }
    for group in groups {
        let mut write = Sub::write(&Method::POST, COLLECTION, collection(group)?);
        for (at, task) in group.tasks.iter().enumerate() {
            let Some(person) = task.person else { continue };
            if let Some(place) = place(person) {
                write.refer(at, "WhoId", &format!("r0[{place}].id"));
            }
            let asked = owned.iter().position(|lead| *lead == person);
            if let (Some(asked), true) = (asked, task.owner_of_lead) {
                write.refer(at, "OwnerId", &format!("r{}.OwnerId", asked + 1));
            }
        }
        subs.push(write);
    }
    Ok(subs)
}

fn collection(group: &GroupBesidePeople) -> Result<Value, CallError> {
    let rows = group.tasks.iter().map(|one| task_row(&one.task));
    let rows = serde_json::to_value(rows.collect::<Vec<_>>());
    let rows = rows.map_err(|error| CallError::NotSent(format!("this is no JSON: {error}")))?;
    Ok(json!({ "allOrNone": group.all_or_none, "records": rows }))
}

/// Contacts before Leads: Salesforce takes at most ten changes of the type within a
/// collection.
fn in_runs(people: &[(PersonKind, NewPerson)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|n| people[*n].0 == PersonKind::Lead);
    order
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LeadRow {
    id: RecordId,
    owner_id: RecordId,
}

fn read(
    people: &[(PersonKind, NewPerson)],
    groups: &[GroupBesidePeople],
    owned: &[usize],
    answers: Vec<Option<SubAnswer>>,
) -> PeopleAndTasks {
    let mut answers = answers.into_iter();
    let created = sub_outcomes(answers.next().flatten(), people.len());
    let owners: Vec<Option<LeadRow>> = (owned.iter().zip(answers.by_ref()))
        .map(|(_, answer)| lead_row(answer?))
        .collect();
    let tasks: Vec<Vec<RowOutcome>> = groups
        .iter()
        .map(|group| sub_outcomes(answers.next().flatten(), group.tasks.len()))
        .collect();
    let mut back: Vec<_> = in_runs(people).into_iter().zip(created).collect();
    back.sort_by_key(|(n, _)| *n);
    PeopleAndTasks {
        people: NewPeople {
            outcomes: back.into_iter().map(|(_, outcome)| outcome).collect(),
            lead_owners: Some(taken_owners(groups, &tasks, owned, owners)),
        },
        tasks,
    }
}

fn lead_row(answer: SubAnswer) -> Option<LeadRow> {
    answer.judge(Effect::Read).ok()?;
    serde_json::from_value(answer.body).ok()
}

/// The owners whom Salesforce gave a Task.
fn taken_owners(
    groups: &[GroupBesidePeople],
    outcomes: &[Vec<RowOutcome>],
    owned: &[usize],
    owners: Vec<Option<LeadRow>>,
) -> Vec<(RecordId, Owner)> {
    let tasks = groups.iter().flat_map(|group| &group.tasks);
    let written: BTreeSet<usize> = tasks
        .zip(outcomes.iter().flatten())
        .filter(|(task, outcome)| task.owner_of_lead && matches!(outcome, RowOutcome::Created(_)))
        .filter_map(|(task, _)| task.person)
        .collect();
    let owners = owned.iter().zip(owners);
    owners
        .filter(|(lead, _)| written.contains(lead))
        .filter_map(|(_, lead)| lead)
        .map(|lead| {
            let owner = Owner {
                id: lead.owner_id,
                is_active: true,
            };
            (lead.id, owner)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    fn ada(kind: PersonKind) -> (PersonKind, NewPerson) {
        let person = NewPerson {
            last_name: "Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            company: "Engines @{r0[1].id} Ltd".to_owned(),
            ..NewPerson::default()
        };
        (kind, person)
    }

    fn task(person: Option<usize>, owner_of_lead: bool) -> TaskBesidePeople {
        TaskBesidePeople {
            task: TaskRecord {
                subject: "SafeBase: Requested Access".to_owned(),
                status: "Not Started".to_owned(),
                priority: "Normal".to_owned(),
                owner_id: None,
                who_id: person.is_none().then(|| RecordId::new("003A")),
                what_id: None,
                activity_date: Some(Date::constant(2026, 11, 29)),
                description: "Engines @{r0[1].id} Ltd".to_owned(),
                external_id: None,
                fields: serde_json::Map::new(),
            },
            person,
            owner_of_lead,
        }
    }

    #[test]
    fn a_task_refers_to_its_own_person_and_what_somebody_typed_refers_to_nothing() {
        let people = [ada(PersonKind::Lead), ada(PersonKind::Contact)];
        let tasks = vec![task(Some(0), true), task(Some(1), false), task(None, false)];
        let groups = [GroupBesidePeople {
            all_or_none: true,
            tasks,
        }];
        let owned = owned_leads(&people, &groups);
        let subs = requests((&people, LeadAssignment::ByRule), &groups, &owned).unwrap();
        let sent = serde_json::to_value(&subs).unwrap();
        assert_eq!(sent.as_array().unwrap().len(), 3);
        // The Contact is created first, so the Lead is the second of the answer.
        let lead = "/services/data/v67.0/sobjects/Lead/@{r0[1].id}?fields=Id,OwnerId";
        assert_eq!(sent[1]["url"], lead);
        let body = &sent[2]["body"];
        assert_eq!(body["allOrNone"], true);
        assert_eq!(body["records"][0]["WhoId"], "@{r0[1].id}");
        assert_eq!(body["records"][0]["OwnerId"], "@{r1.OwnerId}");
        assert_eq!(body["records"][1]["WhoId"], "@{r0[0].id}");
        assert_eq!(body["records"][1].get("OwnerId"), None);
        assert_eq!(body["records"][2]["WhoId"], "003A");
        assert_eq!(body["records"][0]["Description"], "Engines @(r0[1].id} Ltd");
        assert_eq!(sent[0]["body"]["records"][0]["LastName"], "Lovelace");
    }

    #[test]
    fn only_owners_whom_salesforce_gave_a_task_are_told() {
        let people = [ada(PersonKind::Lead), ada(PersonKind::Lead)];
        let one = |n| GroupBesidePeople {
            all_or_none: false,
            tasks: vec![task(Some(n), true)],
        };
        let answer = |body: Value| {
            let answer = json!({"httpStatusCode": 200, "body": body, "referenceId": "r"});
            Some(serde_json::from_value(answer).unwrap())
        };
        let created = |id: &str| json!({"id": id, "success": true, "errors": []});
        let refused =
            json!({"success": false, "errors": [{"statusCode": "INACTIVE_OWNER_OR_USER"}]});
        let answers = vec![
            answer(json!([created("00QA"), created("00QB")])),
            answer(json!({"Id": "00QA", "OwnerId": "005A"})),
            answer(json!({"Id": "00QB", "OwnerId": "005B"})),
            answer(json!([created("00TA")])),
            answer(json!([refused])),
        ];
        let read = read(&people, &[one(0), one(1)], &[0, 1], answers);
        let owners = read.people.lead_owners.unwrap();
        assert_eq!(owners.len(), 1);
        assert_eq!(owners[0].1.id, RecordId::new("005A"));
        assert!(matches!(read.tasks[0][0], RowOutcome::Created(_)));
        assert!(matches!(read.tasks[1][0], RowOutcome::Failed(_)));
    }
}
