//! Putting an account away, and bringing it back.

use axum::extract::{Path, State};
use domain::ids::AccountId;

use crate::app::App;
use crate::use_cases::accounts;
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Undo, see_other_with_undo};
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

pub(super) async fn archive(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    set(&app, &staff, page::id(&id)?, true).await
}

pub(super) async fn restore(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    set(&app, &staff, page::id(&id)?, false).await
}

async fn set(app: &App, staff: &Staff, id: AccountId, archive: bool) -> WebResult {
    let mut tx = app.db.begin().await?;
    let act = staff.action(app);
    let name = accounts::set_archived(&mut tx, act, id, archive).await?;
    tx.commit().await?;
    let (said, undo) = if archive {
        let said = format!("{name} is archived. Its members have no access.");
        (said, Undo::Archiving(id))
    } else {
        let said = format!("{name} is restored, with its members.");
        (said, Undo::Restoring(id))
    };
    let to = format!("/dashboard/accounts/{id}");
    Ok(see_other_with_undo(&to, &said, undo))
}
