//! The page: what waits, with where it may go, and what was decided.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::access_requests::{AccessRequest, RequestState};
use domain::ids::{AccessRequestId, AccountId, StaffUserId};
use serde::Deserialize;
use store::Tx;
use store::accounts::list;

use super::panel::Panel;
use crate::app::App;
use crate::use_cases::access_requests::suggestions::{Suggestions, suggest};
use crate::use_cases::limits::DENIAL_MESSAGE;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::{ACCOUNT_NAMES, REQUESTS};

#[derive(Template)]
#[template(path = "dashboard/access_requests/page.html")]
pub(super) struct RequestsPage {
    shell: Shell,
    pub(super) pending: Vec<Pending>,
    /// The request that is looked at.
    pub(super) panel: Option<Panel>,
    /// Where the waiting requests continue.
    more_pending: Option<AccessRequestId>,
    decided: Vec<Decided>,
    later: bool,
    older: Option<AccessRequestId>,
    accounts: Vec<String>,
    /// Those that are selected for the bulk actions.
    pub(super) selected: Vec<AccessRequestId>,
    /// Where this page of the waiting requests begins.
    after: Option<AccessRequestId>,
    /// A message in the form for several.
    pub(super) message: String,
    pub(super) problem: String,
}

impl RequestsPage {
    /// Whether that request's panel is open.
    fn is_open(&self, one: &Pending) -> bool {
        let open = self.panel.as_ref();
        open.is_some_and(|panel| panel.one.request.id == one.request.id)
    }

    fn is_selected(&self, one: &Pending) -> bool {
        self.selected.contains(&one.request.id)
    }

    /// This page of the waiting requests, with that request's panel open.
    fn details(&self, one: &Pending) -> String {
        super::panel_of(one.request.id, self.after)
    }

    /// This page of the waiting requests.
    fn here(&self) -> String {
        super::list_after(self.after)
    }
}

/// A request that waits, with the accounts it may belong to.
pub(super) struct Pending {
    pub request: AccessRequest,
    pub suggestions: Suggestions,
    /// What is chosen in the panel: an account, or nothing for the name below.
    pub chosen: Option<AccountId>,
    /// What stands in the panel's field for a name.
    pub account: String,
}

impl Pending {
    pub(super) fn new(request: AccessRequest, suggestions: Suggestions) -> Self {
        let first = suggestions.candidates.first();
        Self {
            chosen: first.map(|candidate| candidate.account.id),
            account: request.company.clone(),
            suggestions,
            request,
        }
    }

    fn chooses(&self, account: &AccountId) -> bool {
        self.chosen.as_ref() == Some(account)
    }

    /// The value of its check box: itself, and where it goes as the page says.
    fn ticket(&self) -> String {
        super::many::ticket(self.request.id, &self.suggestions.target())
    }

    /// What speaks for the suggested account, in a few words.
    fn reason(&self) -> String {
        match self.suggestions.candidates.first() {
            None => "New account".to_owned(),
            Some(first) if first.by_name_only() => "By name only".to_owned(),
            Some(first) => sentence(&first.reason()),
        }
    }

    /// Whether there is something to look at before it is approved.
    fn needs_a_look(&self) -> bool {
        self.suggestions.by_name_only() || self.request.email.is_free_mail()
    }
}

/// The words with a capital letter.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

pub(super) struct Decided {
    request: AccessRequest,
    /// `None` for the policy.
    by: Option<String>,
    account: Option<(AccountId, String)>,
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    /// The request whose panel is open.
    #[serde(default)]
    request: String,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let before = AccessRequestId::parse(&asked.before);
    let after = AccessRequestId::parse(&asked.after);
    let mut page = load(&mut tx, &staff, before, after, flash).await?;
    if let Some(id) = AccessRequestId::parse(&asked.request) {
        page.panel = Panel::load(&mut tx, &staff, id).await?;
    }
    page::html(&page)
}

/// The first page, after something was wrong with a decision about several.
pub(super) async fn again(tx: &mut Tx, staff: &Staff) -> WebResult<RequestsPage> {
    load(tx, staff, None, None, Flash::default()).await
}

/// The first page with that request's panel open, after something was wrong with the
/// decision about it.
pub(super) async fn again_with_panel(
    tx: &mut Tx,
    staff: &Staff,
    id: AccessRequestId,
) -> WebResult<RequestsPage> {
    let mut page = again(tx, staff).await?;
    page.panel = Panel::load(tx, staff, id).await?;
    Ok(page)
}

async fn load(
    tx: &mut Tx,
    staff: &Staff,
    before: Option<AccessRequestId>,
    after: Option<AccessRequestId>,
    flash: Flash,
) -> WebResult<RequestsPage> {
    let org = staff.org.id;
    let shell = Shell::new(tx, staff, Section::Requests, flash).await?;
    let one_more = i64::try_from(REQUESTS + 1).unwrap_or(i64::MAX);
    let mut pending = Vec::new();
    if before.is_none() {
        let requests = store::access_requests::pending_after(tx, org, after, one_more).await?;
        let suggestions = suggest(tx, &staff.org, &requests).await?;
        let both = requests.into_iter().zip(suggestions);
        pending = both
            .map(|(request, found)| Pending::new(request, found))
            .collect();
    }
    let more = pending.len() > REQUESTS;
    pending.truncate(REQUESTS);
    let more_pending = pending.last().filter(|_| more).map(|one| one.request.id);
    let mut rows = store::access_requests::decided(tx, org, before, one_more).await?;
    let more = rows.len() > REQUESTS;
    rows.truncate(REQUESTS);
    Ok(RequestsPage {
        shell,
        pending,
        panel: None,
        more_pending,
        older: rows.last().filter(|_| more).map(|row| row.id),
        decided: decided(tx, staff, rows).await?,
        later: before.is_some(),
        accounts: list::names(tx, org, ACCOUNT_NAMES).await?,
        selected: Vec::new(),
        after,
        message: String::new(),
        problem: String::new(),
    })
}

async fn decided(tx: &mut Tx, staff: &Staff, rows: Vec<AccessRequest>) -> WebResult<Vec<Decided>> {
    let people = store::staff::users::list(tx, staff.org.id).await?;
    let names: HashMap<StaffUserId, &str> = people
        .iter()
        .map(|user| (user.id, user.name.as_str()))
        .collect();
    let asked: Vec<AccountId> = rows
        .iter()
        .filter_map(|row| row.decision.as_ref()?.account)
        .collect();
    let accounts = store::accounts::by_ids(tx, staff.org.id, &asked).await?;
    let mut decided = Vec::with_capacity(rows.len());
    for request in rows {
        let Some(decision) = &request.decision else {
            continue;
        };
        let account = accounts.iter().find(|one| Some(one.id) == decision.account);
        let name = |id| names.get(&id).copied().unwrap_or("someone").to_owned();
        decided.push(Decided {
            by: decision.by.map(name),
            account: account.map(|account| (account.id, account.name.clone())),
            request,
        });
    }
    Ok(decided)
}
