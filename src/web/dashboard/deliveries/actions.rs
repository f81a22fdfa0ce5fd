//! Trying again, and giving up.

use axum::extract::{Path, Query, State};
use domain::audit::Action;
use domain::deliveries::DeliveryState;
use domain::ids::DeliveryId;
use domain::salesforce::Connection;
use serde::Deserialize;
use store::Tx;
use store::deliveries::actions;

use super::super::salesforce::{SalesforceAdmin, explain};
use super::filter::Asked;
use super::page::HOME;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::components::numbers::thousands;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;

const TOO_LATE: &str = "This delivery has moved on in the meantime. Look at its state now.";

pub(super) async fn retry(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Query(list): Query<Asked>,
) -> WebResult {
    let id: DeliveryId = page::id(&id)?;
    let org = admin.staff.org.id;
    let mut tx = app.db.begin().await?;
    let connection = live(&mut tx, &admin).await?;
    known(&mut tx, &admin, id).await?;
    let now = app.ambient.now();
    if !actions::retry_one(&mut tx, org, connection.id, id, now).await? {
        return Err(WebError::Stale(TOO_LATE.to_owned()));
    }
    admin
        .staff
        .action(&app)
        .audit(&mut tx, Action::SentDeliveryAgain, &id.to_string())
        .await?;
    tx.commit().await?;
    Ok(see_other_saying(&back(&list), "It is tried again now."))
}

/// Sends one whose Task nobody could see, because the Admin has looked for it.
pub(super) async fn send_unseen(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Query(list): Query<Asked>,
) -> WebResult {
    let id: DeliveryId = page::id(&id)?;
    let org = admin.staff.org.id;
    let mut tx = app.db.begin().await?;
    let connection = live(&mut tx, &admin).await?;
    known(&mut tx, &admin, id).await?;
    let now = app.ambient.now();
    if !actions::send_unseen(&mut tx, org, connection.id, id, now).await? {
        return Err(WebError::Stale(TOO_LATE.to_owned()));
    }
    let action = Action::SentUnseenDelivery;
    admin
        .staff
        .action(&app)
        .audit(&mut tx, action, &id.to_string())
        .await?;
    tx.commit().await?;
    Ok(see_other_saying(&back(&list), "It is sent again now."))
}

/// Ends a hold before its time.
pub(super) async fn try_now(State(app): State<App>, admin: SalesforceAdmin) -> WebResult {
    let message = match salesforce_connection::try_now(&app, admin.staff.action(&app)).await {
        Ok(true) => "Deliveries resumed.".to_owned(),
        Ok(false) => "Nothing was on hold.".to_owned(),
        Err(error) => explain(error)?,
    };
    Ok(see_other_saying(HOME, &message))
}

#[derive(Deserialize)]
pub(super) struct All {
    state: String,
    /// Only those whose last error has this code.
    #[serde(default)]
    cause: String,
}

pub(super) async fn retry_all(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(all): Form<All>,
) -> WebResult {
    let state: DeliveryState = all
        .state
        .parse()
        .map_err(|_| WebError::BadRequest("Choose a state to send again.".to_owned()))?;
    let org = admin.staff.org.id;
    let mut tx = app.db.begin().await?;
    let connection = live(&mut tx, &admin).await?;
    let now = app.ambient.now();
    let n = actions::retry_all(&mut tx, org, connection.id, state, &all.cause, now).await?;
    if n > 0 {
        let because = match all.cause.as_str() {
            "" => String::new(),
            cause => format!(" because of {cause}"),
        };
        let detail = format!("{n} in the state {}{because}", state.title());
        let act = admin.staff.action(&app);
        act.audit(&mut tx, Action::SentDeliveriesAgain, &detail)
            .await?;
    }
    tx.commit().await?;
    let n = thousands(&i64::try_from(n).unwrap_or(i64::MAX));
    let message = format!("Deliveries that are matched and sent again now: {n}.");
    Ok(see_other_saying(HOME, &message))
}

pub(super) async fn cancel(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Query(list): Query<Asked>,
) -> WebResult {
    let id: DeliveryId = page::id(&id)?;
    let org = admin.staff.org.id;
    let mut tx = app.db.begin().await?;
    known(&mut tx, &admin, id).await?;
    if !actions::cancel_one(&mut tx, org, id, app.ambient.now()).await? {
        return Err(WebError::Stale(TOO_LATE.to_owned()));
    }
    admin
        .staff
        .action(&app)
        .audit(&mut tx, Action::CancelledDelivery, &id.to_string())
        .await?;
    tx.commit().await?;
    Ok(see_other_saying(
        &back(&list),
        "It was cancelled and will not be sent.",
    ))
}

/// The list that the act was chosen from.
fn back(list: &Asked) -> String {
    format!("{}#list", list.first().href())
}

async fn live(tx: &mut Tx, admin: &SalesforceAdmin) -> WebResult<Connection> {
    let connection = store::salesforce::connections::live(tx, admin.staff.org.id).await?;
    connection.ok_or_else(|| {
        WebError::Stale(
            "Salesforce is not connected anymore, so nothing can be sent again.".to_owned(),
        )
    })
}

/// Another organization's delivery is a page that isn't there.
async fn known(tx: &mut Tx, admin: &SalesforceAdmin, id: DeliveryId) -> WebResult<()> {
    let view = store::deliveries::list::by_id(tx, admin.staff.org.id, id).await?;
    view.map(drop).ok_or(WebError::NotFound)
}
