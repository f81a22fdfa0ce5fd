//! The Tasks of a batch, written in the call that creates its new people.
//!
//! That saves the call that would write them, which matters where strangers come one by
//! one. `docs/adr/0011-a-stranger-in-two-calls.md` says why it isn't one call, and when it
//! is three.

use std::collections::HashMap;

use domain::deliveries::DeliveryState;
use domain::deliveries::task::SentTask;
use domain::matching::candidates::{Owner, RecordId};
use domain::matching::{Decision, Match};
use salesforce::people::PersonKind;
use salesforce::people_with_tasks::{
    GroupBesidePeople, MAX_GROUPS_WITH_PEOPLE, MAX_OWNED_LEADS, TaskBesidePeople,
};
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::AboutToSend;
use store::deliveries::turns::Turn;
use tracing::instrument;

use super::candidates::Known;
use super::final_matches::decide;
use super::journal::{Journalled, Sendable, journal};
use super::limits::NEW_PEOPLE;
use super::new_people::{Creation, Sent, new_candidate};
use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::stop::Stop;
use super::task_groups::{Group, plan};
use super::task_rules::Rules;
use super::wanted_people::Wanted;

/// A delivery whose Task goes in the call that creates people.
#[derive(Clone)]
pub(super) struct Companion {
    pub due: DueDelivery,
    /// Where it goes. A person who isn't there yet is a placeholder.
    found: Match,
    /// What it is searched for by when the answer is lost.
    sent: SentTask,
    /// Which group of the call it is in.
    group: usize,
}

/// The Tasks of a call that creates people, as they will be grouped.
pub(super) struct Companions {
    rows: Vec<Companion>,
    all_or_none: Vec<bool>,
}

impl Companion {
    /// Its match, unless its person isn't there yet.
    fn known_match(&self) -> Option<&Match> {
        let person = self.found.who.as_ref().and_then(number);
        person.is_none().then_some(&self.found)
    }
}

impl Sendable for Companion {
    fn delivery(&self) -> &DueDelivery {
        &self.due
    }

    fn delivery_mut(&mut self) -> &mut DueDelivery {
        &mut self.due
    }

    fn about_to_send(&self) -> AboutToSend {
        AboutToSend {
            id: self.due.id,
            was: self.due.state,
            who: self.found.who.clone().filter(|who| number(who).is_none()),
            what: self.found.what.clone(),
            reason: self.found.reason.clone(),
            task: Some(self.sent.clone()),
        }
    }
}

/// Stands for the person of that number until Salesforce has created them.
fn placeholder(person: usize) -> RecordId {
    RecordId::new(format!("{NEW}{person}"))
}

/// Which of the new people a placeholder stands for.
fn number(id: &RecordId) -> Option<usize> {
    id.as_str().strip_prefix(NEW)?.parse().ok()
}

const NEW: &str = "new ";

/// The deliveries of the batch as they will be matched once the people are there, in the
/// groups that they are written in. `None` where the Tasks have to be written by calls of
/// their own: where there are too many of either, or whose they are isn't certain yet.
pub(super) fn companions(
    session: &OrgSession<'_>,
    rules: &Rules<'_>,
    decided: &[(DueDelivery, Decision)],
    known: &Known,
    wanted: &[Wanted],
) -> Option<Companions> {
    if wanted.len() > NEW_PEOPLE || !owners_are_users(session, rules, wanted) {
        return None;
    }
    let mut expected = known.clone();
    let mut creations: HashMap<String, Creation> = HashMap::new();
    for (n, one) in wanted.iter().enumerate() {
        let reads = one.kind == PersonKind::Lead && session.reads_lead_owners();
        let owner = reads.then(|| Owner {
            id: placeholder(n),
            is_active: true,
        });
        let creation = new_candidate(one, placeholder(n), owner, &mut expected, session);
        creations.insert(one.email.clone(), creation);
    }
    let mut rows = Vec::new();
    for (due, decision) in decided {
        // What has no match is settled without a call.
        if let Ok(row) = decide(rules, due.clone(), decision.clone(), &expected, &creations) {
            rows.push(Companion {
                due: row.due,
                found: row.found,
                sent: row.sent,
                group: 0,
            });
        }
    }
    if !rows.iter().all(may_go_along) {
        return None;
    }
    let plan = plan(rows, |row| &row.due.person, false);
    let fits = plan.later.is_empty() && plan.groups.len() <= MAX_GROUPS_WITH_PEOPLE;
    fits.then(|| in_groups(plan.groups))
}

fn in_groups(groups: Vec<Group<Companion>>) -> Companions {
    let all_or_none = groups.iter().map(|group| group.all_or_none).collect();
    let rows = groups.into_iter().enumerate().flat_map(|(n, group)| {
        let rows = group.rows.into_iter();
        rows.map(move |row| Companion { group: n, ..row })
    });
    Companions {
        rows: rows.collect(),
        all_or_none,
    }
}

/// Not what was tried before, which may have to go to another owner or be upserted, and
/// not what changes the Contact first.
fn may_go_along(row: &Companion) -> bool {
    let state = row.due.state;
    matches!(state, DeliveryState::Pending | DeliveryState::Waiting)
        && row.due.skipped_owners == 0
        && !row.found.associate
}

/// A queue that owned a Lead would own its Task, too, which is for an active user.
fn owners_are_users(session: &OrgSession<'_>, rules: &Rules<'_>, wanted: &[Wanted]) -> bool {
    let leads = wanted.iter().filter(|one| one.kind == PersonKind::Lead);
    let leads = leads.count();
    leads == 0
        || !session.reads_lead_owners()
        || (leads <= MAX_OWNED_LEADS && rules.profile.queues_may_own_tasks == Some(false))
}

/// Creates the people and writes the Tasks in one call.
///
/// # Errors
/// [`Stop::Lost`] where an Admin has just cancelled what someone would be created for:
/// another turn decides anew. Else as the journal and the call.
#[instrument(name = "delivery.people.create_with_tasks", skip_all, fields(people = wanted.len()))]
pub(super) async fn send(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    rules: &Rules<'_>,
    wanted: Vec<Wanted>,
    companions: Companions,
    outcome: &mut Outcome,
) -> Result<Sent, Stop> {
    let Companions { rows, all_or_none } = companions;
    // Without the key: what is sent again by it doesn't wait for the quiet period, in which
    // a new person can't be told from one who is still to appear.
    let journalled = Box::pin(journal(session, turn, rows, false)).await?;
    let sent = match all_in_journal(wanted, &journalled) {
        Some(wanted) => call(session, rules, wanted, &journalled, &all_or_none).await,
        None => Err(Stop::Lost),
    };
    match &sent {
        Ok(_) => outcome.sent_at = Some(journalled.permit().at()),
        Err(stop) => {
            let now = session.app.ambient.now();
            let unsent = journalled.rows().iter();
            let settled =
                unsent.map(|row| outcome::after_stop(&row.due, row.known_match(), stop, now));
            outcome.rows.extend(settled);
        }
    }
    sent
}

/// The people with their deliveries as they are in the journal; `None` where one isn't.
fn all_in_journal(
    mut wanted: Vec<Wanted>,
    journalled: &Journalled<Companion>,
) -> Option<Vec<Wanted>> {
    for one in &mut wanted {
        let mut rows = journalled.rows().iter();
        one.due.state = rows.find(|row| row.due.id == one.due.id)?.due.state;
    }
    Some(wanted)
}

async fn call(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    wanted: Vec<Wanted>,
    journalled: &Journalled<Companion>,
    all_or_none: &[bool],
) -> Result<Sent, Stop> {
    let people: Vec<_> = wanted
        .iter()
        .map(|one| (one.kind, one.person.clone()))
        .collect();
    let groups = groups(rules, journalled.rows(), all_or_none);
    let people = (people.as_slice(), session.lead_assignment());
    let groups = &groups;
    let answer = session
        .write(journalled.permit(), |client, session, guard| async move {
            let call = client.create_people_and_tasks(&session, &guard, people, groups);
            call.await
        })
        .await?;
    let ids = journalled.rows().iter().map(|row| row.due.id);
    Ok(Sent {
        wanted,
        people: answer.people,
        tasks: ids.zip(answer.tasks.into_iter().flatten()).collect(),
    })
}

/// In the order of the rows, which are sorted by group.
fn groups(rules: &Rules<'_>, rows: &[Companion], all_or_none: &[bool]) -> Vec<GroupBesidePeople> {
    let mut groups: Vec<GroupBesidePeople> = all_or_none
        .iter()
        .map(|all_or_none| GroupBesidePeople {
            all_or_none: *all_or_none,
            tasks: Vec::new(),
        })
        .collect();
    for row in rows {
        groups[row.group].tasks.push(task(rules, row));
    }
    groups.retain(|group| !group.tasks.is_empty());
    groups
}

fn task(rules: &Rules<'_>, row: &Companion) -> TaskBesidePeople {
    let mut task = rules.task(&row.due, &row.found, &row.sent);
    let person = task.who_id.as_ref().and_then(number);
    let owner_of_lead = task.owner_id.as_ref().and_then(number).is_some();
    task.who_id = task.who_id.filter(|_| person.is_none());
    task.owner_id = task.owner_id.filter(|_| !owner_of_lead);
    TaskBesidePeople {
        task,
        person,
        owner_of_lead,
    }
}
