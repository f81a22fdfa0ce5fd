//! Those who work in the dashboard: signing in, and what they manage of their own.

mod confirm;
mod device;
mod invitation;
mod login;
mod login_code;
mod notifications;
mod password;
mod profile;
mod recovery_codes;
mod second_factor;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/login", get(login::form).post(login::sign_in))
        .route("/login/confirm", get(confirm::form).post(confirm::confirm))
        .route("/login/code", get(login_code::form).post(login_code::enter))
        .route("/logout", post(login::sign_out))
        .merge(password::router())
        .merge(invitation::router())
        .merge(second_factor::router())
        .merge(notifications::router())
        .merge(profile::router())
}
