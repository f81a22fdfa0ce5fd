//! The audit log: who did what in the dashboard.

use askama::Template;
use axum::extract::{Query, State};
use domain::ids::AuditId;
use serde::Deserialize;
use store::audit_log::{self, AuditEntry};

use crate::app::App;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Admin;
use crate::web::limits::AUDIT_ENTRIES;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "dashboard/settings/audit.html")]
struct AuditPage {
    shell: Shell,
    entries: Vec<AuditEntry>,
    later: bool,
    older: Option<AuditId>,
}

pub async fn page(
    State(app): State<App>,
    Admin(staff): Admin,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let before = AuditId::parse(&asked.before);
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Settings, flash).await?;
    let one_more = i64::try_from(AUDIT_ENTRIES + 1).unwrap_or(i64::MAX);
    let mut entries = audit_log::list(&mut tx, staff.org.id, before, one_more).await?;
    let more = entries.len() > AUDIT_ENTRIES;
    entries.truncate(AUDIT_ENTRIES);
    page::html(&AuditPage {
        shell,
        older: entries.last().filter(|_| more).map(|entry| entry.id),
        entries,
        later: before.is_some(),
    })
}
