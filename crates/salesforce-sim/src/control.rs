//! Control over HTTP, for other processes on this machine. See the crate's README.

mod action;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Fault, Id, Sim, datetime, seed::Seed};

/// The routes under `/_sim`.
pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/_sim/state", get(state))
        .route("/_sim/seed", post(plant))
        .route("/_sim/tasks", get(tasks))
        .route("/_sim/records", get(records))
        .route("/_sim/faults", post(add_faults).delete(clear_faults))
        .route("/_sim/clock", post(set_clock))
        .route("/_sim/do", post(action::perform))
}

async fn state(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let (id, limit) = sim.with(|org, _| (org.id, org.config.api_daily_limit));
    Json(json!({
        "organization_id": id,
        "time": datetime(sim.clock().now()),
        "api_calls": sim.api_calls(),
        "api_limit": limit,
        "approvals": sim.approvals(),
        "faults_waiting": sim.faults_waiting(),
        "tasks": sim.task_count(),
    }))
}

async fn plant(State(sim): State<Arc<Sim>>, Json(seed): Json<Seed>) -> Response {
    match seed.plant_keyed(&sim) {
        Ok(planted) => Json(planted).into_response(),
        Err(error) => refused(&format!("{error:#}")),
    }
}

fn refused(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": message }))).into_response()
}

/// Which tasks to list.
#[derive(Deserialize)]
struct Which {
    /// Only those of this account, contact or lead.
    of: Option<Id>,
    /// Only those whose subject contains this.
    #[serde(default)]
    subject: String,
    /// Only the newest so many.
    newest: Option<usize>,
}

async fn tasks(State(sim): State<Arc<Sim>>, Query(which): Query<Which>) -> Response {
    let of = |id: Option<Id>| which.of.is_none() || id == which.of;
    let mut tasks = sim.tasks();
    tasks.retain(|task| {
        (of(task.who) || of(task.what) || of(task.account)) && task.subject.contains(&which.subject)
    });
    let skip = which.newest.map_or(0, |n| tasks.len().saturating_sub(n));
    Json(tasks.split_off(skip)).into_response()
}

#[derive(Deserialize)]
struct Soql {
    soql: String,
}

async fn records(State(sim): State<Arc<Sim>>, Query(query): Query<Soql>) -> Response {
    match sim.try_find(&query.soql) {
        Ok(found) => Json(found).into_response(),
        Err(message) => refused(&message),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Fault),
    Many(Vec<Fault>),
}

async fn add_faults(State(sim): State<Arc<Sim>>, Json(faults): Json<OneOrMany>) -> StatusCode {
    match faults {
        OneOrMany::One(fault) => sim.push_fault(fault),
        OneOrMany::Many(faults) => faults.into_iter().for_each(|fault| sim.push_fault(fault)),
    }
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(sim): State<Arc<Sim>>) -> StatusCode {
    sim.clear_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SetClock {
    /// Stops it at a moment, in milliseconds since 1970.
    Set(i64),
    /// Moves it by so many milliseconds, stopping it.
    Advance(i64),
    /// Lets it follow the machine's time again.
    Run,
}

async fn set_clock(State(sim): State<Arc<Sim>>, Json(change): Json<SetClock>) -> StatusCode {
    match change {
        SetClock::Set(millis) => sim.clock().set(millis),
        SetClock::Advance(millis) => sim.clock().advance(millis),
        SetClock::Run => sim.clock().run(),
    }
    StatusCode::NO_CONTENT
}
