//! Where a run keeps its database, and what it holds, read from outside.

use std::rc::Rc;
use std::time::Duration;

use clock::{Ambient, Clock, Random};
use domain::deliveries::DeliveryState;
use domain::ids::ConnectionId;
use domain::organizations::Organization;
use domain::salesforce::{Connection, ConnectionOptions, ConnectionState, Environment};
use gatehouse::use_cases::deliveries::restore;
use jiff::Timestamp;
use store::salesforce::api_usage::Spent;
use store::{Db, Row};
use tokio::runtime::Runtime;

use super::actors::Actors;
use super::embedded::Embedded;
use super::org::{ADDRESS, FEW_CALLS, SMALL_SHARE};
use super::schedule::{AdminAct, Options};

/// How far ahead of its pace the engine lets a connection be, in microseconds.
const LINGER_BURST: i64 = 3_300_000;

pub struct Storage {
    kept: Kept,
    has_backup: bool,
    restored: bool,
    seen: Option<(u64, Seen)>,
    organization: Organization,
    runtime: Rc<Runtime>,
    db: Db,
}

/// Where the database of a run is.
pub enum Kept {
    Embedded(Rc<Embedded>),
    /// At this URL.
    Postgres(String),
}

impl Kept {
    /// Opens the database for one process, whose runtime this is called on.
    pub async fn open(&self) -> Db {
        match self {
            Self::Embedded(embedded) => embedded.open(),
            Self::Postgres(url) => Db::open(url).await.expect("the database opens"),
        }
    }
}

/// What is in the database at a moment.
pub struct Seen {
    pub open: Vec<OpenRow>,
    pub connection: ConnectionState,
    /// When a worker next has something to do.
    pub next_due: Option<Duration>,
    pub hold_until: Duration,
    pub hold_reason: String,
}

/// A delivery that isn't settled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenRow {
    pub id: String,
    pub person: String,
    pub seq: i64,
    pub state: DeliveryState,
    pub due_at: Duration,
    pub attempts: i64,
}

impl Storage {
    pub fn new(kept: Kept, organization: Organization, (runtime, db): (Rc<Runtime>, Db)) -> Self {
        Self {
            kept,
            has_backup: false,
            restored: false,
            seen: None,
            organization,
            runtime,
            db,
        }
    }

    /// Opens the database for one process, whose runtime this is called on.
    pub async fn open(&self) -> Db {
        self.kept.open().await
    }

    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The connection as it is once an Admin has connected and turned everything on.
    pub fn connect(&mut self, actors: &Actors, options: Options, kit: &super::replica::Kit) {
        let connection = connection(actors);
        let tokens = actors.tokens(&kit.config, connection.id, false);
        let few_calls = options.few_calls;
        let (org, now) = (self.organization.id, connection.created_at);
        let options = ConnectionOptions {
            create_contact: options.create_contact,
            create_lead: options.create_lead,
            associate_contact: options.associate_contact,
            ..ConnectionOptions::default()
        };
        let done: store::Result<()> = self.runtime.block_on(async {
            let mut tx = self.db.begin().await?;
            store::salesforce::connections::insert(&mut tx, org, &connection, &tokens).await?;
            store::salesforce::connections::save_options(&mut tx, org, connection.id, &options)
                .await?;
            let share = if few_calls { SMALL_SHARE } else { 100 };
            store::salesforce::sending::save_quota_share(&mut tx, org, connection.id, share)
                .await?;
            if few_calls {
                let spent = Spent {
                    org_counter: Some((0, i64::try_from(FEW_CALLS).expect("a few"))),
                    ..Spent::default()
                };
                store::salesforce::api_usage::note(&mut tx, org, connection.id, spent, now).await?;
            }
            for kind in ::domain::activities::ActivityKind::ALL {
                store::salesforce::activity_switches::set(
                    &mut tx,
                    org,
                    connection.id,
                    kind,
                    true,
                    now,
                )
                .await?;
            }
            tx.commit().await
        });
        done.expect("a connection");
    }

    /// The share of the org's API calls over the connection that there is.
    pub fn share(&self) -> Option<i64> {
        let rows = self.rows("SELECT quota_share FROM connection WHERE state <> 'uninstalled'");
        rows.first().map(|row| cell(row, "quota_share"))
    }

    pub fn rows(&self, sql: &'static str) -> Vec<Row> {
        let rows: store::Result<Vec<Row>> = self.runtime.block_on(async {
            let mut tx = self.db.read().await?;
            tx.all(sql, &[]).await
        });
        rows.expect("the database answers")
    }

    /// What is in the database, read again when something was committed.
    pub fn read_committed(&mut self, commits: u64) -> &Seen {
        if self.seen.as_ref().is_none_or(|(at, _)| *at != commits) {
            self.seen = Some((commits, self.read()));
        }
        let seen = self.seen.as_ref().map(|(_, seen)| seen);
        seen.expect("just read")
    }

    fn read(&self) -> Seen {
        let connection = self.rows("SELECT state, hold_until, hold_reason FROM connection");
        let connection = &connection[0];
        let open = self.rows(
            "SELECT id, person, seq, state, due_at, attempts FROM delivery
             WHERE state IN ('pending', 'sending', 'waiting', 'uncertain') ORDER BY lane_id, seq",
        );
        Seen {
            open: open.iter().map(open_row).collect(),
            connection: cell(connection, "state"),
            next_due: self.next_due(),
            hold_until: since_start(cell(connection, "hold_until")),
            hold_reason: cell(connection, "hold_reason"),
        }
    }

    fn next_due(&self) -> Option<Duration> {
        let rows = self.rows(
            "SELECT lane.due_at AS due_at, connection.hold_until AS hold_until,
                    connection.linger_until AS linger_until,
                    COALESCE(delivery_turn.lease_until, 0) AS lease_until
             FROM lane JOIN connection ON connection.id = lane.connection_id
             LEFT JOIN delivery_turn ON delivery_turn.token = lane.turn
             WHERE connection.state = 'active'",
        );
        let due = rows.iter().map(|row| {
            let time = |name| cell::<i64>(row, name);
            // A connection may be ahead of its pace for a while.
            let linger = time("linger_until") - LINGER_BURST;
            let times = [
                time("due_at"),
                time("hold_until"),
                time("lease_until"),
                linger,
            ];
            times.into_iter().max().unwrap_or(i64::MAX)
        });
        let due = due.min().filter(|due| *due < i64::MAX)?;
        Some(since_start(Timestamp::from_microsecond(due).ok()?))
    }

    /// Does nothing on PostgreSQL, whose copies take too long for a simulation.
    pub fn back_up(&mut self) {
        if let Kept::Embedded(embedded) = &self.kept {
            embedded.back_up();
            self.has_backup = true;
        }
    }

    pub fn has_backup(&self) -> bool {
        self.has_backup
    }

    pub fn was_restored(&self) -> bool {
        self.restored
    }

    /// Makes the database what it was when it was backed up. No process runs.
    pub fn restore(&mut self) {
        if let (Kept::Embedded(embedded), true) = (&self.kept, self.has_backup) {
            embedded.restore();
            self.has_backup = false;
            self.restored = true;
            self.seen = None;
        }
    }
}

impl Storage {
    /// What `gatehouse mark-restored` does.
    pub fn mark_restored(&self, now: Duration) {
        let ambient = Ambient {
            clock: Clock::manual(super::wall(now)),
            random: Random::seeded(1),
        };
        let done: store::Result<()> = self.runtime.block_on(async {
            let mut tx = self.db.begin().await?;
            restore::mark(&mut tx, &ambient, None, restore::TOLD).await?;
            tx.commit().await
        });
        done.expect("the database answers");
    }
}

impl Seen {
    /// What an Admin has to do before anything goes on.
    pub fn needs(&self) -> Option<AdminAct> {
        match self.connection {
            ConnectionState::Paused => Some(AdminAct::Resume),
            ConnectionState::NeedsReauth => Some(AdminAct::LogIn { other_user: false }),
            ConnectionState::Active | ConnectionState::Uninstalled => None,
        }
    }
}

fn open_row(row: &Row) -> OpenRow {
    OpenRow {
        id: cell(row, "id"),
        person: cell(row, "person"),
        seq: cell(row, "seq"),
        state: cell(row, "state"),
        due_at: since_start(cell(row, "due_at")),
        attempts: cell(row, "attempts"),
    }
}

pub fn cell<T: store::FromCell>(row: &Row, name: &str) -> T {
    row.get(name).expect("a cell")
}

/// A time of the database as simulated time, if clocks are right.
fn since_start(at: Timestamp) -> Duration {
    let since = at.duration_since(super::wall(Duration::ZERO));
    Duration::try_from(since).unwrap_or_default()
}

fn connection(actors: &Actors) -> Connection {
    let now = super::wall(Duration::ZERO);
    Connection {
        id: ConnectionId::from_uuid(uuid::Uuid::from_u128(2)),
        state: ConnectionState::Active,
        state_reason: String::new(),
        environment: Environment::Sandbox,
        login_url: ADDRESS.to_owned(),
        instance_url: ADDRESS.to_owned(),
        sf_org_id: actors.org.sim().organization_id().to_string(),
        user: actors.user(false),
        org_profile: String::new(),
        org_profile_at: Timestamp::UNIX_EPOCH,
        preflight: String::new(),
        preflight_at: now,
        options: ConnectionOptions::default(),
        hold_until: Timestamp::UNIX_EPOCH,
        hold_reason: String::new(),
        hold_kind: None,
        quota_share: 100,
        reference_fields: String::new(),
        mapping: String::new(),
        clock_offset: None,
        changes_at: None,
        api_used: 0,
        api_max: 0,
        confirmed_at: None,
        connected_by: "admin@northgate.example".to_owned(),
        created_at: now,
    }
}
