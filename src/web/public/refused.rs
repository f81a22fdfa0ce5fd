//! What visitors are told who may not do or see something.

use domain::dates;
use domain::ids::ItemId;

use crate::app::App;
use crate::use_cases::visitors::access::Access;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::WINDOW;
use crate::web::public::requested_item;

/// For visitors who are signed in and were given no access, or have none anymore.
pub(super) fn no_access(page: &StatusPage) -> WebError {
    let org = &page.org.name;
    WebError::Forbidden(match page.access() {
        Access::Expired(until) => format!(
            "Your access to the trust center of {org} ended on {}. Request access there again, \
             and you will get an email when it is granted.",
            dates::day(until)
        ),
        _ => format!(
            "This is shared with customers and prospects of {org}. Request access on its trust \
             center, and you will get an email when it is granted."
        ),
    })
}

/// For a member whose account's access leaves this out.
pub(super) fn not_included(page: &StatusPage) -> WebError {
    WebError::Forbidden(format!(
        "This is not part of your access. You can ask {} for it on the page of the item.",
        page.org.name
    ))
}

/// Visitors who aren't signed in are asked to, and those whose account has to sign the NDA
/// are led to it; the others have no access.
pub(in crate::web::public) fn members_only(page: &StatusPage, item: Option<ItemId>) -> WebResult {
    match page.access() {
        Access::Anonymous => Ok(page::see_other(&requested_item::sign_in(page, item))),
        Access::NdaFirst(_) => Ok(page::see_other(&requested_item::nda(page, item))),
        Access::Expired(_) => Err(no_access(page)),
        Access::NoAccount | Access::Open(_) => Err(WebError::Forbidden(format!(
            "Only people with access can do this. Request access on the trust center of {}, and \
             you will get an email when it is granted.",
            page.org.name
        ))),
    }
}

/// Counts in a transaction of its own, so that a refused attempt counts too.
pub(in crate::web::public) async fn is_allowed(app: &App, key: &str, most: i64) -> WebResult<bool> {
    let mut tx = app.db.begin().await?;
    let now = app.ambient.now();
    let allowed = store::rate_limits::allow(&mut tx, key, most, WINDOW, now).await?;
    tx.commit().await?;
    Ok(allowed)
}
