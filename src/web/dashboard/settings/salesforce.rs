//! The page of the Salesforce modal: Settings behind, and the modal in front.

use axum::extract::{Query, State};
use serde::Deserialize;

use super::general::page_behind;
use crate::app::App;
use crate::web::dashboard::salesforce::{Modal, OwnerSearch, SalesforceAdmin};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    /// Whether the message after the redirect is about something that failed.
    problem: Option<String>,
    /// What to confirm: `uninstall`.
    confirm: Option<String>,
    /// Text to search the default task owner by.
    owner: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Flash { message, .. }: Flash,
    Query(asked): Query<Asked>,
) -> WebResult {
    let staff = &admin.staff;
    let search = match &asked.owner {
        Some(text) => Some(OwnerSearch::ask(&app, &admin, text).await),
        None => None,
    };
    let mut tx = app.db.read().await?;
    let mut modal = Modal::read(&mut tx, &app, &staff.org).await?;
    drop(tx);
    if asked.problem.is_some() {
        modal.problem = message;
    } else {
        modal.message = message;
    }
    if let Some(connected) = &mut modal.connected {
        connected.confirm_uninstall = asked.confirm.as_deref() == Some("uninstall");
        connected.search = search;
    }
    page_behind(&app, staff, modal).await
}
