//! Questionnaires that visitors sent: what is to be done, by whom, and returning
//! them.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{get, post};
use domain::documents::{Document, limit_size};
use domain::ids::{DocumentId, QuestionnaireId, StaffUserId};
use domain::organizations::Role;
use domain::questionnaires::{Questionnaire, QuestionnaireState};
use domain::staff::StaffUser;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::files::{Accept, FilesError, UPLOAD_LIMIT};
use crate::use_cases::questionnaires;
use crate::web::dashboard::documents::send_to_staff;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::FileForm;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::http::upload::{Upload, failed, forget};
use crate::web::limits::QUESTIONNAIRES;

const HERE: &str = "/dashboard/questionnaires";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/questionnaires", get(list))
        .route(
            "/dashboard/questionnaires/{questionnaire}",
            get(one).post(work),
        )
        .route("/dashboard/questionnaires/{questionnaire}/file", get(file))
        .route(
            "/dashboard/questionnaires/{questionnaire}/completed",
            get(completed),
        )
        .route(
            "/dashboard/questionnaires/{questionnaire}/complete",
            post(complete),
        )
}

#[derive(Template)]
#[template(path = "dashboard/questionnaires/list.html")]
struct QuestionnairesPage {
    shell: Shell,
    open: Vec<Row>,
    done: Vec<Row>,
    later: bool,
    older: Option<String>,
}

struct Row {
    one: Questionnaire,
    file_name: String,
    assignee: String,
    is_overdue: bool,
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
    let before = QuestionnaireId::parse(&asked.before);
    let open = match before {
        None => store::questionnaires::open(&mut tx, org).await?,
        Some(_) => Vec::new(),
    };
    let one_more = i64::try_from(QUESTIONNAIRES + 1).unwrap_or(i64::MAX);
    let mut done = store::questionnaires::done(&mut tx, org, before, one_more).await?;
    let more = done.len() > QUESTIONNAIRES;
    done.truncate(QUESTIONNAIRES);
    let last = done.last().filter(|_| more);
    page::html(&QuestionnairesPage {
        shell: Shell::new(&mut tx, &staff, Section::Questionnaires, flash).await?,
        later: before.is_some(),
        older: last.map(|one| one.id.to_string()),
        open: rows(&mut tx, &app, &staff, open).await?,
        done: rows(&mut tx, &app, &staff, done).await?,
    })
}

async fn rows(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    found: Vec<Questionnaire>,
) -> WebResult<Vec<Row>> {
    let org = staff.org.id;
    let today = app.ambient.today();
    let people = store::staff::users::list(tx, org).await?;
    let names: HashMap<StaffUserId, String> = people
        .into_iter()
        .map(|user| (user.id, user.name))
        .collect();
    let mut rows = Vec::with_capacity(found.len());
    for one in found {
        let document = store::documents::by_id(tx, org, one.document).await?;
        let assignee = one.assignee.and_then(|id| names.get(&id).cloned());
        rows.push(Row {
            file_name: document.map_or_else(String::new, |document| document.file_name),
            assignee: assignee.unwrap_or_default(),
            is_overdue: one.is_overdue(today),
            one,
        });
    }
    Ok(rows)
}

#[derive(Template)]
#[template(path = "dashboard/questionnaires/questionnaire.html")]
struct QuestionnairePage {
    shell: Shell,
    one: Questionnaire,
    document: Document,
    answer: Option<Document>,
    /// Who may be chosen to do it.
    colleagues: Vec<StaffUser>,
    assignee: String,
    is_overdue: bool,
    upload_problem: String,
    upload_limit: String,
}

impl QuestionnairePage {
    fn is_done(&self) -> bool {
        self.one.state == QuestionnaireState::Done
    }

    fn is_with(&self, user: &StaffUser) -> bool {
        self.one.assignee == Some(user.id)
    }
}

async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    page::html(&load(&app, &staff, page::id(&id)?, flash).await?)
}

async fn load(
    app: &App,
    staff: &Staff,
    id: QuestionnaireId,
    flash: Flash,
) -> WebResult<QuestionnairePage> {
    let mut tx = app.db.read().await?;
    let org = staff.org.id;
    let one = find(&mut tx, staff, id).await?;
    let document = document(&mut tx, staff, Some(one.document)).await?;
    let answer = match one.answer {
        Some(id) => store::documents::by_id(&mut tx, org, id).await?,
        None => None,
    };
    let people = store::staff::users::list(&mut tx, org).await?;
    let assignee = people.iter().find(|user| one.assignee == Some(user.id));
    Ok(QuestionnairePage {
        shell: Shell::new(&mut tx, staff, Section::Questionnaires, flash).await?,
        assignee: assignee.map_or_else(String::new, |user| user.name.clone()),
        colleagues: people
            .into_iter()
            .filter(|user| user.is_active && user.role >= Role::Editor)
            .collect(),
        is_overdue: one.is_overdue(app.ambient.today()),
        one,
        document,
        answer,
        upload_problem: String::new(),
        upload_limit: limit_size(UPLOAD_LIMIT),
    })
}

async fn find(tx: &mut Tx, staff: &Staff, id: QuestionnaireId) -> WebResult<Questionnaire> {
    let found = store::questionnaires::by_id(tx, staff.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}

async fn document(tx: &mut Tx, staff: &Staff, id: Option<DocumentId>) -> WebResult<Document> {
    let id = id.ok_or(WebError::NotFound)?;
    let found = store::documents::by_id(tx, staff.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}

async fn file(
    State(app): State<App>,
    staff: Staff,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let one = find(&mut tx, &staff, page::id(&id)?).await?;
    let document = document(&mut tx, &staff, Some(one.document)).await?;
    drop(tx);
    send_to_staff(&app, &staff, &method, &headers, &document).await
}

async fn completed(
    State(app): State<App>,
    staff: Staff,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let one = find(&mut tx, &staff, page::id(&id)?).await?;
    let document = document(&mut tx, &staff, one.answer).await?;
    drop(tx);
    send_to_staff(&app, &staff, &method, &headers, &document).await
}

#[derive(Deserialize)]
struct WorkForm {
    state: String,
    #[serde(default)]
    assignee: String,
}

async fn work(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<WorkForm>,
) -> WebResult {
    let id: QuestionnaireId = page::id(&id)?;
    let state = form.state.parse().map_err(WebError::BadRequest)?;
    let assignee = match form.assignee.as_str() {
        "" => None,
        chosen => Some(StaffUserId::parse(chosen).ok_or_else(|| {
            let choose = "Go back and choose a colleague from the list.";
            WebError::BadRequest(choose.to_owned())
        })?),
    };
    let mut tx = app.db.begin().await?;
    questionnaires::work_on(&mut tx, staff.action(&app), id, state, assignee).await?;
    tx.commit().await?;
    Ok(see_other_saying(&format!("{HERE}/{id}"), "Saved."))
}

async fn complete(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    form: WebResult<FileForm>,
) -> WebResult {
    let id: QuestionnaireId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    find(&mut tx, &staff, id).await?;
    drop(tx);
    let upload = Upload::receive(&app, staff.sender(), Accept::Questionnaires, form?).await;
    let document = match &upload.file {
        Ok(document) => document,
        Err(error) if error.is_the_uploads_fault() => {
            return refuse(&app, &staff, id, error).await;
        }
        Err(error) => return Err(failed(error.clone())),
    };
    let saved = async {
        let mut tx = app.db.begin().await?;
        let old = questionnaires::complete(&mut tx, staff.action(&app), id, document).await?;
        tx.commit().await?;
        Ok::<_, WebError>(old)
    };
    match saved.await {
        Ok(old) => {
            if let Some(old) = old {
                forget(&app, &old).await;
            }
            let said = format!("{} is returned.", document.file_name);
            Ok(see_other_saying(&format!("{HERE}/{id}"), &said))
        }
        Err(error) => {
            upload.forget(&app).await;
            Err(error)
        }
    }
}

async fn refuse(app: &App, staff: &Staff, id: QuestionnaireId, error: &FilesError) -> WebResult {
    let mut shown = load(app, staff, id, Flash::default()).await?;
    shown.upload_problem = format!("{error}.");
    let status = match error {
        FilesError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page::html_with(status, &shown)
}
