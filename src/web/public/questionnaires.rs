//! Questionnaires of a member's account: sending one, and getting it back.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::get;
use domain::documents::{Document, limit_size};
use domain::ids::{DocumentId, QuestionnaireId};
use domain::limits::QUESTIONNAIRE_NOTE;
use domain::questionnaires::{Questionnaire, QuestionnaireState};
use store::Tx;

use crate::app::App;
use crate::files::{Accept, FilesError, UPLOAD_LIMIT};
use crate::use_cases::problems::Problems;
use crate::use_cases::questionnaires::{self, QuestionnaireError, Wishes};
use crate::use_cases::visitors::MemberOf;
use crate::web::http::download::send;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::FileForm;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::page;
use crate::web::http::upload::{Sender, Upload, failed};
use crate::web::http::visitor::StatusPage;
use crate::web::limits::QUESTIONNAIRES_PER_VISITOR;
use crate::web::public::frame::Frame;
use crate::web::public::refused::{is_allowed, members_only};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/questionnaires", get(list).post(submit))
        .route("/questionnaires/{id}/file", get(file))
        .route("/questionnaires/{id}/answer", get(answer))
}

#[derive(Template)]
#[template(path = "public/questionnaires.html")]
struct QuestionnairesPage {
    frame: Frame,
    account: String,
    rows: Vec<Row>,
    wishes: Wishes,
    problems: Problems,
    upload_problem: String,
    upload_limit: String,
    today: String,
    most_note: usize,
}

struct Row {
    one: Questionnaire,
    document: Option<Document>,
    answer: Option<Document>,
}

impl Row {
    fn is_done(&self) -> bool {
        self.one.state == QuestionnaireState::Done
    }
}

async fn list(
    State(app): State<App>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let Some(member) = page.member() else {
        return members_only(&page, None);
    };
    page::html(&load(&app, &page, member, flash).await?)
}

async fn load(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    flash: Option<String>,
) -> WebResult<QuestionnairesPage> {
    let mut tx = app.db.read().await?;
    let org = page.org.id;
    let mut rows = Vec::new();
    for one in store::questionnaires::of_account(&mut tx, org, member.account.id).await? {
        let answer = match one.answer {
            Some(id) => store::documents::by_id(&mut tx, org, id).await?,
            None => None,
        };
        rows.push(Row {
            document: store::documents::by_id(&mut tx, org, one.document).await?,
            answer,
            one,
        });
    }
    Ok(QuestionnairesPage {
        frame: Frame::new(page, flash),
        account: member.account.name.clone(),
        rows,
        wishes: Wishes::default(),
        problems: Problems::default(),
        upload_problem: String::new(),
        upload_limit: limit_size(UPLOAD_LIMIT),
        today: app.ambient.today().to_string(),
        most_note: QUESTIONNAIRE_NOTE,
    })
}

async fn submit(State(app): State<App>, page: StatusPage, form: WebResult<FileForm>) -> WebResult {
    let Some(member) = page.member() else {
        return members_only(&page, None);
    };
    let key = format!("questionnaire:{}", member.visitor.id);
    if !is_allowed(&app, &key, QUESTIONNAIRES_PER_VISITOR).await? {
        return Err(WebError::TooMany(
            "You have sent many files in the last hour. This one was not taken; send it later."
                .to_owned(),
        ));
    }
    let from = Sender {
        org: page.org.id,
        account: Some(member.account.id),
    };
    let upload = Upload::receive(&app, from, Accept::Questionnaires, form?).await;
    let wishes = Wishes {
        due_on: upload.field("due_on"),
        note: upload.field("note"),
    };
    match hand_in(&app, &page, member, &upload, &wishes).await {
        Ok(()) => {
            let said = format!(
                "Your questionnaire is sent. You get an email when {} has completed it.",
                page.org.name
            );
            Ok(see_other_saying(&page.path("/questionnaires"), &said))
        }
        Err(Refusal::Other(error)) => Err(error),
        Err(refusal) => {
            let mut shown = load(&app, &page, member, None).await?;
            shown.wishes = wishes;
            let mut status = StatusCode::UNPROCESSABLE_ENTITY;
            match refusal {
                Refusal::File(problem, is_large) => {
                    shown.upload_problem = problem;
                    if is_large {
                        status = StatusCode::PAYLOAD_TOO_LARGE;
                    }
                }
                Refusal::Words(problems) => {
                    shown.problems = problems;
                    "Choose the file again.".clone_into(&mut shown.upload_problem);
                }
                Refusal::Other(_) => {}
            }
            page::html_with(status, &shown)
        }
    }
}

/// Why a questionnaire was not taken.
enum Refusal {
    /// What is wrong with the file, and whether it is its size.
    File(String, bool),
    Words(Problems),
    Other(WebError),
}

async fn hand_in(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    upload: &Upload,
    wishes: &Wishes,
) -> Result<(), Refusal> {
    let document = match &upload.file {
        Ok(document) => document,
        Err(error) if error.is_the_uploads_fault() => {
            let is_large = matches!(error, FilesError::TooLarge(_));
            return Err(Refusal::File(format!("{error}."), is_large));
        }
        Err(error) => return Err(Refusal::Other(failed(error.clone()))),
    };
    let saved = async {
        let mut tx = app.db.begin().await?;
        let (ambient, url) = (&app.ambient, &app.config.public_url);
        questionnaires::upload(&mut tx, ambient, &page.org, url, member, document, wishes).await?;
        Ok::<_, QuestionnaireError>(tx.commit().await?)
    };
    match saved.await {
        Ok(()) => Ok(()),
        Err(error) => {
            upload.forget(app).await;
            Err(match error {
                QuestionnaireError::Invalid(problems) => Refusal::Words(problems),
                error => Refusal::Other(error.into()),
            })
        }
    }
}

async fn file(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    give(&app, &method, &headers, &page, &id, |one| {
        Some(one.document)
    })
    .await
}

async fn answer(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    give(&app, &method, &headers, &page, &id, |one| one.answer).await
}

/// A file of the account's own; another account's isn't there.
async fn give(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    page: &StatusPage,
    id: &str,
    which: fn(&Questionnaire) -> Option<DocumentId>,
) -> WebResult {
    let Some(member) = page.member() else {
        return members_only(page, None);
    };
    let id: QuestionnaireId = page::id(id)?;
    let mut tx = app.db.read().await?;
    let found = store::questionnaires::by_id(&mut tx, page.org.id, id).await?;
    let one = found.filter(|one| one.account == member.account.id);
    let document = document(&mut tx, page, one.as_ref().and_then(which)).await?;
    drop(tx);
    send(app, method, headers, &document, "attachment").await
}

async fn document(tx: &mut Tx, page: &StatusPage, id: Option<DocumentId>) -> WebResult<Document> {
    let id = id.ok_or(WebError::NotFound)?;
    let found = store::documents::by_id(tx, page.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}
