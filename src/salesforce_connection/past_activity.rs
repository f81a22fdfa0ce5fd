//! Past activity: asking for a dry run of it, and sending it after all.

use domain::audit::Action;
use domain::dates::utc_day;
use domain::deliveries::past::{JobState, Past, TriedOptions};
use domain::ids::DryRunId;
use domain::salesforce::{Connection, ConnectionState};
use store::deliveries::dry_runs::DryRun;
use store::deliveries::{backfills, dry_runs};
use store::{StoreError, Tx};
use tracing::instrument;

use super::limits::{DRY_RUN_WINDOW, DRY_RUNS};
use super::{InstallError, connected, locked};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Asks for a dry run, in place of an earlier one.
///
/// # Errors
/// No org is connected, or its login has ended.
#[instrument(
    name = "salesforce.past_activity.start_dry_run",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn start_dry_run(
    app: &App,
    act: StaffAction<'_>,
    past: &Past,
    options: TriedOptions,
) -> Result<(), InstallError> {
    if past.kinds.is_empty() {
        return Err(InstallError::Invalid(
            "Choose at least one activity.".to_owned(),
        ));
    }
    let mut tx = app.db.begin().await?;
    // Of two who ask for one, the later takes the earlier one's place.
    let connection = locked(&mut tx, act).await?;
    needs_no_login(&connection)?;
    let key = format!("dry-run:{}", act.org.id);
    let now = app.ambient.now();
    if !store::rate_limits::allow(&mut tx, &key, DRY_RUNS, DRY_RUN_WINDOW, now).await? {
        return Err(InstallError::Invalid(
            "That were many dry runs within an hour. Each takes API calls of your org: start the \
             next one later."
                .to_owned(),
        ));
    }
    let (by, asked) = (act.by.actor(), (past, options));
    dry_runs::start(&mut tx, act.ambient, act.org.id, connection.id, &by, asked).await?;
    act.audit(&mut tx, Action::StartedDryRun, &in_words(past))
        .await?;
    Ok(tx.commit().await?)
}

/// Sends what the dry run was about and never went out. Answers how many activities that are.
///
/// # Errors
/// It isn't the connection's last dry run anymore, it tried other options than those in use,
/// nothing is left to send, or other past activity is being sent.
#[instrument(
    name = "salesforce.past_activity.send",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn send_past(app: &App, act: StaffAction<'_>, id: DryRunId) -> Result<i64, InstallError> {
    let org = act.org.id;
    let mut tx = app.db.read().await?;
    let connection = connected(&mut tx, act).await?;
    let run = dry_run(&mut tx, act, &connection, id).await?;
    // Counting may take a while, so nobody waits for it.
    let counted = store::activities::count_past(&mut tx, org, &connection, &run.past).await?;
    drop(tx);
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let run = dry_run(&mut tx, act, &connection, id).await?;
    if !tries_what_is_in_use(&run, &connection) {
        return Err(InstallError::Invalid(
            "The dry run tried other options than those in use. Change the options, or start \
             another dry run."
                .to_owned(),
        ));
    }
    if counted.unsent == 0 {
        return Err(InstallError::Invalid(
            "Everything of that dry run is under Deliveries already.".to_owned(),
        ));
    }
    let (by, what) = (act.by.actor(), (&run.past, counted.unsent));
    let started = backfills::start(&mut tx, act.ambient, org, connection.id, &by, what).await;
    match started {
        Err(StoreError::Duplicate(_)) => {
            return Err(InstallError::Invalid(
                "Past activity is being sent already. Wait until it is queued, or stop it."
                    .to_owned(),
            ));
        }
        other => other?,
    };
    let detail = format!(
        "Activities to send: {}; {}",
        counted.unsent,
        in_words(&run.past)
    );
    act.audit(&mut tx, Action::SentPastActivity, &detail)
        .await?;
    tx.commit().await?;
    Ok(counted.unsent)
}

/// Stops sending. What is queued by then goes out. Answers whether there was anything to
/// stop.
#[instrument(
    name = "salesforce.past_activity.stop_sending",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn stop_sending_past(app: &App, act: StaffAction<'_>) -> Result<bool, InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    let (org, now) = (act.org.id, app.ambient.now());
    let stopped = backfills::end(&mut tx, org, connection.id, JobState::Stopped, now).await?;
    if stopped {
        act.audit(&mut tx, Action::StoppedSendingPastActivity, "")
            .await?;
    }
    tx.commit().await?;
    Ok(stopped)
}

/// The options of a connection that a dry run can try.
pub fn options_in_use(connection: &Connection) -> TriedOptions {
    TriedOptions {
        create_contact: connection.options.create_contact,
        create_lead: connection.options.create_lead,
        associate_contact: connection.options.associate_contact,
    }
}

/// Whether what a dry run has found holds for the connection as it is.
pub fn tries_what_is_in_use(run: &DryRun, connection: &Connection) -> bool {
    run.options == options_in_use(connection)
}

/// The connection's dry run, if it is still that one and has found something.
async fn dry_run(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
    id: DryRunId,
) -> Result<DryRun, InstallError> {
    let run = dry_runs::latest(tx, act.org.id, connection.id).await?;
    let done = run.filter(|run| run.id == id && run.state == JobState::Done);
    done.ok_or_else(|| {
        InstallError::Invalid(
            "A newer dry run has replaced this one. Review it, then send.".to_owned(),
        )
    })
}

fn needs_no_login(connection: &Connection) -> Result<(), InstallError> {
    if connection.state == ConnectionState::NeedsReauth {
        return Err(InstallError::Invalid(
            "Salesforce rejected the saved login. Log in to Salesforce again first.".to_owned(),
        ));
    }
    Ok(())
}

fn in_words(past: &Past) -> String {
    let kinds: Vec<_> = past.kinds.iter().map(|kind| kind.title()).collect();
    let (since, until) = (utc_day(past.since), utc_day(past.until));
    format!("{since} to {until}: {}", kinds.join(", "))
}
