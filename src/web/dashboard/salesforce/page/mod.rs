//! Salesforce's own pages: how it is doing, what is synced, how Tasks are written, and what
//! the connected user may do. The modal in Settings has the same parts.

mod health;
mod tab;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use domain::activities::ActivityKind;
use serde::Deserialize;
use store::analytics::day_totals;

pub use tab::Tab;

use self::health::Health;
use super::fields::{self, Added, FieldRow};
use super::modal::{Connected, SwitchMore};
use super::org_check::{AccountSearch, OrgCheckView};
use super::preview::Preview;
use super::task_options::TaskOptionsView;
use super::{HOME, Modal, OwnerSearch, SalesforceAdmin};
use crate::app::App;
use crate::web::components::chart;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::OVERVIEW_DAYS;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/salesforce", get(overview))
        .route("/dashboard/salesforce/activities", get(activities))
        .route("/dashboard/salesforce/matching", get(matching))
        .route("/dashboard/salesforce/permissions", get(permissions))
}

#[derive(Template)]
#[template(path = "dashboard/salesforce/page.html")]
struct SalesforcePage {
    shell: Shell,
    tab: Tab,
    /// Where the forms are.
    home: &'static str,
    /// What makes a form lead back to this page.
    back: &'static str,
    /// Where the search for a default task owner is.
    owner_search: &'static str,
    prefix: String,
    /// Why the last form did nothing.
    problem: Option<String>,
    connected: Option<Connected>,
    /// On the first page.
    health: Option<Health>,
    /// On the page of matching: further fields that are filled in.
    fields: Vec<FieldRow>,
    /// Whether fields that come with Gatehouse aren't filled in yet.
    lacks_report_fields: bool,
    /// What was typed into the form for more of them.
    added: Added,
    /// On the page of permissions.
    org_check: Option<OrgCheckView>,
}

#[derive(Deserialize, Default)]
struct Asked {
    /// Whether the message after the redirect is about something that failed.
    problem: Option<String>,
    /// Text to search the default task owner by.
    owner: Option<String>,
    /// Text to search the Account of a test Task by.
    account: Option<String>,
    /// How far back the charts go.
    #[serde(default)]
    span: String,
}

async fn load(
    app: &App,
    admin: &SalesforceAdmin,
    tab: Tab,
    asked: &Asked,
    mut flash: Flash,
) -> WebResult<SalesforcePage> {
    let problem = asked.problem.as_ref().and_then(|_| flash.message.take());
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &admin.staff, Section::Salesforce, flash).await?;
    let modal = Modal::read(&mut tx, app, &admin.staff.org).await?;
    Ok(SalesforcePage {
        shell,
        tab,
        home: HOME,
        back: "?page=1",
        owner_search: Tab::Matching.href(),
        prefix: modal.prefix,
        problem,
        connected: modal.connected,
        health: None,
        fields: Vec::new(),
        lacks_report_fields: false,
        added: Added::default(),
        org_check: None,
    })
}

async fn overview(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let mut shown = load(&app, &admin, Tab::Overview, &asked, flash).await?;
    let mut tx = app.db.read().await?;
    let (org, now) = (admin.staff.org.id, app.ambient.now());
    shown.health = Health::read(&mut tx, org, &asked.span, now).await?;
    drop(tx);
    page::html(&shown)
}

async fn activities(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let mut shown = load(&app, &admin, Tab::Activities, &asked, flash).await?;
    let (org, now) = (&admin.staff.org, app.ambient.now());
    let first_day = chart::first_day(now, OVERVIEW_DAYS);
    let mut tx = app.db.read().await?;
    let counts = day_totals::activities(&mut tx, org.id, first_day).await?;
    let connection = store::salesforce::connections::live(&mut tx, org.id).await?;
    drop(tx);
    let lately = |kind| {
        let of_kind = counts.iter().filter(|(_, found, _)| *found == kind);
        of_kind.map(|(_, _, n)| n).sum()
    };
    if let (Some(connected), Some(connection)) = (&mut shown.connected, connection) {
        for (switch, kind) in connected.switches.iter_mut().zip(ActivityKind::ALL) {
            switch.more = Some(SwitchMore {
                lately: lately(kind),
                preview: Preview::new(kind, org, &connection, &app.config.public_url, now),
                options: TaskOptionsView::new(kind, &connection),
            });
        }
    }
    page::html(&shown)
}

async fn matching(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    Query(added): Query<Added>,
    flash: Flash,
) -> WebResult {
    let search = match &asked.owner {
        Some(text) => Some(OwnerSearch::ask(&app, &admin, text).await),
        None => None,
    };
    let mut shown = load(&app, &admin, Tab::Matching, &asked, flash).await?;
    if let Some(connected) = &mut shown.connected {
        connected.search = search;
    }
    let mut tx = app.db.read().await?;
    let connection = store::salesforce::connections::live(&mut tx, admin.staff.org.id).await?;
    drop(tx);
    shown.added = added;
    shown.lacks_report_fields = connection.as_ref().is_some_and(fields::lacks_report_fields);
    shown.fields = connection.as_ref().map_or_else(Vec::new, fields::rows);
    page::html(&shown)
}

async fn permissions(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let search = match &asked.account {
        Some(text) => Some(AccountSearch::ask(&app, &admin, text).await),
        None => None,
    };
    let mut shown = load(&app, &admin, Tab::Permissions, &asked, flash).await?;
    let mut tx = app.db.read().await?;
    shown.org_check = OrgCheckView::read(&mut tx, admin.staff.org.id, search).await?;
    drop(tx);
    page::html(&shown)
}
