//! What staff work in. Every page but the sign-in page needs a session.

mod accounts;
mod activity;
mod analytics;
mod chart;
mod confirm;
mod content;
mod conversations;
pub mod deliveries;
mod device;
mod feed;
mod invitation;
pub mod layout;
mod login;
mod login_code;
mod notifications;
mod overview;
mod password;
mod profile;
mod questionnaires;
mod recovery_codes;
mod refused;
pub(in crate::web) mod requests;
pub mod salesforce;
mod second_factor;
mod settings;
mod staff_download;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/login", get(login::form).post(login::sign_in))
        .route("/login/confirm", get(confirm::form).post(confirm::confirm))
        .route("/login/code", get(login_code::form).post(login_code::enter))
        .route("/logout", post(login::sign_out))
        .merge(password::router())
        .merge(invitation::router())
        .merge(second_factor::router())
        .route("/dashboard", get(overview::page))
        .route("/dashboard/activity/{id}", get(activity::page))
        .merge(requests::router())
        .merge(notifications::router())
        .merge(profile::router())
        .merge(analytics::router())
        .merge(accounts::router())
        .merge(conversations::router())
        .merge(questionnaires::router())
        .merge(content::router())
        .merge(settings::router())
        .merge(salesforce::router())
        .merge(deliveries::router())
}
