//! What past activity would become in Salesforce: looked up and decided with the engine's
//! own rules, and written nowhere.

use domain::activities::Activity;
use domain::deliveries::attempts::Attempts;
use domain::deliveries::past::{TriedOptions, delivery_id};
use domain::deliveries::{DeliveryState, past::Past};
use domain::ids::{ActivityId, ConnectionId};
use domain::organizations::Organization;
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use store::Tx;
use store::activities::{self, Counted};
use store::deliveries::dry_run_lines;
use store::deliveries::dry_runs::{self, DryRun, DryRunResult};
use store::deliveries::due::DueDelivery;
use tracing::instrument;

use super::super::candidates;
use super::super::limits::{DRY_RUN_PART, PAST_LEASE, ROWS_AT_ONCE};
use super::super::org_session::OrgSession;
use super::super::outcome::later;
use super::super::stop::Stop;
use super::super::turn::{profile, rules};
use super::lines::Lines;
use super::problems;
use crate::app::App;

/// Why a dry run has no result.
enum Broken {
    /// Another process has it, or an Admin has asked for another one.
    Lost,
    /// For the Admin, in sentences.
    Told(String),
    Store(store::StoreError),
}

impl From<store::StoreError> for Broken {
    fn from(error: store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Self::Told(match stop {
            Stop::Store(error) => return Self::Store(error),
            Stop::NeedsLogin => {
                "Salesforce rejected the saved login. Log in to Salesforce again, then start the \
                 dry run again."
                    .to_owned()
            }
            Stop::Hold { reason, .. } => {
                format!("Salesforce can’t be asked now: {reason}. Start the dry run again later.")
            }
            Stop::Unknown { message, .. } => {
                format!("Salesforce can’t be asked now: {message}. Start the dry run again later.")
            }
            Stop::TooLong | Stop::Lost => {
                "Salesforce can’t be asked now. Start the dry run again later.".to_owned()
            }
        })
    }
}

/// Makes one dry run. Answers whether there was one.
pub(super) async fn work_next(app: &App) -> store::Result<bool> {
    let now = app.ambient.now();
    let mut tx = app.db.read().await?;
    let is_due = dry_runs::any_to_claim_across_tenants(&mut tx, now).await?;
    drop(tx);
    if !is_due {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let claimed = dry_runs::claim_across_tenants(&mut tx, now, PAST_LEASE).await?;
    tx.commit().await?;
    let Some(mut run) = claimed else {
        return Ok(false);
    };
    let made = Box::pin(make(app, &mut run)).await;
    let result = match &made {
        Ok(result) => Ok(result),
        Err(Broken::Told(text)) => Err(text.as_str()),
        Err(Broken::Lost) => return Ok(true),
        Err(Broken::Store(error)) => {
            tracing::error!(%error, "a dry run broke off");
            Err("Something went wrong here. Start the dry run again.")
        }
    };
    let mut tx = app.db.begin().await?;
    dry_runs::finish(&mut tx, &run, result, app.ambient.now()).await?;
    tx.commit().await?;
    Ok(true)
}

#[instrument(
    name = "delivery.past.dry_run",
    skip_all,
    fields(org = %run.org, connection = %run.connection)
)]
async fn make(app: &App, run: &mut DryRun) -> Result<DryRunResult, Broken> {
    let Some(client) = &app.salesforce else {
        return Err(Broken::Told(
            "No Salesforce app is set up on this server.".to_owned(),
        ));
    };
    let mut tx = app.db.read().await?;
    let id = run.connection;
    let connection = store::salesforce::connections::by_id(&mut tx, run.org, id).await?;
    let organization = store::organizations::by_id(&mut tx, run.org).await?;
    let (Some(connection), Some(organization)) = (connection, organization) else {
        return Err(Broken::Lost);
    };
    if connection.state == ConnectionState::Uninstalled {
        return Err(Broken::Told("Salesforce was uninstalled.".to_owned()));
    }
    let counted = activities::count_past(&mut tx, run.org, &connection, &run.past).await?;
    drop(tx);
    run.total = counted.unsent;
    let connection = with_options(connection, run.options);
    let mut session = OrgSession::open_with_budget(app, client, run.org, connection).await?;
    let made = Box::pin(ask(&mut session, &organization, run, counted)).await;
    if let Err(error) = session.close().await {
        tracing::warn!(%error, "the API calls of a dry run are counted as reserved");
    }
    made
}

fn with_options(mut connection: Connection, tried: TriedOptions) -> Connection {
    connection.options.create_contact = tried.create_contact;
    connection.options.create_lead = tried.create_lead;
    connection.options.associate_contact = tried.associate_contact;
    connection
}

async fn ask(
    session: &mut OrgSession<'_>,
    organization: &Organization,
    run: &mut DryRun,
    counted: Counted,
) -> Result<DryRunResult, Broken> {
    let org_profile = Box::pin(profile(session)).await?;
    let connection = session.connection.clone();
    let rules = rules(session.app, organization, &connection, &org_profile, None);
    let mut lines = Lines::default();
    let mut after = None;
    loop {
        let part = read(session, &connection, &run.past, after).await?;
        let Some(last) = part.last() else { break };
        after = Some((last.occurred_at, last.id));
        let count = part.len();
        let batch: Vec<DueDelivery> = part
            .into_iter()
            .map(|one| as_due(connection.id, one))
            .collect();
        let might_create = |due: &DueDelivery| rules.might_create(due);
        let mut known = Box::pin(candidates::look_up(session, &batch, might_create)).await?;
        lines.add(&rules, &batch, &mut known);
        run.checked += i64::try_from(count).unwrap_or(0);
        keep(session.app, run).await?;
    }
    let mut result = lines.result(counted);
    let problems = problems::find(session, &lines).await?;
    result.problems = problems;
    result.calls = session.spent.calls;
    put(session.app, run, &lines).await?;
    Ok(result)
}

async fn read(
    session: &OrgSession<'_>,
    connection: &Connection,
    past: &Past,
    after: Option<(Timestamp, ActivityId)>,
) -> store::Result<Vec<Activity>> {
    let mut tx = session.app.db.read().await?;
    activities::unsent(&mut tx, session.org, connection, past, after, DRY_RUN_PART).await
}

/// The activity as the engine would have it.
fn as_due(connection: ConnectionId, activity: Activity) -> DueDelivery {
    DueDelivery {
        id: delivery_id(connection, &activity),
        person: String::new(),
        state: DeliveryState::Pending,
        attempts: Attempts::default(),
        sent: None,
        skipped_owners: 0,
        who: None,
        what: None,
        owner: None,
        reason: String::new(),
        error_code: String::new(),
        created_at: activity.occurred_at,
        create_person: None,
        activity,
    }
}

async fn keep(app: &App, run: &mut DryRun) -> Result<(), Broken> {
    let until = later(app.ambient.now(), PAST_LEASE);
    let mut tx = app.db.begin().await?;
    kept(&mut tx, run, until).await?;
    tx.commit().await?;
    run.claimed_until = until;
    Ok(())
}

async fn kept(tx: &mut Tx, run: &DryRun, until: Timestamp) -> Result<(), Broken> {
    if dry_runs::keep(tx, run, until).await? {
        return Ok(());
    }
    Err(Broken::Lost)
}

async fn put(app: &App, run: &mut DryRun, lines: &Lines) -> Result<(), Broken> {
    let mut first = 0;
    for some in lines.sorted().chunks(ROWS_AT_ONCE) {
        let until = later(app.ambient.now(), PAST_LEASE);
        let mut tx = app.db.begin().await?;
        kept(&mut tx, run, until).await?;
        dry_run_lines::put(&mut tx, run.id, first, some).await?;
        tx.commit().await?;
        run.claimed_until = until;
        first += i64::try_from(some.len()).unwrap_or(0);
    }
    Ok(())
}
