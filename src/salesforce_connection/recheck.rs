//! Looking at the org again because an Admin asks.

use tracing::instrument;

use super::choices::end_hold;
use super::lookup::ask;
use super::mapping::Mapping;
use super::org_check::{keep_reading, read_org};
use super::{InstallError, connected, locked};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Reads the org again, and keeps what was found. Where all
/// that is needed was granted, a hold has lost its cause and ends: answers whether
/// one did.
#[instrument(
    name = "salesforce.recheck",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn recheck(app: &App, act: StaffAction<'_>) -> Result<bool, InstallError> {
    let mut tx = app.db.read().await?;
    let before = connected(&mut tx, act).await?;
    drop(tx);
    let (user, mapped) = (&before.user.id, &Mapping::of(&before).fields);
    let began = app.ambient.now();
    let reading = ask(app, act, |client, session| async move {
        read_org(&client, &session, user, mapped).await
    })
    .await?;
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    if connection.user.id != before.user.id {
        return Err(InstallError::Invalid(
            "Someone logged in to Salesforce as another user meanwhile. Check again.".to_owned(),
        ));
    }
    keep_reading(
        &mut tx,
        act.ambient,
        act.org.id,
        &connection,
        &reading,
        began,
    )
    .await?;
    // People who couldn't be seen before are looked for again.
    store::deliveries::match_cache::forget_all(&mut tx, connection.id).await?;
    let ended = reading.preflight.is_ready() && end_hold(&mut tx, act, &connection).await?;
    tx.commit().await?;
    Ok(ended)
}
