//! What is done to the selected accounts of the list.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use domain::ids::{AccountId, ProfileId};

use super::asked::Asked;
use crate::app::App;
use crate::use_cases::accounts::bulk::{self, BulkChange};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::staff_session::Editor;
use crate::web::limits::ACCOUNTS;

pub(super) async fn change(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    let given = |name| fields.iter().filter(move |(field, _)| field == name);
    let value = |name| given(name).next().map_or("", |(_, value)| value.as_str());
    let what = match (value("act"), value("profile")) {
        ("archive", _) => BulkChange::Archive,
        ("restore", _) => BulkChange::Restore,
        ("profile", "") => BulkChange::SetProfile(None),
        ("profile", id) => {
            BulkChange::SetProfile(Some(ProfileId::parse(id).ok_or(WebError::NotFound)?))
        }
        _ => return Err(WebError::BadRequest("Use one of the buttons.".to_owned())),
    };
    let accounts = given("account")
        .map(|(_, id)| AccountId::parse(id).ok_or(WebError::NotFound))
        .collect::<Result<BTreeSet<_>, _>>()?;
    if accounts.is_empty() {
        return Err(WebError::BadRequest(
            "Nothing was changed. Go back and select at least one account.".to_owned(),
        ));
    }
    if accounts.len() > ACCOUNTS {
        return Err(WebError::BadRequest(format!(
            "Nothing was changed. Select at most {ACCOUNTS} accounts at once."
        )));
    }
    let accounts: Vec<_> = accounts.into_iter().collect();
    let mut tx = app.db.begin().await?;
    bulk::change(&mut tx, staff.action(&app), &accounts, what).await?;
    tx.commit().await?;
    let to = format!("/dashboard/accounts?{}", list(value("list")));
    Ok(see_other_saying(&to, &said(what, accounts.len())))
}

/// The query of the list that the accounts were selected in.
fn list(query: &str) -> String {
    let address = format!("/?{query}").parse().ok();
    let asked = address.and_then(|address| Query::<Asked>::try_from_uri(&address).ok());
    asked.map_or_else(String::new, |asked| asked.query())
}

fn said(what: BulkChange, count: usize) -> String {
    let accounts = match count {
        1 => "1 account".to_owned(),
        count => format!("{count} accounts"),
    };
    match what {
        BulkChange::Archive => format!("{accounts} archived."),
        BulkChange::Restore => format!("{accounts} restored."),
        BulkChange::SetProfile(_) => format!("Permission profile set for {accounts}."),
    }
}
