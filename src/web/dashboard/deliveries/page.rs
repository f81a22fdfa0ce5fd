//! The list of deliveries, by state, cause and search.

use askama::Template;
use axum::extract::{Query, State};
use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::salesforce::hold::{Wait, without_query};
use domain::salesforce::{Connection, ConnectionState};
use domain::staff::saved_view::SavedList;
use store::Tx;
use store::deliveries::list::{self, Cause};

use super::super::layout::{Section, Shell};
use super::super::salesforce::{self, SalesforceAdmin, wait_of};
use super::super::saved_views::SavedViews;
use super::badge::{look, meaning};
use super::filter::Asked;
use super::row::{DeliveryRow, can_retry};
use super::task_audit::TaskAuditView;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::{CAUSES, DELIVERIES};

/// The list's address.
pub const HOME: &str = "/dashboard/salesforce/deliveries";

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
    filters: Vec<Tab>,
    /// The state that is filtered by.
    state: Option<DeliveryState>,
    meaning: String,
    /// Whether all that the list holds can be tried again at once.
    retry_all: bool,
    /// Whether all of one cause can be: the list has all of them.
    retry_causes: bool,
    /// What the deliveries in this state failed of.
    causes: Vec<CauseTab>,
    asked: Asked,
    /// The list from its beginning.
    first: String,
    /// What an act's address ends with, so that it leads back to the same list.
    query: String,
    /// The filters that this person keeps.
    views: SavedViews,
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

pub(super) async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    flash: Flash,
    Query(asked): Query<Asked>,
) -> WebResult {
    let staff = &admin.staff;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, staff, Section::Salesforce, flash).await?;
    let sync = match store::salesforce::connections::latest(&mut tx, staff.org.id).await? {
        Some(connection) => Some(sync(&mut tx, &app, &admin, &connection, &asked).await?),
        None => None,
    };
    drop(tx);
    page::html(&DeliveriesPage {
        shell,
        home: HOME,
        settings: salesforce::HOME,
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
    let now = app.ambient.now();
    let counts = list::counts(tx, org, connection.id).await?;
    let filter = asked.filter(now);
    let state = filter.state;
    let mut found = list::page(tx, org, connection.id, &filter, DELIVERIES + 1).await?;
    let more = found.len() > DELIVERIES;
    found.truncate(DELIVERIES);
    let live = connection.state != ConnectionState::Uninstalled;
    let older = found.last().filter(|_| more).map(|last| {
        let before = last.id.to_string();
        let older = Asked {
            before,
            ..asked.first()
        };
        format!("{}#list", older.href())
    });
    let causes = match state.filter(|state| can_retry(*state)) {
        Some(state) => list::causes(tx, org, connection.id, state, CAUSES).await?,
        None => Vec::new(),
    };
    let wait = wait_of(connection, now);
    let retries = live && !found.is_empty() && state.is_some_and(can_retry);
    let narrowed = !filter.search.is_empty() || filter.kind.is_some() || filter.since.is_some();
    Ok(Sync {
        org: salesforce_connection::org_name(connection),
        environment: connection.environment.title(),
        live,
        paused: connection.state == ConnectionState::Paused,
        needs_login: connection.state == ConnectionState::NeedsReauth,
        task_audit: TaskAuditView::read(tx, org, connection.id).await?,
        restored: store::deliveries::restore::being_checked(tx, org, connection.id).await?,
        filters: filters(&counts, state, asked),
        causes: causes
            .into_iter()
            .map(|cause| cause_tab(cause, asked))
            .collect(),
        state,
        meaning: meaning_now(state, wait.as_ref()),
        wait,
        retry_all: retries && !narrowed,
        retry_causes: live && !narrowed,
        rows: found
            .iter()
            .map(|view| DeliveryRow::from_view(view, live, asked, now))
            .collect(),
        first: format!("{}#list", asked.first().href()),
        query: back_query(asked),
        views: SavedViews::read(tx, &admin.staff, SavedList::Deliveries, &asked.query()).await?,
        asked: asked.clone(),
        older,
        is_first_page: filter.before.is_none(),
    })
}

/// The filters as the end of an address; empty where there are none.
fn back_query(asked: &Asked) -> String {
    match asked.first().query() {
        query if query.is_empty() => query,
        query => format!("?{query}"),
    }
}

/// What the chosen state means, as things are.
fn meaning_now(state: Option<DeliveryState>, wait: Option<&Wait>) -> String {
    match (state, wait) {
        (Some(DeliveryState::Pending), Some(wait)) => format!("On hold: {}.", wait.cause),
        (Some(state), _) => meaning(state).to_owned(),
        (None, _) => String::new(),
    }
}

/// "All", and each state that is in use or chosen.
fn filters(
    counts: &[(DeliveryState, i64)],
    current: Option<DeliveryState>,
    asked: &Asked,
) -> Vec<Tab> {
    let href = |state| format!("{}#list", asked.with_state(state).href());
    let mut tabs = vec![Tab {
        title: "All",
        href: href(None),
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
                href: href(Some(state)),
                count: Some(count),
                current: current == Some(state),
                tone: look(state).0,
            });
        }
    }
    tabs
}

/// What deliveries failed of, as a link that lists them.
struct CauseTab {
    code: String,
    message: String,
    count: i64,
    href: String,
    current: bool,
}

fn cause_tab(cause: Cause, asked: &Asked) -> CauseTab {
    let current = asked.cause == cause.code;
    let chosen = Asked {
        cause: if current {
            String::new()
        } else {
            cause.code.clone()
        },
        ..asked.first()
    };
    CauseTab {
        href: format!("{}#list", chosen.href()),
        message: without_query(&cause.message).to_owned(),
        code: cause.code,
        count: cause.count,
        current,
    }
}
