//! Requests for access: what waits, what was decided, and deciding.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::layout::{Section, Shell};
use crate::app::App;
use crate::domain::access::{AccessRequest, RequestState};
use crate::domain::ids::{AccessRequestId, AccountId, StaffUserId};
use crate::domain::staff::StaffUser;
use crate::store::{self, Tx, account_list};
use crate::trust_center::requests::{self, DecideError, Suggestion};
use crate::web::error::{WebError, WebResult};
use crate::web::flash::{Flash, see_other_saying};
use crate::web::form::Form;
use crate::web::page;
use crate::web::staff::{Editor, Staff};

/// How many decided requests a page has.
const PAGE: usize = 30;
/// How many names are offered while typing.
const NAMES: i64 = 500;
const HERE: &str = "/dashboard/requests";

#[derive(Template)]
#[template(path = "dashboard/requests.html")]
struct RequestsPage {
    shell: Shell,
    pending: Vec<Pending>,
    decided: Vec<Decided>,
    later: bool,
    older: Option<String>,
    accounts: Vec<String>,
    problem: String,
}

struct Pending {
    request: AccessRequest,
    suggestion: Suggestion,
    /// What stands in the account's field.
    account: String,
    error: String,
}

struct Decided {
    request: AccessRequest,
    by: String,
    account: Option<(AccountId, String)>,
}

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    before: String,
}

pub async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let page = load(&mut tx, &staff, &asked.before, flash).await?;
    page::html(&page)
}

async fn load(tx: &mut Tx, staff: &Staff, before: &str, flash: Flash) -> WebResult<RequestsPage> {
    let org = &staff.org;
    let shell = Shell::of(tx, staff, Section::Requests, flash).await?;
    let before = AccessRequestId::parse(before);
    let mut pending = Vec::new();
    if before.is_none() {
        for request in store::access_request::pending(tx, org.id).await? {
            let suggestion = requests::suggest(tx, org, &request).await?;
            pending.push(Pending {
                account: suggestion.name().to_owned(),
                suggestion,
                request,
                error: String::new(),
            });
        }
    }
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = store::access_request::decided(tx, org.id, before, one_more).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let people = store::staff_user::list(tx, org.id).await?;
    Ok(RequestsPage {
        shell,
        pending,
        decided: decided(tx, staff, rows, &people).await?,
        later: before.is_some(),
        older,
        accounts: account_list::names(tx, org.id, NAMES).await?,
        problem: String::new(),
    })
}

async fn decided(
    tx: &mut Tx,
    staff: &Staff,
    rows: Vec<AccessRequest>,
    people: &[StaffUser],
) -> WebResult<Vec<Decided>> {
    let names: HashMap<StaffUserId, &str> = people
        .iter()
        .map(|user| (user.id, user.name.as_str()))
        .collect();
    let mut decided = Vec::with_capacity(rows.len());
    for request in rows {
        let Some(decision) = &request.decision else {
            continue;
        };
        let account = match decision.account {
            Some(id) => store::account::by_id(tx, staff.org.id, id).await?,
            None => None,
        };
        decided.push(Decided {
            by: names
                .get(&decision.by)
                .copied()
                .unwrap_or("somebody")
                .to_owned(),
            account: account.map(|account| (account.id, account.name)),
            request,
        });
    }
    Ok(decided)
}

#[derive(Deserialize)]
pub struct Approval {
    account: String,
}

pub async fn approve(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Approval>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let url = &app.config.public_url;
    let approved = requests::approve(
        &mut tx,
        &app.ambient,
        &staff.org,
        url,
        &staff.user,
        id,
        &form.account,
    )
    .await;
    match approved {
        Ok((request, account)) => {
            tx.commit().await?;
            let said = format!(
                "{} now has access with {}. A link to sign in is on its way to {}.",
                request.display_name(),
                account.name,
                request.email
            );
            Ok(see_other_saying(HERE, &said))
        }
        Err(DecideError::Invalid(problems)) => {
            drop(tx);
            let mut tx = app.db.read().await?;
            let mut page = load(&mut tx, &staff, "", Flash(None)).await?;
            page.problem = "Nothing was approved: see below what is missing.".to_owned();
            if let Some(pending) = page.pending.iter_mut().find(|one| one.request.id == id) {
                problems.of("account").clone_into(&mut pending.error);
                pending.account = form.account;
            }
            page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn deny(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let request = requests::deny(&mut tx, &app.ambient, &staff.org, &staff.user, id).await?;
    tx.commit().await?;
    let said = format!("The request of {} is denied.", request.display_name());
    Ok(see_other_saying(HERE, &said))
}

impl From<DecideError> for WebError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Self::NotFound,
            DecideError::AlreadyDecided { what, by, at } => Self::Stale(format!(
                "This request was already {} by {by} on {}. Nothing was changed now.",
                what.to_lowercase(),
                page::moment(&at)
            )),
            DecideError::Invalid(problems) => Self::BadRequest(problems.to_string()),
            DecideError::Link(error) => Self::Internal(error.into()),
            DecideError::Store(error) => error.into(),
        }
    }
}
