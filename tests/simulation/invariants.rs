//! What is promised, asked of the database and of the org when a run has ended.

use std::collections::HashMap;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::deliveries::task::has_reference;
use domain::ids::DeliveryId;
use salesforce_sim::TaskView;

use super::org::{FEW_CALLS, SMALL_SHARE};
use super::run::Run;
use super::schedule::{Known, Person};
use super::storage::cell;

/// What Gatehouse promises, each of which a run may break.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Promise {
    /// Never more than one Task for an activity.
    OneTask,
    /// What is called delivered has its Task, and what isn't has none.
    TrueState,
    /// Whatever isn't delivered says why.
    Reason,
    RightRecord,
    /// No Contact or Lead twice.
    OnePerson,
    /// Who was created for a request gets what comes later, too.
    PersonFirst,
    Order,
    /// What was recorded stays.
    Recorded,
    NothingAfterUninstalling,
    /// No more API calls than the share allows.
    Share,
    /// Nothing that is due is left alone for more than a minute.
    NoSilence,
    /// Nobody asks the database again and again while nothing can go on.
    NoBusyLoop,
    /// In the end everything is settled.
    Settled,
}

/// A promise that wasn't kept, and how.
#[derive(Clone, Debug)]
pub struct Broken {
    pub promise: Promise,
    pub how: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.how)
    }
}

impl Promise {
    pub fn broken(self, how: impl Into<String>) -> Broken {
        Broken {
            promise: self,
            how: how.into(),
        }
    }
}

/// A delivery and the Tasks that name it, by their place in the org.
struct Delivery {
    id: DeliveryId,
    email: String,
    kind: ActivityKind,
    seq: i64,
    state: DeliveryState,
    reason: String,
    error: String,
    tasks: Vec<usize>,
}

/// Everything that is promised and isn't so.
pub fn check(run: &Run) -> Vec<Broken> {
    let tasks = run.org.sim().all_tasks();
    let deliveries = deliveries(run, &tasks);
    let mut broken = Vec::new();
    for one in &deliveries {
        broken.extend(one_task_or_a_reason(one));
        broken.extend(on_the_right_record(run, one, &tasks));
    }
    broken.extend(nobody_twice(run));
    // What an Admin tries again comes after what followed it, and so does what was given
    // up after a copy was made that is restored: nobody knows anymore that it was.
    let retried = run.actors.told.lock().expect("told").retried;
    if !retried && !run.storage.was_restored() {
        broken.extend(in_order(&deliveries));
    }
    broken.extend(the_person_was_created(run, &deliveries));
    broken.extend(recorded(run));
    broken.extend(nothing_after_uninstalling(run));
    broken.extend(within_the_share(run));
    broken
}

/// A copy of the database that was restored doesn't know the calls that were made since.
fn within_the_share(run: &Run) -> Option<Broken> {
    let calls = run
        .calls_of_small_share
        .filter(|_| !run.storage.was_restored())?;
    let allowed = FEW_CALLS * SMALL_SHARE.unsigned_abs() / 100;
    let how = || format!("{calls} API calls, and the share are {allowed}");
    (calls > allowed).then(|| Promise::Share.broken(how()))
}

fn deliveries(run: &Run, tasks: &[TaskView]) -> Vec<Delivery> {
    let rows = run.storage.rows(
        "SELECT delivery.id AS id, person, kind, seq, state, reason, error_message
         FROM delivery JOIN activity ON activity.id = delivery.activity_id
         ORDER BY lane_id, seq",
    );
    let delivery = |row| {
        let id: DeliveryId = cell(row, "id");
        let named = tasks.iter().enumerate();
        let named = named.filter(|(_, task)| has_reference(&task.comments, id));
        Delivery {
            id,
            email: cell(row, "person"),
            kind: cell(row, "kind"),
            seq: cell(row, "seq"),
            state: cell(row, "state"),
            reason: cell(row, "reason"),
            error: cell(row, "error_message"),
            tasks: named.map(|(at, _)| at).collect(),
        }
    };
    rows.iter().map(delivery).collect()
}

fn one_task_or_a_reason(one: &Delivery) -> Option<Broken> {
    let of = format!("{} {} ({})", one.email, one.kind, one.id);
    let says_why = !one.reason.is_empty() || !one.error.is_empty();
    match (one.state, one.tasks.len()) {
        (_, n @ 2..) => Some(Promise::OneTask.broken(format!("{of} has {n} Tasks"))),
        (DeliveryState::Delivered, 0) => {
            Some(Promise::TrueState.broken(format!("{of} is delivered, and has no Task")))
        }
        (DeliveryState::Delivered, _) => None,
        // After an uninstallation nobody can ask anymore.
        (DeliveryState::Cancelled, 1) if one.reason.contains("a Task may exist") => None,
        (state, 1) => Some(Promise::TrueState.broken(format!("{of} is {state}, and has a Task"))),
        (state, _) if state.is_open() => {
            Some(Promise::Settled.broken(format!("{of} is still {state}")))
        }
        (state, _) if !says_why => {
            Some(Promise::Reason.broken(format!("{of} is {state} without saying why")))
        }
        _ => None,
    }
}

/// A Task goes to the Contact or Lead of the person, and to the company's Account.
fn on_the_right_record(run: &Run, one: &Delivery, tasks: &[TaskView]) -> Option<Broken> {
    let wrong = |how: String| Some(Promise::RightRecord.broken(how));
    let task = &tasks[*one.tasks.first()?];
    let person = person(run, &one.email)?;
    let sim = run.org.sim();
    let field = |id: Option<salesforce_sim::Id>, name: &str| {
        let record = id.and_then(|id| sim.record(id))?;
        Some(record.get(name)?.as_str()?.to_owned())
    };
    let who = field(task.who, "Email");
    if who.as_ref().is_some_and(|email| *email != one.email) {
        return wrong(format!("the Task of {} is {who:?}'s", one.email));
    }
    let known = matches!(person.known, Known::Contact | Known::Lead);
    if known && who.is_none() {
        return wrong(format!("the Task of {} names nobody", one.email));
    }
    let account = field(task.account, "Name");
    let wanted = matches!(person.known, Known::Contact | Known::Account);
    let right = account.as_ref() == wanted.then_some(&person.company);
    if right {
        return None;
    }
    wrong(format!(
        "the Task of {} is on the Account {account:?}",
        one.email
    ))
}

fn person<'a>(run: &'a Run, email: &str) -> Option<&'a Person> {
    run.schedule.people.iter().find(|one| one.email == email)
}

fn nobody_twice(run: &Run) -> Vec<Broken> {
    let mut times: HashMap<String, usize> = HashMap::new();
    for object in ["Contact", "Lead"] {
        for record in run.org.sim().find(&format!("SELECT Id FROM {object}")) {
            let email = record.get("Email").and_then(|email| email.as_str());
            *times
                .entry(email.unwrap_or_default().to_owned())
                .or_default() += 1;
        }
    }
    let mut twice: Vec<_> = times.into_iter().filter(|(_, times)| *times > 1).collect();
    twice.sort();
    let twice = twice.into_iter();
    let how = |(email, times)| format!("{times} Contacts or Leads have the address {email}");
    twice
        .map(|one| Promise::OnePerson.broken(how(one)))
        .collect()
}

/// Tasks of one person were created in the order of what the person did.
fn in_order(deliveries: &[Delivery]) -> Vec<Broken> {
    let mut last: HashMap<&str, (i64, usize)> = HashMap::new();
    let mut broken = Vec::new();
    for one in deliveries {
        let Some(task) = one.tasks.first() else {
            continue;
        };
        if let Some((seq, before)) = last.get(one.email.as_str())
            && before > task
        {
            let (email, now) = (&one.email, one.seq);
            let how = format!("{email}: Task of {now} was created before that of {seq}");
            broken.push(Promise::Order.broken(how));
        }
        last.insert(&one.email, (one.seq, *task));
    }
    broken
}

/// What a person did after asking for access goes to the Contact or Lead that was
/// created for the request.
fn the_person_was_created(run: &Run, deliveries: &[Delivery]) -> Vec<Broken> {
    let mut broken = Vec::new();
    for person in &run.schedule.people {
        let own = || deliveries.iter().filter(|one| one.email == person.email);
        let created = match person.known {
            Known::Nothing => run.schedule.options.create_lead,
            Known::Account => run.schedule.options.create_contact,
            Known::Contact | Known::Lead => false,
        };
        let request = own().find(|one| {
            one.kind == ActivityKind::RequestedAccess && one.state == DeliveryState::Delivered
        });
        let (true, Some(request)) = (created, request) else {
            continue;
        };
        let mut later = own().filter(|one| one.seq > request.seq);
        if later.any(|one| one.state == DeliveryState::Unmatched) {
            let email = &person.email;
            let how = format!("{email} was created, and a later activity has no match");
            broken.push(Promise::PersonFirst.broken(how));
        }
    }
    broken
}

/// A caller who got a success finds it, unless an older copy was restored.
fn recorded(run: &Run) -> Option<Broken> {
    let told = run.actors.told.lock().expect("told").recorded.len();
    let rows = run.storage.rows("SELECT id FROM activity").len();
    (rows < told && !run.storage.was_restored()).then(|| {
        Promise::Recorded.broken(format!("{told} activities were recorded, {rows} are there"))
    })
}

/// A write that began long after an Admin was told that the connection is gone.
fn nothing_after_uninstalling(run: &Run) -> Option<Broken> {
    let uninstalled = run.actors.told.lock().expect("told").uninstalled?;
    let last = run.org.last_write_sent()?;
    let too_late = last > uninstalled + super::PERMIT && !run.storage.was_restored();
    too_late.then(|| {
        let late = last.saturating_sub(uninstalled).as_secs();
        let how = format!("a write was sent {late} s after the connection was uninstalled");
        Promise::NothingAfterUninstalling.broken(how)
    })
}
