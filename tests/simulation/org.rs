//! The org of a run: a local org in this process, which carries out each call at the
//! moment that the call's course says, whatever became of the caller meanwhile.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use salesforce::{OutgoingRequest, Reply};
use salesforce_sim::{
    AccountSeed, ConnectedApp, ContactSeed, FieldSeed, Id, LeadSeed, OrgConfig, Sim, UserSeed,
};
use tower::ServiceExt as _;

use super::refusal;
use super::schedule::{CallFault, CallTrouble, Known, Outage, Person, Schedule};
use super::scheduler::Scheduler;

pub const ADDRESS: &str = "http://127.0.0.1:1";
pub const CLIENT_ID: &str = "gatehouse-simulated";
pub const CLIENT_SECRET: &str = "a-secret";
/// API calls that the org has in 24 hours.
const ENOUGH_CALLS: u64 = 100_000;
/// The same where the share of them is to be used up.
pub const FEW_CALLS: u64 = 2_000;
/// The share then, in per cent: 20 calls.
pub const SMALL_SHARE: i64 = 1;
pub const CALLBACK: &str = "http://127.0.0.1:2/integrations/salesforce/callback";

/// Clones are the same org.
#[derive(Clone)]
pub struct Org(Arc<Inner>);

struct Inner {
    sim: Arc<Sim>,
    router: Router,
    users: [Id; 2],
    /// Its API calls in 24 hours.
    limit: u64,
    scheduler: Scheduler,
    state: Mutex<State>,
}

struct State {
    calls: u64,
    writes: u64,
    faults: Vec<CallFault>,
    outage: Outage,
    /// What is still to be carried out.
    pending: Vec<Pending>,
    /// When the last call that writes was sent.
    last_write_sent: Option<Duration>,
    under_way: usize,
    /// In the org's counter of API calls.
    calls_of_others: u64,
}

struct Pending {
    at: Duration,
    number: u64,
    request: OutgoingRequest,
    refused: Option<(usize, &'static str)>,
    slot: Slot,
}

/// Where a call's answer is put.
#[derive(Clone, Default)]
pub struct Slot(Arc<Mutex<Option<Reply>>>);

impl Slot {
    pub fn take(&self) -> Option<Reply> {
        self.0.lock().expect("an answer").take()
    }
}

/// The how manieth call it is, of all and of those that write.
pub struct Number {
    pub of_all: u64,
    of_writes: Option<u64>,
}

impl Org {
    pub fn new(scheduler: &Scheduler, schedule: &Schedule) -> Self {
        let config = OrgConfig::new("Simulated", true, ADDRESS);
        let app = ConnectedApp::new(CLIENT_ID, CLIENT_SECRET, CALLBACK);
        let sim = Sim::new(config.with_app(app));
        sim.clock().set(super::START_MILLIS);
        let user = |name: &str| sim.add_user(UserSeed::new(name, "Gatehouse", name));
        let users = [user("first@org.example"), user("second@org.example")];
        populate(&sim, &schedule.people);
        if schedule.options.reference_field {
            sim.add_field("Task", FieldSeed::external_id("Gatehouse_Reference__c"));
        }
        let limit = if schedule.options.few_calls {
            FEW_CALLS
        } else {
            ENOUGH_CALLS
        };
        sim.set_api_limit(limit);
        Self(Arc::new(Inner {
            router: salesforce_sim::in_process(sim.clone()),
            sim,
            users,
            limit,
            scheduler: scheduler.clone(),
            state: Mutex::new(State {
                calls: 0,
                writes: 0,
                faults: schedule.call_faults.clone(),
                outage: Outage::Over,
                pending: Vec::new(),
                last_write_sent: None,
                under_way: 0,
                calls_of_others: 0,
            }),
        }))
    }

    pub fn sim(&self) -> &Arc<Sim> {
        &self.0.sim
    }

    /// The user that connects first, and another one.
    pub fn user(&self, other: bool) -> Id {
        self.0.users[usize::from(other)]
    }

    pub fn begin_call(&self, writes: bool) -> Number {
        let mut state = self.lock();
        state.calls += 1;
        state.writes += u64::from(writes);
        Number {
            of_all: state.calls - 1,
            of_writes: writes.then(|| state.writes - 1),
        }
    }

    /// What happens to this call by the schedule.
    pub fn trouble(&self, number: &Number) -> Option<CallTrouble> {
        let mut state = self.lock();
        let at = state.faults.iter().position(|fault| {
            if fault.of_writes {
                number.of_writes == Some(fault.nth)
            } else {
                number.of_all == fault.nth
            }
        })?;
        Some(state.faults.remove(at).what)
    }

    pub fn note_sent(&self, request: &OutgoingRequest) {
        if request.guard.is_some() {
            self.lock().last_write_sent = Some(self.0.scheduler.now());
        }
    }

    pub fn last_write_sent(&self) -> Option<Duration> {
        self.lock().last_write_sent
    }

    pub fn outage(&self) -> Outage {
        self.lock().outage
    }

    pub fn set_outage(&self, outage: Outage) {
        self.lock().outage = outage;
    }

    /// From now on nothing goes wrong anymore.
    pub fn calm(&self) {
        let mut state = self.lock();
        state.faults.clear();
        state.outage = Outage::Over;
        drop(state);
        self.use_up_calls(false);
    }

    /// Others use up the org's API calls, or theirs are a day old.
    pub fn use_up_calls(&self, all: bool) {
        let own = self.own_api_calls();
        let others = if all { self.0.limit } else { 0 };
        self.lock().calls_of_others = others;
        self.0.sim.set_api_calls(own + others);
    }

    /// API calls by the org's own counter, without those of others.
    pub fn own_api_calls(&self) -> u64 {
        let others = self.lock().calls_of_others;
        self.0.sim.api_calls() - others
    }

    pub fn carry_out_at(
        &self,
        at: Duration,
        number: u64,
        request: OutgoingRequest,
        refused: Option<(usize, &'static str)>,
        slot: Slot,
    ) {
        self.lock().pending.push(Pending {
            at,
            number,
            request,
            refused,
            slot,
        });
    }

    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// A call begins or ends to be under way.
    pub fn under_way(&self, change: isize) {
        let mut state = self.lock();
        state.under_way = state.under_way.saturating_add_signed(change);
    }

    /// Whether anyone waits for an answer.
    pub fn is_waited_for(&self) -> bool {
        self.lock().under_way > 0
    }

    /// Whether a call is under way, or still to be carried out.
    pub fn is_busy(&self) -> bool {
        let state = self.lock();
        state.under_way > 0 || !state.pending.is_empty()
    }

    /// Sets the clock so many seconds ahead of where it would be.
    pub fn set_clock(&self, ahead: i64) {
        self.0.sim.clock().advance(ahead * 1000);
    }

    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(0);
        self.0.sim.clock().advance(millis);
    }

    pub fn next_commit(&self) -> Option<Duration> {
        self.lock().pending.iter().map(|call| call.at).min()
    }

    /// Carries out what is due, in order.
    pub fn carry_out_due(&self) {
        loop {
            let mut state = self.lock();
            let now = self.0.scheduler.now();
            let due = state.pending.iter().enumerate();
            let due = due.filter(|(_, call)| call.at <= now);
            let first = due.min_by_key(|(_, call)| (call.at, call.number));
            let Some((at, _)) = first else {
                return;
            };
            let call = state.pending.remove(at);
            drop(state);
            self.carry_out(&call);
        }
    }

    fn carry_out(&self, call: &Pending) {
        let before = self.0.sim.task_count();
        let reply = match call.refused {
            Some((row, code)) => refusal::refuse_row(row, code, &call.request, &|body| {
                self.ask(&call.request, body)
            }),
            None => self.ask(&call.request, call.request.body.clone().unwrap_or_default()),
        };
        let tasks = self.0.sim.task_count() - before;
        self.0.scheduler.note(|| {
            let (number, status) = (call.number, reply.status);
            format!("org: call {number} carried out: HTTP {status}, {tasks} new Tasks")
        });
        *call.slot.0.lock().expect("an answer") = Some(reply);
    }

    fn ask(&self, request: &OutgoingRequest, body: bytes::Bytes) -> Reply {
        let mut asked = Request::builder()
            .method(request.method.clone())
            .uri(request.url.as_str())
            .body(Body::from(body))
            .expect("a request");
        *asked.headers_mut() = request.headers.clone();
        futures::executor::block_on(async {
            let answer = self.0.router.clone().oneshot(asked).await;
            let (parts, body) = answer.expect("never fails").into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await;
            Reply {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: body.expect("a body in memory").to_vec(),
            }
        })
    }

    /// What a call is for, in a few words.
    pub fn describe(&self, request: &OutgoingRequest) -> String {
        let path = request.url.path();
        let path = path.strip_prefix("/services/").unwrap_or(path);
        let rows = request.body.as_ref().and_then(|body| {
            let body: serde_json::Value = serde_json::from_slice(body).ok()?;
            let rows = ["records", "compositeRequest"];
            rows.iter()
                .find_map(|key| Some(body.get(key)?.as_array()?.len()))
        });
        let rows = rows.map(|rows| format!(" ×{rows}")).unwrap_or_default();
        let sort = if request.guard.is_some() {
            "write"
        } else {
            "read"
        };
        format!("{sort} {} {path}{rows}", request.method)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panicked meanwhile")
    }
}

fn populate(sim: &Sim, people: &[Person]) {
    let mut accounts: Vec<(&str, Id)> = Vec::new();
    for person in people {
        let (first, email) = ("Pat", person.email.as_str());
        let last = email.split('@').next().unwrap_or_default();
        match person.known {
            Known::Contact | Known::Account => {
                let company = person.company.as_str();
                let known = accounts.iter().find(|(name, _)| *name == company);
                let account = if let Some((_, id)) = known {
                    *id
                } else {
                    let id = sim.add_account(AccountSeed::new(company));
                    accounts.push((company, id));
                    id
                };
                if person.known == Known::Contact {
                    sim.add_contact(ContactSeed::new(first, last, email).of(account));
                }
            }
            Known::Lead => {
                sim.add_lead(LeadSeed::new(first, last, email, &person.company));
            }
            Known::Nothing => {}
        }
    }
}
