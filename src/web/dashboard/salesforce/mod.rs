//! The Salesforce integration: the card and the modal in Settings, pages of its own, and
//! what their forms do. Every address here is for Admins of the Enterprise plan only.

mod account_choice;
mod actions;
mod answer;
mod api_calls;
mod card;
mod fields;
mod gate;
mod login;
mod modal;
mod options;
mod org_check;
mod page;
mod permissions;
mod picture;
mod preview;
mod tally;
mod task_options;
mod test_task;

pub use account_choice::{Choice, choices, facts};
pub use answer::{explain, explain_with_advice, status_of};
pub use card::{SalesforceCard, card, wait_of};
pub use gate::SalesforceAdmin;
pub use modal::{Modal, OwnerSearch};
pub use page::Tab;

use axum::Router;
use axum::routing::{get, post};

use crate::app::{App, SALESFORCE_CALLBACK};

/// The modal's address, in front of Settings; its forms are below it.
pub const HOME: &str = "/dashboard/settings/salesforce";

pub fn router() -> Router<App> {
    let own = Router::new()
        .route("/connect", post(login::connect))
        .route("/reconnect", post(login::reconnect))
        .route("/confirm", post(actions::confirm))
        .route("/switches/{kind}", post(options::switch))
        .route("/options/{name}", post(options::option))
        .route("/owner", post(options::owner))
        .route("/lead-field", post(options::lead_field))
        .route("/prefix", post(options::prefix))
        .route("/api-share", post(options::api_share))
        .route("/task-options/{kind}", post(task_options::save))
        .route("/fields", post(fields::add))
        .route("/fields/reports", post(fields::add_for_reports))
        .route("/fields/remove", post(fields::remove))
        .route("/check", post(actions::check))
        .route("/test-task", post(test_task::write))
        .route("/test-task/look", post(test_task::look))
        .route("/pause", post(actions::pause))
        .route("/resume", post(actions::resume))
        .route("/uninstall", post(actions::uninstall));
    Router::new()
        .nest(HOME, own)
        .route(SALESFORCE_CALLBACK, get(login::callback))
        .merge(page::router())
}
