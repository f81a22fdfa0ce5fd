//! The item that brought a visitor to a form, remembered until they can read it: through
//! the request for access, the emailed link, signing in and the NDA.

use domain::access_requests::RequestedItem;
use domain::ids::ItemId;
use serde::Deserialize;

use crate::app::App;
use crate::web::http::error::WebResult;
use crate::web::http::visitor::StatusPage;

/// The item's id in an address; empty for none.
#[derive(Deserialize)]
pub(super) struct ItemQuery {
    #[serde(default)]
    pub item: String,
}

/// The item of that id, if the organization has it.
pub(super) async fn find(
    app: &App,
    page: &StatusPage,
    id: &str,
) -> WebResult<Option<RequestedItem>> {
    let Ok(id) = id.parse() else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let found = store::content::items::by_id(&mut tx, page.org.id, id).await?;
    Ok(found.map(|item| RequestedItem {
        id: item.id,
        title: item.title,
    }))
}

/// The item's page, or the trust center.
pub(super) fn path_to(page: &StatusPage, item: Option<ItemId>) -> String {
    match item {
        Some(item) => page.path(&format!("/items/{item}")),
        None => page.path(""),
    }
}

/// The item's page, or the trust center, for an id that came along in a form or an address:
/// the item may have been deleted since.
pub(super) async fn path_to_found(app: &App, page: &StatusPage, id: &str) -> WebResult<String> {
    let item = find(app, page, id).await?;
    Ok(path_to(page, item.map(|item| item.id)))
}

/// The item's id as an address or a form has it.
pub(super) fn parsed(id: &str) -> Option<ItemId> {
    id.parse().ok()
}

/// The form for a link that leads there.
pub(super) fn sign_in(page: &StatusPage, item: Option<ItemId>) -> String {
    match item {
        Some(item) => page.path(&format!("/sign-in?item={item}")),
        None => page.path("/sign-in"),
    }
}

/// The NDA, from which signing leads there.
pub(super) fn nda(page: &StatusPage, item: Option<ItemId>) -> String {
    match item {
        Some(item) => page.path(&format!("/nda?item={item}")),
        None => page.path("/nda"),
    }
}
