//! Conversations with visitors about items: what waits for an answer, and
//! answering.

mod saved_replies;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::conversations::{CommentText, SavedReply, Thread};
use domain::ids::{CommentId, ThreadId};
use domain::limits::COMMENT;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::conversations::{self, Reply};
use crate::web::components::conversation::CommentView;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::{COMMENT_FORM_KIB, CONVERSATIONS};

const HERE: &str = "/dashboard/conversations";
/// The address of the saved replies.
pub(super) const REPLIES: &str = saved_replies::HERE;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/conversations", get(list))
        .route("/dashboard/conversations/{thread}", get(thread))
        .route("/dashboard/conversations/{thread}/answer", post(answer))
        .route("/dashboard/conversations/{thread}/settle", post(settle))
        .layer(DefaultBodyLimit::max(COMMENT_FORM_KIB * 1024))
        .merge(saved_replies::router())
}

#[derive(Template)]
#[template(path = "dashboard/conversations/list.html")]
struct ConversationsPage {
    shell: Shell,
    waiting: Vec<Row>,
    answered: Vec<Row>,
    later: bool,
    older: Option<String>,
}

/// A thread, and how the last comment begins.
struct Row {
    thread: Thread,
    last_name: String,
    excerpt: String,
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    before: String,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let org = staff.org.id;
    let before = ThreadId::parse(&asked.before);
    let waiting = match before {
        None => store::conversations::waiting(&mut tx, org).await?,
        Some(_) => Vec::new(),
    };
    let one_more = i64::try_from(CONVERSATIONS + 1).unwrap_or(i64::MAX);
    let mut answered = store::conversations::answered(&mut tx, org, before, one_more).await?;
    let more = answered.len() > CONVERSATIONS;
    answered.truncate(CONVERSATIONS);
    let last = answered.last().filter(|_| more);
    page::html(&ConversationsPage {
        shell: Shell::new(&mut tx, &staff, Section::Conversations, flash).await?,
        later: before.is_some(),
        older: last.map(|thread| thread.id.to_string()),
        waiting: rows(&mut tx, &staff, waiting).await?,
        answered: rows(&mut tx, &staff, answered).await?,
    })
}

async fn rows(tx: &mut Tx, staff: &Staff, threads: Vec<Thread>) -> WebResult<Vec<Row>> {
    let mut rows = Vec::with_capacity(threads.len());
    for thread in threads {
        let last = store::conversations::comments::newest(tx, staff.org.id, thread.id).await?;
        let (last_name, text) = last.map_or_else(Default::default, |comment| {
            (comment.author_name, comment.text)
        });
        rows.push(Row {
            thread,
            last_name,
            excerpt: ::domain::deliveries::task::cut(&text, 240),
        });
    }
    Ok(rows)
}

#[derive(Template)]
#[template(path = "dashboard/conversations/conversation.html")]
struct ConversationPage {
    shell: Shell,
    thread: Thread,
    comments: Vec<CommentView>,
    /// The last comment on the page.
    seen: String,
    typed: String,
    mistake: String,
    most: usize,
    /// Answers to use again.
    replies: Vec<SavedReply>,
}

impl ConversationPage {
    /// What the field is called that staff write in.
    fn label(&self) -> &'static str {
        match self.thread.waiting_since {
            Some(_) => "Your answer",
            None => "Reply",
        }
    }
}

#[derive(Deserialize)]
struct Insert {
    /// The saved reply that the answer begins with.
    #[serde(default)]
    reply: String,
}

async fn thread(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Query(insert): Query<Insert>,
    flash: Flash,
) -> WebResult {
    let mut shown = load(&app, &staff, page::id(&id)?, flash).await?;
    let chosen = shown.replies.iter();
    if let Some(reply) = chosen
        .into_iter()
        .find(|one| one.id.to_string() == insert.reply)
    {
        shown.typed.clone_from(&reply.text);
    }
    page::html(&shown)
}

async fn load(app: &App, staff: &Staff, id: ThreadId, flash: Flash) -> WebResult<ConversationPage> {
    let mut tx = app.db.read().await?;
    let org = &staff.org;
    let thread = store::conversations::by_id(&mut tx, org.id, id).await?;
    let thread = thread.ok_or(WebError::NotFound)?;
    let comments = store::conversations::comments::of_thread(&mut tx, org.id, id).await?;
    let replies = if staff.is_editor() {
        store::conversations::saved_replies::list(&mut tx, org.id).await?
    } else {
        Vec::new()
    };
    let seen = comments.last().map(|comment| comment.id.to_string());
    let views = comments
        .into_iter()
        .map(|comment| CommentView::from_comment(comment, &org.name, &thread.account_name));
    Ok(ConversationPage {
        shell: Shell::new(&mut tx, staff, Section::Conversations, flash).await?,
        comments: views.collect(),
        seen: seen.unwrap_or_default(),
        thread,
        typed: String::new(),
        mistake: String::new(),
        most: COMMENT,
        replies,
    })
}

#[derive(Deserialize)]
struct AnswerForm {
    seen: String,
    #[serde(default)]
    text: String,
}

async fn answer(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<AnswerForm, COMMENT_FORM_KIB>,
) -> WebResult {
    let thread: ThreadId = page::id(&id)?;
    let text = match CommentText::parse(&form.text) {
        Ok(text) => text,
        Err(error) => {
            let mut shown = load(&app, &staff, thread, Flash::default()).await?;
            shown.mistake = format!("{error}.");
            shown.typed = form.text;
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
    };
    let reply = Reply {
        thread,
        seen: seen(&form.seen)?,
        text: &text,
    };
    let mut tx = app.db.begin().await?;
    let id = conversations::answer(&mut tx, staff.action(&app), reply).await?;
    tx.commit().await?;
    let to = format!("{HERE}/{thread}#comment-{id}");
    Ok(see_other_saying(&to, "Your answer is sent."))
}

#[derive(Deserialize)]
struct SettleForm {
    seen: String,
}

async fn settle(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<SettleForm>,
) -> WebResult {
    let thread: ThreadId = page::id(&id)?;
    let seen = seen(&form.seen)?;
    let mut tx = app.db.begin().await?;
    conversations::settle(&mut tx, staff.action(&app), thread, seen).await?;
    tx.commit().await?;
    Ok(see_other_saying(
        HERE,
        "The conversation no longer waits for an answer.",
    ))
}

fn seen(text: &str) -> WebResult<CommentId> {
    let reload = "The form is incomplete. Go back, reload the page and send it again.";
    CommentId::parse(text).ok_or_else(|| WebError::BadRequest(reload.to_owned()))
}
