//! What an Admin chooses while a connection exists.

use domain::activities::ActivityKind;
use domain::audit::{Action, Changes};
use domain::limits::DEFAULT_SHARE;
use domain::names::tidy;
use domain::salesforce::api_calls::SHARES;
use domain::salesforce::{Connection, ConnectionOptions, ConnectionState, HoldKind};
use store::Tx;
use store::deliveries::actions::begin_with_first_owner;
use tracing::instrument;

use super::limits::SUBJECT_PREFIX;
use super::{InstallError, connected};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Turns a kind of activity on or off, for what happens from now on.
#[instrument(
    name = "salesforce.choices.save_switch",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_switch(
    app: &App,
    act: StaffAction<'_>,
    kind: ActivityKind,
    on: bool,
) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    let (org, now) = (act.org.id, app.ambient.now());
    let before = store::salesforce::activity_switches::enabled(&mut tx, org, connection.id).await?;
    store::salesforce::activity_switches::set(&mut tx, org, connection.id, kind, on, now).await?;
    let action = if on {
        Action::TurnedActivityOn
    } else {
        Action::TurnedActivityOff
    };
    let mut changes = Changes::new("");
    changes.note_switch(kind.title(), before.contains(&kind), on);
    if before.contains(&kind) == on {
        // Someone else was as fast: the action says how it is.
        changes.say(kind.title());
    }
    act.audit(&mut tx, action, &changes.to_string()).await?;
    Ok(tx.commit().await?)
}

/// Changes options: `change` gets those that are stored.
#[instrument(
    name = "salesforce.choices.save_options",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_options(
    app: &App,
    act: StaffAction<'_>,
    change: impl FnOnce(&mut ConnectionOptions),
) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    // All options are written, so nobody else may change one in between.
    store::salesforce::sending::lock(&mut tx, act.org.id, connection.id).await?;
    let connection = connected(&mut tx, act).await?;
    let mut options = connection.options.clone();
    change(&mut options);
    if options != connection.options {
        store::salesforce::connections::save_options(&mut tx, act.org.id, connection.id, &options)
            .await?;
        if options.default_owner != connection.options.default_owner {
            let (org, connection) = (act.org.id, connection.id);
            begin_with_first_owner(&mut tx, org, connection).await?;
        }
        let changes = changes(&connection.options, &options).to_string();
        act.audit(&mut tx, Action::ChangedSalesforceOptions, &changes)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// For the audit log: what is another than before.
fn changes(before: &ConnectionOptions, after: &ConnectionOptions) -> Changes {
    let mut changes = Changes::new("");
    for (name, old, new) in [
        (
            "Create Contact",
            before.create_contact,
            after.create_contact,
        ),
        ("Create Lead", before.create_lead, after.create_lead),
        (
            "Mark as completed",
            before.mark_completed,
            after.mark_completed,
        ),
        (
            "Associate Contact",
            before.associate_contact,
            after.associate_contact,
        ),
        (
            "Assignment rule of Lead",
            !before.skip_lead_assignment,
            !after.skip_lead_assignment,
        ),
    ] {
        changes.note_switch(name, old, new);
    }
    let owner = |options: &ConnectionOptions| {
        let owner = options.default_owner.as_ref();
        owner.map(|owner| format!("{} ({})", owner.name, owner.id))
    };
    changes.note_optional("Default Task owner", owner(before), owner(after), "none");
    let (old, new) = (&before.lead_account_field, &after.lead_account_field);
    let field = "Lead’s link to an Account";
    changes.note_optional(field, old.as_deref(), new.as_deref(), "none");
    changes
}

/// What the Subjects of Tasks begin with from now on.
#[instrument(
    name = "salesforce.choices.save_subject_prefix",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_subject_prefix(
    app: &App,
    act: StaffAction<'_>,
    typed: &str,
) -> Result<(), InstallError> {
    let prefix = tidy(typed);
    let prefix = prefix.trim_end_matches([':', ' ']);
    if prefix.is_empty() || prefix.chars().count() > SUBJECT_PREFIX {
        return Err(InstallError::Invalid(format!(
            "A prefix has 1 to {SUBJECT_PREFIX} characters, for example SafeBase."
        )));
    }
    let mut tx = app.db.begin().await?;
    let stored = store::organizations::by_id(&mut tx, act.org.id).await?;
    let mut org = stored.unwrap_or_else(|| act.org.clone());
    let mut changes = Changes::new("");
    changes.note("Subject prefix", &org.subject_prefix, prefix);
    prefix.clone_into(&mut org.subject_prefix);
    store::organizations::update(&mut tx, &org).await?;
    act.audit(&mut tx, Action::ChangedSubjectPrefix, &changes.to_string())
        .await?;
    Ok(tx.commit().await?)
}

/// Sets Gatehouse's share of the org's daily API calls, in per cent as typed, and ends a
/// hold that began because the share was used up. Answers the share.
#[instrument(
    name = "salesforce.choices.save_quota_share",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_quota_share(
    app: &App,
    act: StaffAction<'_>,
    typed: &str,
) -> Result<i64, InstallError> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    let Some(share) = typed.parse().ok().filter(|share| SHARES.contains(share)) else {
        return Err(InstallError::Invalid(format!(
            "A share is a whole number from {} to {}, for example {DEFAULT_SHARE}.",
            SHARES.start(),
            SHARES.end(),
        )));
    };
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    store::salesforce::sending::save_quota_share(&mut tx, act.org.id, connection.id, share).await?;
    let mut changes = Changes::new("");
    let percent = |share| format!("{share}%");
    let field = "Share of the org’s API calls";
    changes.note(field, percent(connection.quota_share), percent(share));
    act.audit(&mut tx, Action::ChangedQuotaShare, &changes.to_string())
        .await?;
    if connection.hold_kind == Some(HoldKind::Share) {
        end_hold(&mut tx, act, &connection).await?;
    }
    tx.commit().await?;
    Ok(share)
}

/// “Yes, this is the right org.”
#[instrument(
    name = "salesforce.choices.confirm",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn confirm(app: &App, act: StaffAction<'_>) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    store::salesforce::connections::confirm(&mut tx, act.org.id, connection.id, app.ambient.now())
        .await?;
    let user = &connection.user.username;
    act.audit(&mut tx, Action::ConfirmedSalesforce, user)
        .await?;
    Ok(tx.commit().await?)
}

/// Stops sending; what happens meanwhile queues up.
#[instrument(
    name = "salesforce.choices.pause",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn pause(app: &App, act: StaffAction<'_>) -> Result<(), InstallError> {
    let change = (ConnectionState::Active, ConnectionState::Paused);
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    if move_on(&mut tx, act, &connection, change).await? {
        act.audit(&mut tx, Action::PausedSalesforce, "").await?;
    }
    Ok(tx.commit().await?)
}

/// Goes on sending, with what has queued up.
#[instrument(
    name = "salesforce.choices.resume",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn resume(app: &App, act: StaffAction<'_>) -> Result<(), InstallError> {
    let change = (ConnectionState::Paused, ConnectionState::Active);
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    if move_on(&mut tx, act, &connection, change).await? {
        let now = app.ambient.now();
        store::deliveries::actions::wake_lanes(&mut tx, act.org.id, connection.id, now).await?;
        act.audit(&mut tx, Action::ResumedSalesforce, "").await?;
    }
    Ok(tx.commit().await?)
}

/// Ends a hold before its time: what waits is sent now. Answers whether there
/// was one.
#[instrument(
    name = "salesforce.choices.try_now",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn try_now(app: &App, act: StaffAction<'_>) -> Result<bool, InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    let ended = end_hold(&mut tx, act, &connection).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Ends the connection's hold, if there is one, and says so in the audit log.
#[instrument(
    name = "salesforce.choices.end_hold",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, connection = %connection.id)
)]
pub(super) async fn end_hold(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
) -> store::Result<bool> {
    let (org, now) = (act.org.id, act.ambient.now());
    if !store::salesforce::holds::end(tx, org, connection.id, now).await? {
        return Ok(false);
    }
    store::deliveries::actions::wake_lanes(tx, org, connection.id, now).await?;
    act.audit(tx, Action::EndedHold, &connection.hold_reason)
        .await?;
    Ok(true)
}

async fn move_on(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
    change: (ConnectionState, ConnectionState),
) -> store::Result<bool> {
    store::salesforce::connections::set_state(tx, act.org.id, connection.id, change, "").await
}
