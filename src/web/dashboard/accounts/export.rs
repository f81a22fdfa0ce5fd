//! The list as CSV, for Editors and Admins: the accounts that its filter finds, all of them
//! in its order.

use axum::BoxError;
use axum::body::Body;
use axum::extract::{Query, State};
use domain::audit::Action;
use domain::nda::NdaKind;
use futures::stream;
use store::accounts::list::{self, AccountRow};

use super::asked::Asked;
use crate::app::App;
use crate::web::http::csv as table;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::EXPORT_ROWS_AT_ONCE;

const COLUMNS: [&str; 12] = [
    "account",
    "domain",
    "owner",
    "review",
    "nda",
    "profile",
    "access_until",
    "people",
    "last_activity",
    "created",
    "archived",
    "id",
];

pub(super) async fn csv(
    State(app): State<App>,
    Editor(staff): Editor,
    Query(asked): Query<Asked>,
) -> WebResult {
    let today = app.ambient.today();
    let mut tx = app.db.read().await?;
    let people = store::staff::users::list(&mut tx, staff.org.id).await?;
    drop(tx);
    let owner = match asked.owner.as_str() {
        "none" => "Unassigned",
        id => {
            let found = people.iter().find(|user| user.id.to_string() == id);
            found.map_or(id, |user| &user.name)
        }
    };
    let detail = asked.in_words(owner);
    staff.audit(&app, Action::ExportedAccounts, &detail).await?;
    let pieces = pieces(&app, &staff, &asked).await?;
    let body = Body::from_stream(stream::iter(pieces.into_iter().map(Ok::<_, BoxError>)));
    table::attachment(&format!("accounts-{today}.csv"), table::KIND, body)
}

/// The file in pieces. All of it is read in one transaction, so that an account that changes
/// meanwhile is neither left out nor there twice; it is over before a slow connection takes
/// the file, which has about 200 bytes for each account.
async fn pieces(app: &App, staff: &Staff, asked: &Asked) -> WebResult<Vec<Vec<u8>>> {
    let today = app.ambient.today();
    let (filter, order) = (asked.filter(today), asked.order());
    let at_once = i64::try_from(EXPORT_ROWS_AT_ONCE).unwrap_or(i64::MAX);
    let mut tx = app.db.read().await?;
    let mut pieces = Vec::new();
    let mut after = None;
    loop {
        let from = after.as_ref();
        let rows = list::page(&mut tx, staff.org.id, &filter, today, order, from, at_once).await?;
        let head = pieces.is_empty().then_some(&COLUMNS[..]);
        let text = table::piece(head, rows.iter().map(cells));
        pieces.push(text.map_err(|error| WebError::Internal(error.into()))?);
        if rows.len() < EXPORT_ROWS_AT_ONCE {
            return Ok(pieces);
        }
        after = rows.last().map(|row| row.position.clone());
    }
}

fn cells(row: &AccountRow) -> Vec<String> {
    let account = &row.account;
    let nda = match account.nda.kind {
        NdaKind::None => "Not required",
        _ if account.nda.is_settled() => "Complete",
        _ => "Pending",
    };
    vec![
        account.name.clone(),
        account.domain.clone(),
        row.owner.clone(),
        account.review.title().to_owned(),
        nda.to_owned(),
        if row.profile.is_empty() {
            "Default".to_owned()
        } else {
            row.profile.clone()
        },
        text(account.access_until),
        row.members.to_string(),
        text(row.last_activity),
        account.created_at.to_string(),
        text(account.archived_at),
        account.id.to_string(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
