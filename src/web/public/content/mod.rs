//! The trust center itself: its page, its items, its updates, and how it looks.

mod anonymous_page;
pub(super) mod item_view;
pub(super) mod landing;
mod logo;
mod search;
mod sections;
pub(super) mod security_txt;
pub(super) mod sitemap;
mod subprocessors;
mod theme;
pub(super) mod trust_center;
mod updates;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(trust_center::page))
        .route("/search", get(search::page))
        .route("/theme.css", get(theme::css))
        .route("/logo/{hash}", get(logo::picture))
        .route("/sitemap.xml", get(sitemap::of_page))
        .route("/.well-known/security.txt", get(security_txt::of_page))
        .merge(subprocessors::router())
        .merge(updates::router())
}
