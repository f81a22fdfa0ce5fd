//! Deciding several requests at once, each for itself: one that can't be decided
//! holds back none of the others.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::{AccessRequestId, AccountId};

use super::HERE;
use super::page::again;
use crate::app::App;
use crate::use_cases::access_requests::{self, DecideError, Terms};
use crate::use_cases::accounts::admission::Target;
use crate::use_cases::limits::DENIAL_MESSAGE;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult, explain_decision};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::DECISIONS_FORM_KIB;

#[derive(Template)]
#[template(path = "dashboard/access_requests/outcome.html")]
struct OutcomePage {
    shell: Shell,
    approving: bool,
    rows: Vec<Row>,
}

impl OutcomePage {
    fn done(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_ok()).count()
    }

    fn left(&self) -> usize {
        self.rows.len() - self.done()
    }
}

struct Row {
    who: String,
    email: String,
    /// What was done, or why nothing was.
    outcome: Result<Done, String>,
}

/// Where someone was let in; nowhere where they were denied.
struct Done(Option<(AccountId, String)>);

/// A request and where it goes, as the value of a check box: what is pressed is
/// what was seen, though the suggestions may have changed since.
pub(super) fn ticket(id: AccessRequestId, target: &Target) -> String {
    match target {
        Target::Account(account) => format!("{id} to {account}"),
        Target::Named(name) => format!("{id} as {name}"),
    }
}

fn read_ticket(ticket: &str) -> Option<(AccessRequestId, Target)> {
    if let Some((id, account)) = ticket.split_once(" to ")
        && let (Ok(id), Ok(account)) = (id.parse(), account.parse::<AccountId>())
    {
        return Some((id, Target::Account(account)));
    }
    let (id, name) = ticket.split_once(" as ")?;
    Some((id.parse().ok()?, Target::from(name)))
}

pub(super) async fn decide(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(fields): Form<Vec<(String, String)>, DECISIONS_FORM_KIB>,
) -> WebResult {
    let value = |name| fields.iter().find(|(field, _)| field == name);
    let value = |name| value(name).map_or("", |(_, value)| value.as_str());
    let approving = match value("act") {
        "approve" => true,
        "deny" => false,
        _ => return Err(WebError::BadRequest("Use one of the buttons.".to_owned())),
    };
    let message = value("message").replace("\r\n", "\n");
    let message = message.as_str();
    let ticked: Vec<_> = fields
        .iter()
        .filter(|(name, _)| name == "request")
        .map(|(_, ticket)| read_ticket(ticket).ok_or(WebError::NotFound))
        .collect::<Result<_, _>>()?;
    let length = message.trim().chars().count();
    let problem = if ticked.is_empty() {
        "Select at least one request.".to_owned()
    } else if !approving && length > DENIAL_MESSAGE {
        format!(
            "Nothing was denied: the message has {length} characters; shorten it to {DENIAL_MESSAGE}."
        )
    } else {
        String::new()
    };
    if !problem.is_empty() {
        let mut tx = app.db.read().await?;
        let mut page = again(&mut tx, &staff).await?;
        page.problem = problem;
        message.clone_into(&mut page.message);
        page.selected = ticked.iter().map(|(id, _)| *id).collect();
        return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut rows = Vec::with_capacity(ticked.len());
    for (id, target) in ticked {
        let message = (!approving).then_some(message);
        rows.extend(one(&app, &staff, id, target, message).await?);
    }
    if let Some(said) = all_done(approving, &rows) {
        return Ok(see_other_saying(HERE, &said));
    }
    let mut tx = app.db.read().await?;
    page::html(&OutcomePage {
        shell: Shell::new(&mut tx, &staff, Section::Requests, Flash::default()).await?,
        approving,
        rows,
    })
}

/// What the list says where every request was decided; `None` where one wasn't, which
/// needs a page.
fn all_done(approving: bool, rows: &[Row]) -> Option<String> {
    if rows.is_empty() || rows.iter().any(|row| row.outcome.is_err()) {
        return None;
    }
    let what = if approving { "approved" } else { "denied" };
    Some(match rows {
        [one] => format!("The request of {} is {what}.", one.who),
        rows => format!("{} requests {what}.", rows.len()),
    })
}

/// Decides one, in a transaction of its own. Another organization's is not told of.
async fn one(
    app: &App,
    staff: &Staff,
    id: AccessRequestId,
    target: Target,
    denial: Option<&str>,
) -> WebResult<Option<Row>> {
    let act = staff.action(app);
    let mut tx = app.db.begin().await?;
    let Some(request) = store::access_requests::by_id(&mut tx, act.org.id, id).await? else {
        return Ok(None);
    };
    let decided: Result<Done, DecideError> = match denial {
        None => access_requests::approve(&mut tx, act, id, target, &Terms::default())
            .await
            .map(|(_, account)| Done(Some((account.id, account.name)))),
        Some(message) => access_requests::deny(&mut tx, act, id, message)
            .await
            .map(|_| Done(None)),
    };
    let outcome = match decided {
        Ok(done) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(error) => Err(explain_decision(error)?),
    };
    Ok(Some(Row {
        who: request.display_name(),
        email: request.email.to_string(),
        outcome,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_says_which_request_goes_where() {
        let id: AccessRequestId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let account: AccountId = "01900000-0000-7000-8000-000000000002".parse().unwrap();
        for target in [
            Target::Account(account),
            Target::from("Known as Acme to us"),
            Target::from(""),
        ] {
            assert_eq!(read_ticket(&ticket(id, &target)), Some((id, target)));
        }
        assert_eq!(read_ticket("x to y"), None);
    }
}
