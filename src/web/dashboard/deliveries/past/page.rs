//! The page: the form, the last dry run with what it found, and what is being sent.

use std::borrow::Borrow;

use askama::Template;
use axum::extract::State;
use domain::activities::ActivityKind;
use domain::deliveries::past::{DryRunOutcome, JobState};
use domain::ids::OrganizationId;
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use store::Tx;
use store::deliveries::backfills::{self, Backfill};
use store::deliveries::dry_run_lines::{self, DryRunGroup};
use store::deliveries::dry_runs::{self, DryRun, DryRunResult};

use super::super::super::layout::{Section, Shell};
use super::super::super::salesforce::{self, SalesforceAdmin};
use super::HOME;
use super::asked::{Asked, DAYS};
use crate::app::App;
use crate::salesforce_connection::{self, options_in_use, tries_what_is_in_use};
use crate::web::components::numbers::thousands;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::DRY_RUN_ROWS;

#[derive(Template)]
#[template(path = "dashboard/deliveries/past/page.html")]
struct PastPage {
    shell: Shell,
    home: &'static str,
    settings: &'static str,
    days: [i64; 3],
    connected: Option<Connected>,
}

/// What is shown where an org is connected.
struct Connected {
    org: String,
    environment: &'static str,
    needs_login: bool,
    is_paused: bool,
    asked: Asked,
    run: Option<Run>,
    backfill: Option<Sending>,
}

/// The last dry run.
struct Run {
    id: String,
    state: JobState,
    asked_by: String,
    asked_at: Timestamp,
    days: i64,
    kinds: String,
    options: String,
    /// In per cent.
    progress: i64,
    error: String,
    found: Option<Found>,
    /// Whether the connection's options are those that it tried.
    is_in_use: bool,
    /// Whether all that it was about was sent, or is being sent.
    is_sent: bool,
    /// Whether that was stopped.
    is_partly_sent: bool,
}

/// What it found.
struct Found {
    result: DryRunResult,
    accounts: Vec<AccountRow>,
    groups: Vec<Group>,
}

impl Found {
    /// How many activities would be sent.
    fn unsent(&self) -> i64 {
        self.result.activities - self.result.sent_before
    }
}

struct AccountRow {
    group: DryRunGroup,
    href: String,
}

/// People whose activities would become the same, where there are any.
struct Group {
    title: &'static str,
    explained: &'static str,
    rows: Vec<DryRunGroup>,
}

/// What is being sent, or was sent last.
struct Sending {
    backfill: Backfill,
    /// In per cent.
    progress: i64,
}

pub(super) async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    flash: Flash,
) -> WebResult {
    let org = admin.staff.org.id;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &admin.staff, Section::Salesforce, flash).await?;
    let live = store::salesforce::connections::live(&mut tx, org).await?;
    let connected = match live {
        Some(connection) => Some(read(&mut tx, org, &connection).await?),
        None => None,
    };
    drop(tx);
    page::html(&PastPage {
        shell,
        home: HOME,
        settings: salesforce::HOME,
        days: DAYS,
        connected,
    })
}

async fn read(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
) -> store::Result<Connected> {
    let run = dry_runs::latest(tx, org, connection.id).await?;
    let backfill = backfills::latest(tx, org, connection.id).await?;
    let asked = match &run {
        Some(run) => Asked::of_past(&run.past, run.options),
        None => Asked {
            days: super::asked::USUAL_DAYS,
            kinds: ActivityKind::ALL.to_vec(),
            options: options_in_use(connection),
        },
    };
    let run = match run {
        Some(run) => Some(last_run(tx, org, connection, run, (&asked, backfill.as_ref())).await?),
        None => None,
    };
    Ok(Connected {
        org: salesforce_connection::org_name(connection),
        environment: connection.environment.title(),
        needs_login: connection.state == ConnectionState::NeedsReauth,
        is_paused: connection.state == ConnectionState::Paused,
        asked,
        run,
        backfill: backfill.map(|backfill| Sending {
            progress: percent(backfill.queued, backfill.total),
            backfill,
        }),
    })
}

async fn last_run(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    run: DryRun,
    (asked, backfill): (&Asked, Option<&Backfill>),
) -> store::Result<Run> {
    let sent = backfill.filter(|sent| {
        let is_later = run.finished_at.is_some_and(|at| sent.started_at >= at);
        is_later && sent.past == run.past || sent.state == JobState::Running
    });
    let found = match &run.result {
        Some(result) => Some(found(tx, org, connection, &run, result.clone()).await?),
        None => None,
    };
    Ok(Run {
        id: run.id.to_string(),
        state: run.state,
        asked_at: run.asked_at,
        days: asked.days,
        kinds: kinds_in_words(&asked.kinds),
        options: options_in_words(asked),
        progress: percent(run.checked, run.total),
        is_in_use: tries_what_is_in_use(&run, connection),
        is_sent: sent.is_some_and(|sent| sent.state != JobState::Stopped),
        is_partly_sent: sent.is_some_and(|sent| sent.state == JobState::Stopped),
        asked_by: run.asked_by,
        error: run.error,
        found,
    })
}

async fn found(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    run: &DryRun,
    result: DryRunResult,
) -> store::Result<Found> {
    let instance = connection.instance_url.trim_end_matches('/');
    let accounts = dry_run_lines::accounts(tx, org, run.id, DRY_RUN_ROWS).await?;
    let mut groups = Vec::new();
    for (outcome, title, explained) in GROUPS {
        let rows = dry_run_lines::people(tx, org, run.id, outcome, DRY_RUN_ROWS).await?;
        if !rows.is_empty() {
            groups.push(Group {
                title,
                explained,
                rows,
            });
        }
    }
    Ok(Found {
        result,
        accounts: accounts
            .into_iter()
            .map(|group| AccountRow {
                href: format!("{instance}/{}", group.key),
                group,
            })
            .collect(),
        groups,
    })
}

/// What else than Accounts is listed.
const GROUPS: [(DryRunOutcome, &str, &str); 5] = [
    (
        DryRunOutcome::LinkBroken,
        "Linked to an Account that is gone",
        "These wait under Needs attention until you link another Account.",
    ),
    (
        DryRunOutcome::NoMatch,
        "No match",
        "These wait under No match until you decide about their company.",
    ),
    (
        DryRunOutcome::NewContact,
        "New Contacts",
        "These Contacts are created, each on the Account of their company.",
    ),
    (
        DryRunOutcome::NewLead,
        "New Leads",
        "These Leads are created.",
    ),
    (
        DryRunOutcome::Lead,
        "Open Leads",
        "Their Tasks go to Leads that exist.",
    ),
];

fn kinds_in_words(kinds: &[ActivityKind]) -> String {
    if kinds.len() == ActivityKind::ALL.len() {
        return "All activities".to_owned();
    }
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title()).collect();
    titles.join(", ")
}

fn options_in_words(asked: &Asked) -> String {
    let all = [
        (asked.options.create_contact, "new Contacts"),
        (asked.options.create_lead, "new Leads"),
        (
            asked.options.associate_contact,
            "Contacts given their Account",
        ),
    ];
    let on: Vec<_> = all
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, words)| *words)
        .collect();
    if on.is_empty() {
        return "no new Contacts or Leads".to_owned();
    }
    on.join(", ")
}

/// A part that isn't over isn't 100.
fn percent(done: i64, of: i64) -> i64 {
    match of {
        0 => 0,
        of => (done.saturating_mul(100) / of).clamp(0, 99),
    }
}

fn counted(n: impl Borrow<i64>, one: &str, more: &str) -> String {
    match n.borrow() {
        1 => format!("1 {one}"),
        n => format!("{} {more}", thousands(n)),
    }
}
