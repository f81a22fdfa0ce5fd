//! Search of the dashboard: pages, accounts, people and items, from anywhere. With scripts
//! its results open above the page (Ctrl-K); without them it is a page of its own.

mod found;
mod places;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;

use self::found::{Group, find, lists};
use crate::app::App;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::SEARCHED;

pub(super) fn router() -> Router<App> {
    Router::new().route("/dashboard/search", get(page))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
}

impl Asked {
    /// What is searched for.
    fn words(&self) -> String {
        self.q.trim().chars().take(SEARCHED).collect()
    }
}

#[derive(Template)]
#[template(path = "dashboard/search/page.html")]
struct SearchPage {
    shell: Shell,
    words: String,
    groups: Vec<Group>,
    /// Lists that can be searched for the same words.
    lists: Group,
}

async fn page(
    State(app): State<App>,
    staff: Staff,
    flash: Flash,
    Query(asked): Query<Asked>,
) -> WebResult {
    let words = asked.words();
    let mut tx = app.db.read().await?;
    page::html(&SearchPage {
        shell: Shell::new(&mut tx, &staff, Section::Overview, flash).await?,
        groups: find(&mut tx, &staff, &words).await?,
        lists: lists(&staff, &words),
        words,
    })
}
