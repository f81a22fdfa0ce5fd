//! Filters that someone of the staff kept under a name, above the list that they filter.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use domain::ids::SavedViewId;
use domain::staff::saved_view::SavedList;
use serde::Deserialize;
use store::Tx;
use url::form_urlencoded;

use crate::app::App;
use crate::use_cases::staff::saved_views::{self, SavedViewError};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

/// What belongs to the page that is shown, and not to the filters.
const NOT_KEPT: [&str; 4] = ["before", "after", "at", "cancel"];

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/views", post(save))
        .route("/dashboard/views/{id}/remove", post(remove))
}

/// The views of one list, for `templates/dashboard/saved_views.html`.
pub(super) struct SavedViews {
    pub list: SavedList,
    pub views: Vec<ViewLink>,
    /// The filters that are on; empty where none is.
    pub query: String,
}

/// A view as a link.
pub(super) struct ViewLink {
    pub id: SavedViewId,
    pub title: String,
    pub href: String,
    pub is_current: bool,
}

impl SavedViews {
    /// Those of the person who looks at the list; `query` is that of the list's address.
    pub(super) async fn read(
        tx: &mut Tx,
        staff: &Staff,
        list: SavedList,
        query: &str,
    ) -> store::Result<Self> {
        let query = kept(query);
        let views =
            store::staff::saved_views::of_list(tx, staff.org.id, staff.user.id, list).await?;
        let views = views.into_iter().map(|view| ViewLink {
            is_current: view.query == query,
            href: address(list, &view.query),
            id: view.id,
            title: view.title,
        });
        Ok(Self {
            list,
            views: views.collect(),
            query,
        })
    }

    /// Whether the filters that are on could be kept.
    pub(super) fn can_save(&self) -> bool {
        !self.query.is_empty() && !self.views.iter().any(|view| view.is_current)
    }
}

#[derive(Deserialize)]
struct NewView {
    list: String,
    title: String,
    query: String,
}

async fn save(State(app): State<App>, staff: Staff, Form(new): Form<NewView>) -> WebResult {
    let list: SavedList = new
        .list
        .parse()
        .map_err(|_| WebError::BadRequest("This list's filters can’t be kept.".to_owned()))?;
    let query = kept(&new.query);
    let mut tx = app.db.begin().await?;
    let saved = saved_views::save(&mut tx, staff.action(&app), list, &new.title, &query).await;
    let message = match saved {
        Ok(()) => {
            tx.commit().await?;
            "View saved.".to_owned()
        }
        Err(SavedViewError::Store(error)) => return Err(error.into()),
        Err(error) => error.to_string(),
    };
    Ok(see_other_saying(&address(list, &query), &message))
}

async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> WebResult<Response> {
    let id: SavedViewId = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let removed = saved_views::remove(&mut tx, staff.action(&app), id).await?;
    let removed = removed.ok_or(WebError::NotFound)?;
    tx.commit().await?;
    let to = address(removed.list, &removed.query);
    Ok(see_other_saying(&to, "View removed."))
}

fn address(list: SavedList, query: &str) -> String {
    let (page, part) = match list {
        SavedList::Accounts => ("/dashboard/accounts", ""),
        SavedList::Deliveries => ("/dashboard/salesforce/deliveries", "#list"),
    };
    match query {
        "" => format!("{page}{part}"),
        query => format!("{page}?{query}{part}"),
    }
}

/// The filters of a query: what is empty or only says which part of the list is shown
/// isn't one.
fn kept(query: &str) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| !value.is_empty() && !NOT_KEPT.contains(&name.as_ref()));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_of_an_address_are_kept_and_its_page_is_not() {
        assert_eq!(
            kept("state=parked&q=H%C3%A4fen+%26+Co&kind=&before=x&cancel=y"),
            "state=parked&q=H%C3%A4fen+%26+Co"
        );
        assert_eq!(kept(""), "");
    }

    #[test]
    fn a_view_leads_to_its_list_and_nowhere_else() {
        let to = address(
            SavedList::Deliveries,
            &kept("//evil.example/?x=1#y&state=parked"),
        );
        assert!(
            to.starts_with("/dashboard/salesforce/deliveries?") && to.ends_with("#list"),
            "{to}"
        );
        assert_eq!(to.matches('#').count(), 1, "{to}");
        assert_eq!(address(SavedList::Accounts, ""), "/dashboard/accounts");
    }
}
