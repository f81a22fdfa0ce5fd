//! The page on which somebody signs, declines, or puts it off.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use crate::account::Sim;
use crate::model::{Envelope, Status, View};
use crate::random;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/Signing/{token}", get(open))
        .route("/Signing/session/{session}", axum::routing::post(act))
        .route("/style.css", get(style))
}

#[derive(Template)]
#[template(path = "signing.html")]
struct SigningPage {
    envelope: Envelope,
    session: String,
}

async fn style() -> Response {
    let css = include_str!("../templates/style.css");
    ([("Content-Type", "text/css; charset=utf-8")], css).into_response()
}

/// Good once: a second look leads back.
async fn open(State(sim): State<Arc<Sim>>, Path(token): Path<String>) -> Response {
    let now = sim.clock.now();
    let mut state = sim.state();
    let Some(view) = state.views.get_mut(&token) else {
        return gone();
    };
    if view.expires_at <= now {
        return back(view, "ttl_expired");
    }
    view.expires_at = now;
    let view = view.clone();
    let Some(envelope) = state.envelope(&view.envelope) else {
        return gone();
    };
    match envelope.status {
        Status::Completed => return back(&view, "viewing_complete"),
        Status::Declined => return back(&view, "decline"),
        Status::Voided => return back(&view, "exception"),
        Status::Sent | Status::Delivered => envelope.status = Status::Delivered,
    }
    let page = SigningPage {
        envelope: envelope.clone(),
        session: random::token(),
    };
    state.sessions.insert(page.session.clone(), view);
    Html(page.render().unwrap_or_default()).into_response()
}

#[derive(Deserialize)]
struct Act {
    /// `sign`, `decline` or `later`.
    act: String,
    #[serde(default)]
    reason: String,
}

async fn act(
    State(sim): State<Arc<Sim>>,
    Path(session): Path<String>,
    Form(form): Form<Act>,
) -> Response {
    let Some(view) = sim.state().sessions.remove(&session) else {
        return gone();
    };
    let event = match form.act.as_str() {
        "sign" if sim.close(&view.envelope, Status::Completed, "").await => "signing_complete",
        "decline"
            if sim
                .close(&view.envelope, Status::Declined, &form.reason)
                .await =>
        {
            "decline"
        }
        "later" => "cancel",
        _ => "exception",
    };
    back(&view, event)
}

fn back(view: &View, event: &str) -> Response {
    let join = if view.return_url.contains('?') {
        '&'
    } else {
        '?'
    };
    Redirect::to(&format!("{}{join}event={event}", view.return_url)).into_response()
}

fn gone() -> Response {
    (StatusCode::GONE, "This signing session has ended.").into_response()
}
