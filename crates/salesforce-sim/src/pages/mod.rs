//! What a user of the org sees in a browser. No login: this is a stand-in on one's
//! own machine, and the pages say so.

mod format;
mod list;
mod record;
mod timeline;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};

use crate::{Id, Sim, org::Org};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The routes of the pages.
pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/", get(list::home))
        .route("/lightning/o/{object}/list", get(list::list))
        .route("/lightning/r/{object}/{id}/view", get(record::record))
        .route("/_sim/style.css", get(style))
        .route("/_sim/live.js", get(script))
        .route("/_sim/mark.svg", get(mark))
        .route("/{id}", get(short))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("style.css"),
    )
}

async fn script() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        include_str!("live.js"),
    )
}

async fn mark() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "image/svg+xml")],
        include_str!("mark.svg"),
    )
}

/// `/{id}` leads to the record, as in every org.
async fn short(State(sim): State<Arc<Sim>>, Path(id): Path<String>) -> Response {
    sim.with(|org, _| {
        let found = id
            .parse::<Id>()
            .ok()
            .and_then(|id| Some((id, org.data.by_id(id)?.0.name)));
        match found {
            Some((id, object)) => Redirect::to(&record_path(object, id)).into_response(),
            None => missing(org),
        }
    })
}

/// The address of a record's page.
fn record_path(object: &str, id: Id) -> String {
    format!("/lightning/r/{object}/{id}/view")
}

/// What every page shows around its content.
struct Chrome {
    org: String,
    sandbox: bool,
    zone: String,
    tab: &'static str,
}

impl Chrome {
    fn new(org: &Org, tab: &'static str) -> Self {
        Self {
            org: org.config.name.clone(),
            sandbox: org.config.is_sandbox,
            zone: org.config.time_zone.clone(),
            tab,
        }
    }
}

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    chrome: Chrome,
}

fn missing(org: &Org) -> Response {
    (
        StatusCode::NOT_FOUND,
        show(&Missing {
            chrome: Chrome::new(org, ""),
        }),
    )
        .into_response()
}

fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, Html(html)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
