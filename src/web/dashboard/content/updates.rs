//! Updates: drafts, what is published, and mailing them.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use domain::content::update::{Update, UpdateTopic};
use domain::ids::UpdateId;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::content::updates::{self, Act, UpdateDraft};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

const HERE: &str = "/dashboard/content/updates";

#[derive(Template)]
#[template(path = "dashboard/content/updates.html")]
struct UpdatesPage {
    shell: Shell,
    updates: Vec<Update>,
    subscribers: i64,
}

#[derive(Template)]
#[template(path = "dashboard/content/update.html")]
struct UpdatePage {
    shell: Shell,
    /// What is saved; `None` for a new one.
    saved: Option<Update>,
    version: i64,
    draft: UpdateDraft,
    subscribers: i64,
    stale: bool,
    problems: Problems,
}

impl UpdatePage {
    fn is_published(&self) -> bool {
        let update = self.saved.as_ref();
        update.is_some_and(|update| update.published_at.is_some())
    }

    fn has_topic(&self, topic: &UpdateTopic) -> bool {
        self.draft.topic.unwrap_or_default() == *topic
    }

    fn was_mailed(&self) -> bool {
        let update = self.saved.as_ref();
        update.is_some_and(|update| update.mailed_at.is_some())
    }
}

#[derive(Deserialize)]
struct UpdateForm {
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    topic: Option<String>,
    #[serde(default)]
    dated_on: String,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    act: String,
    #[serde(default)]
    mail: String,
}

impl UpdateForm {
    /// A button that isn't known saves a draft: nobody publishes by accident.
    fn act(&self) -> Act {
        match (self.act.as_str(), self.mail.as_str()) {
            ("publish", "yes") => Act::PublishAndMail,
            ("publish", _) => Act::Publish,
            _ => Act::Draft,
        }
    }
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(
            "/dashboard/content/updates",
            // A text of 20,000 characters may take four bytes each, and more in a form.
            get(list).post(add).layer(DefaultBodyLimit::max(256 * 1024)),
        )
        .route("/dashboard/content/updates/new", get(new))
        .route(
            "/dashboard/content/updates/{id}",
            get(form)
                .post(save)
                .layer(DefaultBodyLimit::max(256 * 1024)),
        )
        .route("/dashboard/content/updates/{id}/delete", post(delete))
}

async fn list(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    page::html(&UpdatesPage {
        shell: Shell::new(&mut tx, &staff, Section::Content, flash).await?,
        updates: store::content::updates::list(&mut tx, staff.org.id).await?,
        subscribers: store::content::subscribers::count_confirmed(&mut tx, staff.org.id).await?,
    })
}

async fn new(State(app): State<App>, Editor(staff): Editor) -> WebResult {
    page::html(&load(&app, &staff, None, Flash::default()).await?)
}

async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    page::html(&load(&app, &staff, Some(page::id(&id)?), flash).await?)
}

/// The form as it is saved.
async fn load(
    app: &App,
    staff: &Staff,
    id: Option<UpdateId>,
    flash: Flash,
) -> WebResult<UpdatePage> {
    let mut tx = app.db.read().await?;
    let saved = match id {
        Some(id) => {
            let found = store::content::updates::by_id(&mut tx, staff.org.id, id).await?;
            Some(found.ok_or(WebError::NotFound)?)
        }
        None => None,
    };
    let today = app.ambient.now().strftime("%Y-%m-%d").to_string();
    let draft = saved.as_ref().map(|update| UpdateDraft {
        title: update.title.clone(),
        body: update.body.clone(),
        topic: Some(update.topic),
        dated_on: update.dated_on.to_string(),
    });
    Ok(UpdatePage {
        shell: Shell::new(&mut tx, staff, Section::Content, flash).await?,
        version: saved.as_ref().map_or(0, |update| update.version),
        draft: draft.unwrap_or_else(|| UpdateDraft {
            dated_on: today,
            ..UpdateDraft::default()
        }),
        saved,
        subscribers: store::content::subscribers::count_confirmed(&mut tx, staff.org.id).await?,
        stale: false,
        problems: Problems::default(),
    })
}

async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(form): Form<UpdateForm, 256>,
) -> WebResult {
    publish(&app, &staff, None, form).await
}

async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<UpdateForm, 256>,
) -> WebResult {
    publish(&app, &staff, Some(page::id(&id)?), form).await
}

async fn publish(app: &App, staff: &Staff, id: Option<UpdateId>, form: UpdateForm) -> WebResult {
    let what = form.act();
    let topic = form.topic.map(|topic| topic.parse::<UpdateTopic>());
    let topic = topic.transpose().map_err(WebError::BadRequest)?;
    let which = id.map(|id| (id, form.version));
    let draft = UpdateDraft {
        title: form.title,
        body: form.body,
        topic,
        dated_on: form.dated_on,
    };
    let mut tx = app.db.begin().await?;
    let saved = updates::save(&mut tx, staff.action(app), which, &draft, what).await;
    let error = match saved {
        Ok((_, readers)) => {
            tx.commit().await?;
            return Ok(said(what, readers));
        }
        Err(error) => error,
    };
    drop(tx);
    let refused = Refused::try_from(error)?;
    let page = UpdatePage {
        draft,
        problems: refused.problems,
        stale: refused.is_stale,
        ..load(app, staff, id, Flash::default()).await?
    };
    page::html_with(refused.status, &page)
}

fn said(act: Act, readers: i64) -> Response {
    let message = match (act, readers) {
        (Act::Draft, _) => "The draft is saved. Visitors don’t see it.".to_owned(),
        (Act::Publish, _) => "The update is published.".to_owned(),
        (Act::PublishAndMail, 0) => {
            "The update is published. Nobody subscribed to its topic, so nothing was emailed."
                .to_owned()
        }
        (Act::PublishAndMail, 1) => {
            "The update is published, and on its way to 1 subscriber.".to_owned()
        }
        (Act::PublishAndMail, n) => {
            format!("The update is published, and on its way to {n} subscribers.")
        }
    };
    see_other_saying(HERE, &message)
}

async fn delete(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    updates::delete(&mut tx, staff.action(&app), page::id(&id)?).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "The update is deleted."))
}
