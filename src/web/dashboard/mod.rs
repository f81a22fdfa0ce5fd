//! What staff work in. Every page but the sign-in page needs a session.

pub mod deliveries;
pub mod layout;
mod login;
mod overview;
pub mod salesforce;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/login", get(login::form).post(login::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/dashboard", get(overview::page))
        .merge(salesforce::router())
        .merge(deliveries::router())
}
