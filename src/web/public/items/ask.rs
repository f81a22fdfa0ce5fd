//! Asking for an item that one's access doesn't include.

use axum::extract::{Path, State};
use domain::ids::ItemId;

use crate::app::App;
use crate::use_cases::conversations::ask_for_item::ask_for;
use crate::use_cases::visitors::access::{Access, ItemAccess};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::refused::members_only;

pub(super) async fn submit(
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let (Access::Open(member) | Access::NdaFirst(member)) = page.access() else {
        return members_only(&page, Some(id));
    };
    let mut tx = app.db.begin().await?;
    let item = store::content::items::by_id(&mut tx, page.org.id, id).await?;
    let item = item.ok_or(WebError::NotFound)?;
    let to = page.path(&format!("/items/{id}"));
    if page.item_access(&item) != ItemAccess::NotIncluded {
        return Ok(page::see_other(&to));
    }
    let (ambient, url) = (&app.ambient, &app.config.public_url);
    let is_new = ask_for(&mut tx, ambient, &page.org, url, member, &item).await?;
    tx.commit().await?;
    let org = &page.org.name;
    let said = if is_new {
        format!("{org} knows that you would like to read this. They will come back to you.")
    } else {
        format!("You have asked for this already; {org} knows.")
    };
    Ok(see_other_saying(&to, &said))
}
