//! The NDA of a member's account: signed on the page or with DocuSign.

pub(in crate::web::public) mod certificate_file;
mod clickwrap;
mod docusign;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/nda", get(clickwrap::page).post(clickwrap::sign))
        .route("/nda/certificate", get(clickwrap::certificate))
        .merge(docusign::router())
}
