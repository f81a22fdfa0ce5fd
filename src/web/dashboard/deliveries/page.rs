//! The sync page: pictures, counts, and the list of deliveries.

use askama::Template;
use axum::extract::{Query, State};
use domain::deliveries::{DeliveryState, TASK_NOT_VISIBLE};
use domain::ids::DeliveryId;
use domain::salesforce::hold::Wait;
use domain::salesforce::{Connection, ConnectionState};
use serde::Deserialize;
use store::Tx;
use store::deliveries::list::{self, DeliveryView};

use super::super::layout::{Section, Shell};
use super::super::salesforce::{SalesforceAdmin, wait_of};
use super::badge::{Badge, look, meaning};
use super::picture::{Picture, Span};
use super::task_audit::TaskAuditView;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::DELIVERIES;

/// The sync page's address.
pub const HOME: &str = "/dashboard/salesforce/deliveries";

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    state: String,
    /// The last delivery of the page before.
    #[serde(default)]
    before: String,
    #[serde(default)]
    span: String,
    /// A delivery that is about to be cancelled.
    #[serde(default)]
    cancel: String,
}

#[derive(Template)]
#[template(path = "dashboard/deliveries/page.html")]
struct DeliveriesPage {
    shell: Shell,
    home: &'static str,
    settings: &'static str,
    sync: Option<Sync>,
}

/// Everything about the connection that is shown.
struct Sync {
    org: String,
    environment: &'static str,
    /// Whether anything can still be sent over it.
    live: bool,
    paused: bool,
    needs_login: bool,
    /// What keeps it from sending now.
    wait: Option<Wait>,
    /// How many are asked about because the database was restored.
    restored: i64,
    /// The last nightly comparison with the org's Tasks.
    task_audit: Option<TaskAuditView>,
    picture: Picture,
    spans: Vec<Tab>,
    filters: Vec<Tab>,
    /// The state that is filtered by.
    state: Option<DeliveryState>,
    meaning: String,
    retry_all: bool,
    rows: Vec<DeliveryRow>,
    older: Option<String>,
    is_first_page: bool,
}

/// A link that chooses what is shown.
struct Tab {
    title: &'static str,
    href: String,
    count: Option<i64>,
    current: bool,
    tone: &'static str,
}

/// One delivery.
struct DeliveryRow {
    badge: Badge,
    what: &'static str,
    who: String,
    company: String,
    href: String,
    at: jiff::Timestamp,
    can_retry: bool,
    can_cancel: bool,
    /// Whether its Task may exist where nobody can see it.
    in_doubt: bool,
    /// Whether cancelling it waits for a yes.
    asks: bool,
}

pub async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    flash: Flash,
    Query(asked): Query<Asked>,
) -> WebResult {
    let staff = &admin.staff;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, staff, Section::Settings, flash).await?;
    let sync = match store::salesforce::connections::latest(&mut tx, staff.org.id).await? {
        Some(connection) => Some(sync(&mut tx, &app, &admin, &connection, &asked).await?),
        None => None,
    };
    drop(tx);
    page::html(&DeliveriesPage {
        shell,
        home: HOME,
        settings: super::super::salesforce::HOME,
        sync,
    })
}

async fn sync(
    tx: &mut Tx,
    app: &App,
    admin: &SalesforceAdmin,
    connection: &Connection,
    asked: &Asked,
) -> store::Result<Sync> {
    let org = admin.staff.org.id;
    let (span, now) = (Span::from_key(&asked.span), app.ambient.now());
    let hours = list::hours(tx, org, connection.id, span.begins(now)).await?;
    let counts = list::counts(tx, org, connection.id).await?;
    let state: Option<DeliveryState> = asked.state.parse().ok();
    let before: Option<DeliveryId> = asked.before.parse().ok();
    let mut found = list::page(tx, org, connection.id, state, before, DELIVERIES + 1).await?;
    let more = found.len() > DELIVERIES;
    found.truncate(DELIVERIES);
    let live = connection.state != ConnectionState::Uninstalled;
    let older = found.last().filter(|_| more).map(|last| {
        let state = state.map_or("", DeliveryState::key);
        format!(
            "{HOME}?state={state}&span={}&before={}#list",
            span.key(),
            last.id
        )
    });
    let wait = wait_of(connection, now);
    let retry_all = live && !found.is_empty() && state.is_some_and(can_retry);
    Ok(Sync {
        org: salesforce_connection::org_name(connection),
        environment: connection.environment.title(),
        live,
        paused: connection.state == ConnectionState::Paused,
        needs_login: connection.state == ConnectionState::NeedsReauth,
        task_audit: TaskAuditView::read(tx, org, connection.id).await?,
        restored: store::deliveries::restore::being_checked(tx, org, connection.id).await?,
        picture: Picture::draw(span, now, &hours),
        spans: spans(span, state),
        filters: filters(&counts, state, span),
        state,
        meaning: meaning_now(state, wait.as_ref()),
        wait,
        retry_all,
        rows: found
            .iter()
            .map(|view| line(view, live, &asked.cancel, now))
            .collect(),
        older,
        is_first_page: before.is_none(),
    })
}

/// What the chosen state means, as things are.
fn meaning_now(state: Option<DeliveryState>, wait: Option<&Wait>) -> String {
    match (state, wait) {
        (Some(DeliveryState::Pending), Some(wait)) => format!("On hold: {}.", wait.cause),
        (Some(state), _) => meaning(state).to_owned(),
        (None, _) => String::new(),
    }
}

fn can_retry(state: DeliveryState) -> bool {
    matches!(
        state,
        DeliveryState::Waiting | DeliveryState::Unmatched | DeliveryState::Parked
    )
}

fn can_cancel(state: DeliveryState) -> bool {
    can_retry(state) || state == DeliveryState::Pending
}

fn spans(current: Span, state: Option<DeliveryState>) -> Vec<Tab> {
    let state = state.map_or("", DeliveryState::key);
    let tab = |span: Span| Tab {
        title: span.title(),
        href: format!("{HOME}?span={}&state={state}", span.key()),
        count: None,
        current: span == current,
        tone: "",
    };
    Span::ALL.into_iter().map(tab).collect()
}

/// "All", and each state that is in use or chosen.
fn filters(
    counts: &[(DeliveryState, i64)],
    current: Option<DeliveryState>,
    span: Span,
) -> Vec<Tab> {
    let href = |state| format!("{HOME}?state={state}&span={}#list", span.key());
    let mut tabs = vec![Tab {
        title: "All",
        href: href(""),
        count: Some(counts.iter().map(|(_, n)| n).sum()),
        current: current.is_none(),
        tone: "badge-mute",
    }];
    for state in DeliveryState::ALL {
        let count = counts.iter().find(|(of, _)| *of == state);
        let count = count.map_or(0, |(_, n)| *n);
        if count > 0 || current == Some(state) {
            tabs.push(Tab {
                title: state.title(),
                href: href(state.key()),
                count: Some(count),
                current: current == Some(state),
                tone: look(state).0,
            });
        }
    }
    tabs
}

fn line(view: &DeliveryView, live: bool, cancel: &str, now: jiff::Timestamp) -> DeliveryRow {
    let what = &view.activity.what;
    let badge = Badge::from_delivery(view, now);
    DeliveryRow {
        what: what.kind.title(),
        who: what.person.as_ref().map_or_else(
            || what.company.clone(),
            domain::activities::Person::display_name,
        ),
        company: what.company.clone(),
        href: format!("/dashboard/activity/{}", view.activity.id),
        at: view.activity.occurred_at,
        can_retry: live && can_retry(view.state),
        can_cancel: live && can_cancel(view.state),
        in_doubt: live
            && view.state == DeliveryState::Parked
            && view.error_code == TASK_NOT_VISIBLE,
        asks: badge.id == cancel,
        badge,
    }
}
