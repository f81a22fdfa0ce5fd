//! The list as CSV, for Editors and Admins: the accounts that its filter finds, all of them
//! in its order. They are read while they are sent, some at a time.

use axum::BoxError;
use axum::body::Body;
use axum::extract::{Query, State};
use domain::audit::Action;
use domain::nda::NdaKind;
use futures::stream;
use jiff::civil::Date;
use store::accounts::list::{self, AccountRow, Filter};
use store::accounts::order::{Order, Position};

use super::asked::Asked;
use crate::app::App;
use crate::web::http::csv as table;
use crate::web::http::error::WebResult;
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
            found.map_or("", |user| &user.name)
        }
    };
    let detail = asked.in_words(owner);
    staff.audit(&app, Action::ExportedAccounts, &detail).await?;
    let rest = Rest {
        filter: asked.filter(today),
        order: asked.order(),
        app,
        staff,
        today,
        after: None,
        begins: true,
        is_over: false,
    };
    let body = Body::from_stream(stream::try_unfold(rest, next));
    table::attachment(&format!("accounts-{today}.csv"), table::KIND, body)
}

/// What of an export is still to be sent.
struct Rest {
    app: App,
    staff: Staff,
    filter: Filter,
    order: Order,
    today: Date,
    after: Option<Position>,
    begins: bool,
    is_over: bool,
}

/// No transaction is open while a slow connection takes what was read.
async fn next(mut rest: Rest) -> Result<Option<(Vec<u8>, Rest)>, BoxError> {
    if rest.is_over {
        return Ok(None);
    }
    let rows = read(&rest).await?;
    rest.is_over = rows.len() < EXPORT_ROWS_AT_ONCE;
    let head = rest.begins.then_some(&COLUMNS[..]);
    let text = table::piece(head, rows.iter().map(cells))?;
    rest.begins = false;
    rest.after = rows.last().map(|row| row.position.clone());
    Ok(Some((text, rest)))
}

async fn read(rest: &Rest) -> store::Result<Vec<AccountRow>> {
    let at_once = i64::try_from(EXPORT_ROWS_AT_ONCE).unwrap_or(i64::MAX);
    let mut tx = rest.app.db.read().await?;
    let org = rest.staff.org.id;
    let after = rest.after.as_ref();
    list::page(
        &mut tx,
        org,
        &rest.filter,
        rest.today,
        rest.order,
        after,
        at_once,
    )
    .await
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
