//! What visitors see: the trust center of each organization.

mod ask;
mod comments;
mod confirm_request;
mod documents;
mod docusign;
mod email_preferences;
mod frame;
mod landing;
mod logo;
mod nda;
mod page_view;
mod questionnaires;
mod request_access;
mod sections;
mod security_txt;
mod sign_in;
mod status;
mod subscribe;
mod theme;
mod updates;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Where RFC 9116 has it.
pub(super) const SECURITY_TXT: &str = "/.well-known/security.txt";

/// Every public address.
pub fn router() -> Router<App> {
    let page = Router::new()
        .route("/", get(status::page))
        .route("/theme.css", get(theme::css))
        .route("/logo/{hash}", get(logo::picture))
        .route("/.well-known/security.txt", get(security_txt::of_page))
        .route("/items/{id}", get(status::item))
        .route("/items/{id}/ask", post(ask::submit))
        .merge(comments::router())
        .merge(confirm_request::router())
        .merge(updates::router())
        .merge(subscribe::router())
        .merge(email_preferences::router())
        .merge(questionnaires::router())
        .route("/documents/{id}/view", get(documents::view))
        .route("/documents/{id}/download", get(documents::download))
        .route(
            "/request-access",
            get(request_access::form).post(request_access::submit),
        )
        .route("/request-access/received", get(request_access::received))
        .route("/nda", get(nda::page).post(nda::sign))
        .route("/nda/certificate", get(nda::certificate))
        .merge(docusign::router())
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-in/sent", get(sign_in::sent))
        .route("/enter", get(sign_in::confirm).post(sign_in::enter))
        .route("/sign-out", post(sign_in::sign_out));
    Router::new()
        .route("/", get(landing::page))
        .route(SECURITY_TXT, get(security_txt::of_host))
        .route("/trust/{slug}/", get(status::without_slash))
        .nest("/trust/{slug}", page)
}
