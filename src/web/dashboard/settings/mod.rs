//! The Settings tab: the organization, its people, and the audit log.

mod access;
mod appearance;
mod audit;
mod docusign;
mod email;
mod general;
mod nda;
mod people;
mod salesforce;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::web::dashboard::salesforce::HOME as SALESFORCE;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(
            "/dashboard/settings",
            get(general::page).post(general::save),
        )
        .route("/dashboard/settings/nda", get(nda::page).post(nda::publish))
        .route("/dashboard/settings/nda/default", post(nda::choose_default))
        .route(
            "/dashboard/settings/nda/in-request",
            post(nda::choose_in_request),
        )
        .merge(docusign::router())
        .route(SALESFORCE, get(salesforce::show))
        .route("/dashboard/settings/nda/{version}", get(nda::version))
        .route(
            "/dashboard/settings/access",
            get(access::page).post(access::save),
        )
        .merge(appearance::router())
        .merge(email::router())
        .merge(people::router())
        .merge(audit::router())
}
