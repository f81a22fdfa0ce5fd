//! What happened: key numbers and the activity feed.

use askama::Template;
use axum::extract::State;

use super::super::error::WebResult;
use super::super::flash::Flash;
use super::super::page;
use super::super::staff::Staff;
use super::layout::{Section, Shell};
use crate::app::App;

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct OverviewPage {
    shell: Shell,
}

pub async fn page(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::of(&mut tx, &staff, Section::Overview, flash).await?;
    page::html(&OverviewPage { shell })
}
