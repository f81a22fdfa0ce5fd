//! What staff work in. Every page but the sign-in page needs a session.

pub(in crate::web) mod access_requests;
mod accounts;
mod activities;
mod analytics;
mod content;
mod conversations;
pub mod deliveries;
mod documents;
mod first_steps;
mod issues;
pub mod layout;
mod overview;
mod questionnaires;
mod refused;
pub mod salesforce;
mod saved_views;
mod search;
mod settings;
mod staff;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .merge(staff::router())
        .route("/dashboard", get(overview::page))
        .route("/dashboard/first-steps/hide", post(first_steps::hide))
        .route("/dashboard/activity/{id}", get(activities::activity::page))
        .merge(access_requests::router())
        .merge(analytics::router())
        .merge(accounts::router())
        .merge(conversations::router())
        .merge(questionnaires::router())
        .merge(content::router())
        .merge(settings::router())
        .merge(salesforce::router())
        .merge(deliveries::router())
        .merge(saved_views::router())
        .merge(search::router())
}
