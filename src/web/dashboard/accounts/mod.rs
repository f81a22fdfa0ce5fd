//! Accounts: the list, one of them with its people, and letting people in and out.

mod access;
mod archive;
mod asked;
mod bulk;
mod detail;
mod edit;
mod engagement;
mod export;
mod invite;
mod list;
mod nda;
mod new;
mod salesforce;
mod timeline;
mod view_as;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/accounts", get(list::page).post(new::invite))
        .route("/dashboard/accounts/new", get(new::form))
        .route("/dashboard/accounts/export.csv", get(export::csv))
        .route("/dashboard/accounts/bulk", post(bulk::change))
        .route("/dashboard/accounts/{id}", get(detail::page))
        .route(
            "/dashboard/accounts/{id}/edit",
            get(edit::form).post(edit::save),
        )
        .route("/dashboard/accounts/{id}/archive", post(archive::archive))
        .route("/dashboard/accounts/{id}/restore", post(archive::restore))
        .route("/dashboard/accounts/{id}/view-as", post(view_as::begin))
        .route("/dashboard/view-as/leave", post(view_as::leave))
        .merge(access::router())
        .route(
            "/dashboard/accounts/{id}/salesforce",
            get(salesforce::search),
        )
        .route(
            "/dashboard/accounts/{id}/salesforce/candidates",
            get(salesforce::candidates),
        )
        .route(
            "/dashboard/accounts/{id}/salesforce/link",
            post(salesforce::link),
        )
        .route(
            "/dashboard/accounts/{id}/salesforce/unlink",
            post(salesforce::unlink),
        )
        .route("/dashboard/accounts/{id}/nda", post(nda::save))
        .route(
            "/dashboard/accounts/{id}/nda/certificate",
            get(nda::certificate),
        )
        .route(
            "/dashboard/accounts/{id}/nda/envelopes/{envelope}/{file}",
            get(nda::envelope),
        )
        .merge(people())
}

/// Letting people in and out.
fn people() -> Router<App> {
    Router::new()
        .route(
            "/dashboard/accounts/{id}/members/{member}/end",
            post(edit::member_end),
        )
        .route("/dashboard/accounts/{id}/members", post(detail::invite))
        .route(
            "/dashboard/accounts/{id}/invite",
            get(invite::form).post(invite::preview),
        )
        .route(
            "/dashboard/accounts/{id}/invite/confirm",
            post(invite::confirm).layer(DefaultBodyLimit::max(
                crate::web::limits::INVITATIONS_FORM_KIB * 1024,
            )),
        )
        .route(
            "/dashboard/accounts/{id}/members/{member}/resend",
            post(invite::resend),
        )
        .route(
            "/dashboard/accounts/{id}/members/{member}/revoke",
            post(detail::revoke),
        )
}
