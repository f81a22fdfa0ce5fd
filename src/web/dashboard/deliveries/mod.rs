//! What became of each activity on its way to Salesforce. The badge is for
//! everyone's pages; the list of deliveries is for Admins of the Enterprise plan.

mod actions;
pub mod badge;
pub(in crate::web::dashboard) mod filter;
mod page;
mod past;
mod row;
mod story;
mod task_audit;
mod unmatched;

pub use page::HOME;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub fn router() -> Router<App> {
    let own = Router::new()
        .route("/", get(page::show))
        .route("/retry", post(actions::retry_all))
        .route("/try-now", post(actions::try_now))
        .route("/{id}/retry", post(actions::retry))
        .route("/{id}/send-unseen", post(actions::send_unseen))
        .route("/{id}/cancel", post(actions::cancel));
    Router::new()
        .nest(HOME, own)
        .merge(unmatched::router())
        .merge(past::router())
}
