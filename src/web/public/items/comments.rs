//! Commenting on an item.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use domain::conversations::CommentText;
use domain::ids::ItemId;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::conversations::comment;
use crate::use_cases::visitors::access::ItemAccess;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::{COMMENT_FORM_KIB, COMMENTS_PER_VISITOR};
use crate::web::public::items::page::item_page;
use crate::web::public::refused::{is_allowed, members_only, not_included};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/items/{id}/comments", post(submit))
        .layer(DefaultBodyLimit::max(COMMENT_FORM_KIB * 1024))
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
    Form(fields): Form<Fields, COMMENT_FORM_KIB>,
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
    if !is_allowed(&app, &key, COMMENTS_PER_VISITOR).await? {
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
