//! Looking at the trust center with an account's eyes.

use axum::extract::{Path, State};
use domain::ids::AccountId;

use crate::app::App;
use crate::use_cases::visitors::account_view::{self, ViewError};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

pub(super) async fn begin(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    match account_view::begin(&mut tx, staff.action(&app), id).await {
        Ok(()) => tx.commit().await?,
        Err(ViewError::NotFound) => return Err(WebError::NotFound),
        Err(ViewError::Archived(name)) => {
            return Err(WebError::Forbidden(format!(
                "{name} is archived: its members see only what is public. Restore the account to \
                 view the trust center as its members do."
            )));
        }
        Err(ViewError::Store(error)) => return Err(error.into()),
    }
    Ok(page::see_other(&format!("/trust/{}", staff.org.slug)))
}

pub(super) async fn leave(State(app): State<App>, staff: Staff) -> WebResult {
    let mut tx = app.db.begin().await?;
    let left = account_view::leave(&mut tx, staff.action(&app)).await?;
    tx.commit().await?;
    Ok(match left {
        Some(id) => {
            let to = format!("/dashboard/accounts/{id}");
            see_other_saying(&to, "You left the view of the trust center.")
        }
        None => see_other_saying("/dashboard/accounts", "This view has already ended."),
    })
}
