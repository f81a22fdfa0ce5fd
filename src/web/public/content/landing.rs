//! The start page of the server: its one trust center, or where staff sign in.
//! It never lists the organizations, which need not know of each other.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::app::App;
use crate::web::http::error::WebResult;
use crate::web::http::page;

#[derive(Template)]
#[template(path = "public/content/landing.html")]
struct Landing;

pub(in crate::web::public) async fn page(State(app): State<App>) -> WebResult {
    let mut tx = app.db.read().await?;
    let orgs = store::organizations::list_across_tenants(&mut tx).await?;
    match orgs.as_slice() {
        [only] => Ok(Redirect::to(&format!("/trust/{}", only.slug)).into_response()),
        _ => page::html(&Landing),
    }
}
