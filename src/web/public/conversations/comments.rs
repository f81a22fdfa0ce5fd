//! What a member's account and staff say about an item.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use domain::content::Item;
use domain::conversations::{COMMENT, CommentText};
use domain::ids::ItemId;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::conversations::comment;
use crate::use_cases::visitors::access::{Access, ItemAccess};
use crate::web::components::conversation::CommentView;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::content::trust_center::item_page;
use crate::web::public::documents::{no_access, not_included};

const WINDOW: Duration = Duration::from_hours(1);
/// Comments an hour of one visitor.
const PER_VISITOR: i64 = 30;
/// A form's size in KiB: the longest comment, with twelve bytes a character.
const FORM: usize = 160;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/items/{id}/comments", post(submit))
        .layer(DefaultBodyLimit::max(FORM * 1024))
}

/// The thread of the visitor's account, and the form below it.
pub(in crate::web::public) struct Conversation {
    pub account: String,
    pub comments: Vec<CommentView>,
    pub typed: String,
    pub mistake: String,
    pub most: usize,
}

impl Conversation {
    /// Nothing for whoever isn't a member, or may not read the item.
    pub async fn load(tx: &mut Tx, page: &StatusPage, item: &Item) -> WebResult<Option<Self>> {
        let Some(member) = page.member().filter(|_| page.opens(item)) else {
            return Ok(None);
        };
        let org = &page.org;
        let account = &member.account.name;
        let thread = store::conversations::of(tx, org.id, item.id, member.account.id).await?;
        let comments = match thread {
            Some(thread) => {
                store::conversations::comments::of_thread(tx, org.id, thread.id).await?
            }
            None => Vec::new(),
        };
        let views = comments
            .into_iter()
            .map(|comment| CommentView::of(comment, &org.name, account));
        Ok(Some(Self {
            comments: views.collect(),
            account: account.clone(),
            typed: String::new(),
            mistake: String::new(),
            most: COMMENT,
        }))
    }
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    text: String,
}

async fn submit(
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
    Form(fields): Form<Fields, FORM>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let Some(member) = page.member() else {
        return members_only(&page, Some(id));
    };
    let mut tx = app.db.read().await?;
    let item = store::content::items::by_id(&mut tx, page.org.id, id).await?;
    let item = item.ok_or(WebError::NotFound)?;
    drop(tx);
    if page.item_access(&item) == ItemAccess::NotIncluded {
        return Err(not_included(&page));
    }
    let text = match CommentText::parse(&fields.text) {
        Ok(text) => text,
        Err(error) => {
            let unfit = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&app, &page, id, fields.text, unfit, &format!("{error}.")).await;
        }
    };
    let key = format!("comment:{}", member.visitor.id);
    if !is_allowed(&app, &key, PER_VISITOR).await? {
        let wait =
            "You have sent many comments in the last hour. Keep this text, and send it later.";
        let many = StatusCode::TOO_MANY_REQUESTS;
        return again(&app, &page, id, fields.text, many, wait).await;
    }
    let mut tx = app.db.begin().await?;
    let (ambient, url) = (&app.ambient, &app.config.public_url);
    let id = comment(&mut tx, ambient, &page.org, url, member, &item, &text).await?;
    tx.commit().await?;
    let to = page.path(&format!("/items/{}#comment-{id}", item.id));
    let said = format!(
        "Your comment is sent. You get an email when {} answers.",
        page.org.name
    );
    Ok(see_other_saying(&to, &said))
}

/// Counts in a transaction of its own, so that a refused attempt counts too.
pub(in crate::web::public) async fn is_allowed(app: &App, key: &str, most: i64) -> WebResult<bool> {
    let mut tx = app.db.begin().await?;
    let now = app.ambient.now();
    let allowed = store::rate_limits::allow(&mut tx, key, most, WINDOW, now).await?;
    tx.commit().await?;
    Ok(allowed)
}

/// The item's page with the text still in the form.
async fn again(
    app: &App,
    page: &StatusPage,
    id: ItemId,
    typed: String,
    status: StatusCode,
    mistake: &str,
) -> WebResult {
    let mut shown = item_page(app, page, id, None).await?;
    if let Some(conversation) = &mut shown.conversation {
        conversation.typed = typed;
        mistake.clone_into(&mut conversation.mistake);
    }
    page::html_with(status, &shown)
}

/// Whoever isn't signed in is asked to, whose account has to sign the NDA is led to
/// it; who is left has no access.
pub(in crate::web::public) fn members_only(page: &StatusPage, item: Option<ItemId>) -> WebResult {
    match page.access() {
        Access::Anonymous => Ok(page::see_other(&page.path("/sign-in"))),
        Access::NdaFirst(_) => {
            let item = item.map_or_else(String::new, |item| format!("?item={item}"));
            Ok(page::see_other(&page.path(&format!("/nda{item}"))))
        }
        Access::Expired(_) => Err(no_access(page)),
        Access::NoAccount | Access::Open(_) => Err(WebError::Forbidden(format!(
            "Only people with access can do this. Request access on the trust center of {}, and \
             you will get an email when it is granted.",
            page.org.name
        ))),
    }
}
