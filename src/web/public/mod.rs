//! What visitors see: the trust center of each organization.

mod access_requests;
mod content;
mod documents;
mod email;
mod error_page;
mod frame;
mod items;
mod nda;
mod questionnaires;
mod refused;
mod requested_item;
mod visitors;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::web::http::custom_domain::{ROBOTS_TXT, SECURITY_TXT};

pub(in crate::web) use error_page::brand;

/// Every public address.
pub fn router() -> Router<App> {
    let trust_center = Router::new()
        .merge(content::router())
        .merge(items::router())
        .merge(email::router())
        .merge(questionnaires::router())
        .merge(documents::router())
        .merge(access_requests::router())
        .merge(nda::router())
        .merge(visitors::router());
    Router::new()
        .route("/", get(content::landing::page))
        .route(SECURITY_TXT, get(content::security_txt::of_host))
        .route(ROBOTS_TXT, get(content::sitemap::robots))
        .route("/trust/{slug}/", get(content::trust_center::without_slash))
        .nest("/trust/{slug}", trust_center)
}
