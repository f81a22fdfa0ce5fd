//! The page of answers that staff keep to use again.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use domain::conversations::SavedReply;
use domain::ids::SavedReplyId;
use domain::limits::COMMENT;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::conversations::saved_replies::{self, SavedReplyError};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::COMMENT_FORM_KIB;

pub(super) const HERE: &str = "/dashboard/conversations/replies";
const STALE: &str = "Someone changed this reply while you were writing. Go back, copy your text, and reload \
     the page.";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/conversations/replies", get(list).post(add))
        .route(
            "/dashboard/conversations/replies/{id}",
            get(text).post(edit),
        )
        .route("/dashboard/conversations/replies/{id}/delete", post(delete))
        .layer(DefaultBodyLimit::max(COMMENT_FORM_KIB * 1024))
}

#[derive(Template)]
#[template(path = "dashboard/conversations/saved_replies.html")]
struct RepliesPage {
    shell: Shell,
    replies: Vec<SavedReply>,
    /// The one whose form was sent, or `None` for the form of a new one.
    sent: Option<SavedReplyId>,
    typed: Typed,
    problems: Problems,
    most: usize,
}

impl RepliesPage {
    /// Whether the form of this reply was sent with a mistake.
    fn is_wrong(&self, reply: &SavedReply) -> bool {
        self.sent == Some(reply.id)
    }

    /// What the form of a reply shows.
    fn shown<'a>(&'a self, reply: &'a SavedReply) -> (&'a str, &'a str) {
        if self.is_wrong(reply) {
            (&self.typed.title, &self.typed.text)
        } else {
            (&reply.title, &reply.text)
        }
    }

    fn problem_of(&self, reply: &SavedReply, field: &str) -> &str {
        if self.is_wrong(reply) {
            self.problems.of(field)
        } else {
            ""
        }
    }

    /// What is wrong with the form of a new one.
    fn problem_of_new(&self, field: &str) -> &str {
        match self.sent {
            None => self.problems.of(field),
            Some(_) => "",
        }
    }

    fn typed_of_new(&self) -> (&str, &str) {
        match self.sent {
            None => (&self.typed.title, &self.typed.text),
            Some(_) => ("", ""),
        }
    }
}

#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    version: i64,
}

async fn list(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<RepliesPage> {
    let mut tx = app.db.read().await?;
    Ok(RepliesPage {
        shell: Shell::new(&mut tx, staff, Section::Conversations, flash).await?,
        replies: store::conversations::saved_replies::list(&mut tx, staff.org.id).await?,
        sent: None,
        typed: Typed::default(),
        problems: Problems::default(),
        most: COMMENT,
    })
}

/// The text of one, for the script that inserts it.
async fn text(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> WebResult {
    let mut tx = app.db.read().await?;
    let id = page::id(&id)?;
    let text = store::conversations::saved_replies::text(&mut tx, staff.org.id, id).await?;
    Ok(text.ok_or(WebError::NotFound)?.into_response())
}

async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(typed): Form<Typed, COMMENT_FORM_KIB>,
) -> WebResult {
    keep(&app, &staff, None, typed).await
}

async fn edit(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(typed): Form<Typed, COMMENT_FORM_KIB>,
) -> WebResult {
    keep(&app, &staff, Some(page::id(&id)?), typed).await
}

async fn keep(app: &App, staff: &Staff, which: Option<SavedReplyId>, typed: Typed) -> WebResult {
    let mut tx = app.db.begin().await?;
    let act = staff.action(app);
    let saved = which.map(|id| (id, typed.version));
    match saved_replies::save(&mut tx, act, saved, &typed.title, &typed.text).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other_saying(HERE, "The reply is saved."))
        }
        Err(SavedReplyError::Invalid(problems)) => {
            drop(tx);
            let page = RepliesPage {
                sent: which,
                typed,
                problems,
                ..load(app, staff, Flash::default()).await?
            };
            page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(SavedReplyError::NotFound) => Err(WebError::NotFound),
        Err(SavedReplyError::Stale) => Err(WebError::Stale(STALE.to_owned())),
        Err(SavedReplyError::Store(error)) => Err(error.into()),
    }
}

async fn delete(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    match saved_replies::delete(&mut tx, staff.action(&app), page::id(&id)?).await {
        Ok(()) => tx.commit().await?,
        Err(SavedReplyError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(WebError::NotFound),
    }
    Ok(see_other_saying(HERE, "The reply is deleted."))
}
