//! The page of the modal: Settings behind, and the modal in front.

use axum::extract::{Query, State};
use domain::deliveries::DeliveryState;
use domain::ids::{ConnectionId, OrganizationId};
use serde::Deserialize;
use store::Tx;
use store::deliveries::list;

use super::super::settings::page_behind;
use super::gate::SalesforceAdmin;
use super::modal::{Modal, OwnerSearch};
use crate::app::App;
use crate::salesforce_connection;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;

/// The modal's address; its forms are below it.
pub const HOME: &str = "/dashboard/settings/salesforce";

#[derive(Deserialize, Default)]
pub struct Asked {
    /// Whether the message after the redirect is about something that failed.
    problem: Option<String>,
    /// What to confirm: `uninstall`.
    confirm: Option<String>,
    /// Text to search the default task owner by.
    owner: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Flash(message): Flash,
    Query(asked): Query<Asked>,
) -> WebResult {
    let staff = &admin.staff;
    let search = search(&app, &admin, asked.owner).await;
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

/// Asks the org, before the database is: no transaction waits for Salesforce.
async fn search(app: &App, admin: &SalesforceAdmin, text: Option<String>) -> Option<OwnerSearch> {
    let text = text?;
    let found = salesforce_connection::search_users(app, admin.actor(), &text).await;
    Some(match found {
        Ok(users) => OwnerSearch {
            text,
            users,
            problem: None,
        },
        Err(error) => OwnerSearch {
            text,
            users: Vec::new(),
            problem: Some(error.to_string()),
        },
    })
}

/// How the deliveries of a connection are doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub delivered: i64,
    /// Still to be sent.
    pub open: i64,
    /// Waits for someone: no match, or refused.
    pub attention: i64,
}

impl Tally {
    pub async fn for_connection(
        tx: &mut Tx,
        org: OrganizationId,
        connection: ConnectionId,
    ) -> store::Result<Self> {
        let mut tally = Self::default();
        for (state, n) in list::counts(tx, org, connection).await? {
            match state {
                DeliveryState::Delivered => tally.delivered += n,
                DeliveryState::Unmatched | DeliveryState::Parked => tally.attention += n,
                DeliveryState::Cancelled => {}
                _ => tally.open += n,
            }
        }
        Ok(tally)
    }
}
