//! The tables as CSV, for Editors and Admins.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::analytics::Metric;
use domain::audit::Action;
use domain::ids::AccountId;
use jiff::Timestamp;
use store::analytics::{self, AnalyticsRow, Scope};

use super::fresh;
use super::page::Asked;
use super::period::{Period, date, today};
use crate::app::App;
use crate::web::http::csv::download;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

/// Of the account in the address, or of everyone.
pub(super) async fn days(
    State(app): State<App>,
    Editor(staff): Editor,
    id: Option<Path<String>>,
    Query(asked): Query<Asked>,
) -> WebResult {
    let account = whose(&app, &staff, id).await?;
    let (scope, now) = scope(&app, &asked, account);
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let days = analytics::days(&mut tx, staff.org.id, scope).await?;
    drop(tx);
    let rows = (scope.from_day..=today(now)).map(move |day| {
        let sums = days.get(&day).copied().unwrap_or_default();
        let cells = Metric::ALL
            .into_iter()
            .map(|metric| sums.of(metric).to_string());
        std::iter::once(date(day)).chain(cells).collect()
    });
    let name = name("days", scope, now);
    staff.audit(&app, Action::ExportedAnalytics, &name).await?;
    download(&name, &head("day"), rows)
}

pub(super) async fn accounts(
    State(app): State<App>,
    Editor(staff): Editor,
    Query(asked): Query<Asked>,
) -> WebResult {
    let (scope, now) = scope(&app, &asked, None);
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let days = (scope.from_day, today(now));
    let rows = analytics::accounts(&mut tx, staff.org.id, days).await?;
    drop(tx);
    let name = name("accounts", scope, now);
    staff.audit(&app, Action::ExportedAnalytics, &name).await?;
    table(&name, "account", rows)
}

/// Of the account in the address, or of everyone.
pub(super) async fn items(
    State(app): State<App>,
    Editor(staff): Editor,
    id: Option<Path<String>>,
    Query(asked): Query<Asked>,
) -> WebResult {
    let account = whose(&app, &staff, id).await?;
    let (scope, now) = scope(&app, &asked, account);
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let rows = analytics::items(&mut tx, staff.org.id, scope).await?;
    drop(tx);
    let name = name("items", scope, now);
    staff.audit(&app, Action::ExportedAnalytics, &name).await?;
    table(&name, "item", rows)
}

pub(super) async fn people(
    State(app): State<App>,
    Editor(staff): Editor,
    id: Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult {
    let account = whose(&app, &staff, Some(id)).await?;
    let id = account.ok_or(WebError::NotFound)?;
    let (scope, now) = scope(&app, &asked, account);
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let rows = analytics::people(&mut tx, staff.org.id, id, scope.from_day).await?;
    drop(tx);
    let name = name("people", scope, now);
    staff.audit(&app, Action::ExportedAnalytics, &name).await?;
    table(&name, "email", rows)
}

async fn whose(app: &App, staff: &Staff, id: Option<Path<String>>) -> WebResult<Option<AccountId>> {
    let Some(Path(id)) = id else {
        return Ok(None);
    };
    fresh(app).await;
    let mut tx = app.db.read().await?;
    let account = store::accounts::by_id(&mut tx, staff.org.id, page::id(&id)?).await?;
    Ok(Some(account.ok_or(WebError::NotFound)?.id))
}

fn scope(app: &App, asked: &Asked, account: Option<AccountId>) -> (Scope, Timestamp) {
    let now = app.ambient.now();
    let from_day = Period::parse(&asked.days).first_day(now);
    (Scope { from_day, account }, now)
}

fn table(name: &str, first: &'static str, rows: Vec<AnalyticsRow>) -> WebResult<Response> {
    let mut head = head(first);
    head.push("last_seen");
    let rows = rows.into_iter().map(|row| {
        let sums = Metric::ALL.into_iter().map(|one| row.sums.of(one));
        let mut cells = vec![row.name.clone()];
        cells.extend(sums.map(|sum| sum.to_string()));
        cells.push(row.last_seen.map_or_else(String::new, |at| at.to_string()));
        cells
    });
    download(name, &head, rows)
}

fn head(first: &'static str) -> Vec<&'static str> {
    let metrics = Metric::ALL.into_iter().map(Metric::key);
    std::iter::once(first).chain(metrics).collect()
}

/// `analytics-accounts-2026-01-04-to-2026-02-02.csv`
fn name(what: &str, scope: Scope, now: Timestamp) -> String {
    let (from, to) = (date(scope.from_day), date(today(now)));
    format!("analytics-{what}-{from}-to-{to}.csv")
}
