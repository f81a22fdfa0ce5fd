//! Access groups: which documents belong together, and who sees which.

mod group;
mod overview;
mod profile;

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use domain::ids::DocumentGroupId;

use crate::app::App;
use crate::use_cases::accounts::profiles::{Draft, scope_of};
use crate::web::http::error::WebResult;
use crate::web::http::page;

const HERE: &str = "/dashboard/accounts/access";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/accounts/access", get(overview::page))
        .route(
            "/dashboard/accounts/access/default",
            post(overview::choose_default),
        )
        .route(
            "/dashboard/accounts/access/groups",
            get(group::form).post(group::save),
        )
        .route(
            "/dashboard/accounts/access/groups/{group}",
            get(group::form).post(group::save),
        )
        .route(
            "/dashboard/accounts/access/groups/{group}/delete",
            post(group::delete),
        )
        .route(
            "/dashboard/accounts/access/profiles",
            get(profile::form).post(profile::save),
        )
        .route(
            "/dashboard/accounts/access/profiles/{profile}",
            get(profile::form).post(profile::save),
        )
        .route(
            "/dashboard/accounts/access/profiles/{profile}/delete",
            post(profile::delete),
        )
}

/// The group or profile in the address; none where a new one is made.
fn asked<T: std::str::FromStr>(id: Option<Path<String>>) -> WebResult<Option<T>> {
    id.map(|Path(id)| page::id(&id)).transpose()
}

/// What the form of a group or a profile sends: a field may come several times.
fn read(fields: &[(String, String)]) -> (i64, Draft) {
    let of = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let groups: BTreeSet<_> = fields
        .iter()
        .filter(|(field, _)| field == "group")
        .filter_map(|(_, value)| DocumentGroupId::parse(value))
        .collect();
    let draft = Draft {
        name: of("name"),
        description: of("description"),
        scope: scope_of(of("opens") == "everything", groups),
    };
    (of("version").parse().unwrap_or(0), draft)
}
