//! An account's Salesforce Account: the card on its page, the search, the link.

mod view;

pub(super) use view::LinkView;

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use domain::accounts::Account;
use domain::ids::AccountId;
use domain::matching::candidates::RecordId;
use serde::Deserialize;

use super::super::salesforce::{Choice, SalesforceAdmin, choices, explain_with_advice, status_of};
use crate::app::App;
use crate::salesforce_connection::{self, InstallError};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;

/// The search and its results, where there is no script.
#[derive(Template)]
#[template(path = "dashboard/accounts/salesforce.html")]
struct SearchPage {
    shell: Shell,
    account: Account,
    salesforce: LinkView,
    text: String,
    found: Vec<Choice>,
    problem: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let account = account(&app, &admin, &id).await?;
    let (status, found, problem) = match find(&app, &admin, &account, &asked.q).await {
        Ok(found) => (StatusCode::OK, found, String::new()),
        Err(error) => (status_of(&error), Vec::new(), explain_with_advice(error)?),
    };
    let text = asked.q;
    show(&app, &admin, account, text, found, problem, status, flash).await
}

#[expect(clippy::too_many_arguments, reason = "the parts of one page")]
async fn show(
    app: &App,
    admin: &SalesforceAdmin,
    account: Account,
    text: String,
    found: Vec<Choice>,
    problem: String,
    status: StatusCode,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let page = SearchPage {
        shell: Shell::new(&mut tx, &admin.staff, Section::Accounts, flash).await?,
        salesforce: LinkView::for_account(&mut tx, &admin.staff, account.id).await?,
        account,
        text,
        found,
        problem,
    };
    page::html_with(status, &page)
}

/// The same for the script, which asks as an Admin types. Nothing typed: Accounts
/// whose name comes near the account's.
pub(super) async fn candidates(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult {
    let account = account(&app, &admin, &id).await?;
    Ok(match find(&app, &admin, &account, &asked.q).await {
        Ok(found) => Json(serde_json::json!({ "choices": found })).into_response(),
        Err(error) => {
            let status = status_of(&error);
            let problem = serde_json::json!({ "problem": explain_with_advice(error)? });
            (status, Json(problem)).into_response()
        }
    })
}

async fn find(
    app: &App,
    admin: &SalesforceAdmin,
    account: &Account,
    text: &str,
) -> Result<Vec<Choice>, InstallError> {
    let found = if text.trim().is_empty() {
        salesforce_connection::suggest_accounts(app, admin.staff.action(app), &account.name).await?
    } else {
        salesforce_connection::search_accounts(app, admin.staff.action(app), text).await?
    };
    Ok(choices(&account.name, &found))
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    account: String,
}

pub(super) async fn link(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let account = account(&app, &admin, &id).await?;
    let to = RecordId::new(chosen.account.trim());
    match salesforce_connection::link_account(&app, admin.staff.action(&app), &account, &to).await {
        Ok((link, again)) => {
            let said = format!(
                "Linked to the Salesforce Account “{}”.{}",
                link.sf_account_name,
                waiting(again)
            );
            Ok(see_other_saying(&home(account.id), &said))
        }
        Err(error) => {
            let (status, problem) = (status_of(&error), explain_with_advice(error)?);
            let (text, found) = (account.name.clone(), Vec::new());
            let flash = Flash::default();
            show(&app, &admin, account, text, found, problem, status, flash).await
        }
    }
}

pub(super) async fn unlink(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Path(id): Path<String>,
) -> WebResult {
    let account = account(&app, &admin, &id).await?;
    let done =
        salesforce_connection::unlink_account(&app, admin.staff.action(&app), &account).await;
    let said = match done {
        Ok(()) => "Unlinked. From now on names are compared.".to_owned(),
        Err(error) => explain_with_advice(error)?,
    };
    Ok(see_other_saying(&home(account.id), &said))
}

async fn account(app: &App, admin: &SalesforceAdmin, id: &str) -> WebResult<Account> {
    let id: AccountId = page::id(id)?;
    let mut tx = app.db.read().await?;
    let found = store::accounts::by_id(&mut tx, admin.staff.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}

fn home(account: AccountId) -> String {
    format!("/dashboard/accounts/{account}#salesforce")
}

fn waiting(again: u64) -> String {
    match again {
        0 => String::new(),
        1 => " One activity that waited for it goes out now.".to_owned(),
        n => format!(" {n} activities that waited for it go out now."),
    }
}
