//! Asking for a dry run, sending past activity, stopping that.

use std::collections::BTreeMap;

use axum::extract::State;
use domain::ids::DryRunId;
use serde::Deserialize;

use super::super::super::salesforce::{SalesforceAdmin, explain};
use super::HOME;
use super::asked::Asked;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::components::numbers::thousands;
use crate::web::http::error::WebResult;
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;

pub(super) async fn start(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(form): Form<BTreeMap<String, String>>,
) -> WebResult {
    let asked = Asked::from_form(&form);
    let past = asked.past(app.ambient.now());
    let act = admin.staff.action(&app);
    let said = match salesforce_connection::start_dry_run(&app, act, &past, asked.options).await {
        Ok(()) => "The dry run has started.".to_owned(),
        Err(error) => explain(error)?,
    };
    Ok(see_other_saying(HOME, &said))
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    /// The dry run that the Admin has looked at.
    #[serde(default)]
    run: String,
}

pub(super) async fn send(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let run: DryRunId = page::id(&chosen.run)?;
    let act = admin.staff.action(&app);
    let said = match salesforce_connection::send_past(&app, act, run).await {
        Ok(1) => "1 past activity is on its way.".to_owned(),
        Ok(n) => format!("{} past activities are on their way.", thousands(&n)),
        Err(error) => explain(error)?,
    };
    Ok(see_other_saying(HOME, &said))
}

pub(super) async fn stop(State(app): State<App>, admin: SalesforceAdmin) -> WebResult {
    let act = admin.staff.action(&app);
    let said = match salesforce_connection::stop_sending_past(&app, act).await {
        Ok(true) => "Stopped. What was queued by then goes out; the rest stays here.".to_owned(),
        Ok(false) => "Nothing was being sent.".to_owned(),
        Err(error) => explain(error)?,
    };
    Ok(see_other_saying(HOME, &said))
}
