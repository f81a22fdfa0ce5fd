//! An item's document: its versions, and whether copies are marked.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use domain::content::Item;
use domain::documents::Document;
use domain::ids::{DocumentId, ItemId};
use serde::Deserialize;
use store::Tx;

use super::{HERE, forget, item};
use crate::app::App;
use crate::files::{Accept, FilesError};
use crate::use_cases::content::ContentError;
use crate::use_cases::documents;
use crate::web::dashboard::documents::send_to_staff;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::FileForm;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::pdfjs;
use crate::web::http::staff_session::{Editor, Reauthenticated, Staff};
use crate::web::http::upload::{Upload, failed};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/content/items/{id}/document", post(upload))
        .route(
            "/dashboard/content/items/{id}/document/remove",
            post(remove),
        )
        .route(
            "/dashboard/content/items/{id}/document/watermark",
            post(watermark),
        )
        .route(
            "/dashboard/content/items/{id}/document/view-only",
            post(view_only),
        )
        .route(
            "/dashboard/content/items/{id}/versions/{document}",
            get(file),
        )
        .route(
            "/dashboard/content/items/{id}/versions/{document}/current",
            post(make_current),
        )
        .route(
            "/dashboard/content/items/{id}/versions/{document}/delete",
            post(delete),
        )
}

async fn upload(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    form: WebResult<FileForm>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    let item = find(&mut tx, &staff, id).await?;
    let is_marked = store::content::items::is_watermarked(&mut tx, staff.org.id, item.id).await?;
    drop(tx);
    let upload = Upload::receive(&app, staff.sender(), Accept::Documents, form?).await;
    match take(&app, &staff, id, &upload, is_marked).await {
        Ok(said) => Ok(see_other_saying(&format!("{HERE}/items/{id}"), &said)),
        Err(refusal) => {
            upload.forget(&app).await;
            refuse(&app, &staff, id, upload.field("note"), refusal).await
        }
    }
}

/// Why an upload was not taken.
enum Refusal {
    File(FilesError),
    Other(ContentError),
}

impl<E: Into<ContentError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Makes what came in the current version.
async fn take(
    app: &App,
    staff: &Staff,
    id: ItemId,
    upload: &Upload,
    is_marked: bool,
) -> Result<String, Refusal> {
    let document = match &upload.file {
        Ok(document) => document,
        Err(error) => return Err(Refusal::File(error.clone())),
    };
    if is_marked && document.is_pdf() {
        let checked = app.files.check_markable(&app.ambient, document).await;
        checked.map_err(Refusal::File)?;
    }
    let mut tx = app.db.begin().await?;
    let note = upload.field("note");
    let number = documents::add_version(&mut tx, staff.action(app), id, document, &note).await?;
    tx.commit().await?;
    Ok(format!(
        "{} is uploaded. Visitors get version {number} from now on.",
        document.file_name
    ))
}

/// The item's form again, with what is wrong with the file.
async fn refuse(
    app: &App,
    staff: &Staff,
    id: ItemId,
    note: String,
    refusal: Refusal,
) -> WebResult<Response> {
    let mut page = item::load(app, staff, Some(id), Flash::default()).await?;
    page.documents.note = note;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        Refusal::File(error) if error.is_the_uploads_fault() => {
            if matches!(error, FilesError::TooLarge(_)) {
                status = StatusCode::PAYLOAD_TOO_LARGE;
            }
            page.documents.upload_problem = format!("{error}.");
        }
        Refusal::File(error) => return Err(failed(error)),
        Refusal::Other(ContentError::Invalid(problems)) => {
            page.documents.upload_problem = match problems.of("file") {
                "" => "Choose the file again.".to_owned(),
                problem => format!("{problem}."),
            };
            page.documents.problems = problems;
        }
        Refusal::Other(error) => return Err(error.into()),
    }
    page::html_with(status, &page)
}

async fn find(tx: &mut Tx, staff: &Staff, id: ItemId) -> WebResult<Item> {
    let found = store::content::items::by_id(tx, staff.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}

async fn remove(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let before = documents::remove(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    forget(&app, before).await;
    let to = format!("{HERE}/items/{id}");
    Ok(see_other_saying(&to, "The document is removed."))
}

#[derive(Deserialize)]
struct SwitchForm {
    #[serde(default)]
    on: String,
}

async fn watermark(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<SwitchForm>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let on = !form.on.is_empty();
    let mut tx = app.db.read().await?;
    let item = find(&mut tx, &staff, id).await?;
    let current = match item.document {
        Some(id) => store::documents::by_id(&mut tx, staff.org.id, id).await?,
        None => None,
    };
    drop(tx);
    if let Some(document) = current.filter(|current| on && current.is_pdf())
        && let Err(error) = app.files.check_markable(&app.ambient, &document).await
    {
        let mut page = item::load(&app, &staff, Some(id), Flash::default()).await?;
        page.documents.watermark_problem = format!("{error}.");
        return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut tx = app.db.begin().await?;
    documents::set_watermark(&mut tx, staff.action(&app), id, on).await?;
    tx.commit().await?;
    let said = if on {
        "Each reader’s copy of a locked PDF is marked from now on."
    } else {
        "Copies are not marked anymore."
    };
    Ok(see_other_saying(&format!("{HERE}/items/{id}"), said))
}

async fn view_only(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<SwitchForm>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let on = !form.on.is_empty();
    if on && pdfjs::folder().is_none() {
        return Err(WebError::Stale(
            "This build of Gatehouse has no document viewer, so that nobody could read the \
             document. Your server administrator builds it with npm installed. Nothing was changed."
                .to_owned(),
        ));
    }
    let mut tx = app.db.begin().await?;
    match documents::set_view_only(&mut tx, staff.action(&app), id, on).await {
        Ok(()) => tx.commit().await?,
        Err(ContentError::Invalid(problems)) => {
            drop(tx);
            let mut page = item::load(&app, &staff, Some(id), Flash::default()).await?;
            page.documents.view_only_problem = format!("{}.", problems.of("view_only"));
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(error) => return Err(error.into()),
    }
    let said = if on {
        "The document is view only: visitors can read it, but not download it."
    } else {
        "Visitors can download the document again."
    };
    Ok(see_other_saying(&format!("{HERE}/items/{id}"), said))
}

/// Any version, unmarked, for staff.
async fn file(
    State(app): State<App>,
    staff: Staff,
    method: Method,
    headers: HeaderMap,
    Path((id, document)): Path<(String, String)>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let document = version(&app, &staff, id, page::id(&document)?).await?;
    send_to_staff(&app, &staff, &method, &headers, &document).await
}

async fn version(
    app: &App,
    staff: &Staff,
    id: ItemId,
    document: DocumentId,
) -> WebResult<Document> {
    let mut tx = app.db.read().await?;
    let org = staff.org.id;
    let found = store::documents::versions::by_document(&mut tx, org, document).await?;
    let found = found.filter(|version| version.item == id);
    let version = found.ok_or(WebError::NotFound)?;
    let document = store::documents::by_id(&mut tx, org, version.document).await?;
    document.ok_or(WebError::NotFound)
}

async fn make_current(
    State(app): State<App>,
    Editor(staff): Editor,
    Path((id, document)): Path<(String, String)>,
) -> WebResult {
    let (id, document) = (page::id(&id)?, page::id(&document)?);
    let chosen = version(&app, &staff, id, document).await?;
    let mut tx = app.db.begin().await?;
    let is_marked = store::content::items::is_watermarked(&mut tx, staff.org.id, id).await?;
    drop(tx);
    if is_marked && chosen.is_pdf() {
        let checked = app.files.check_markable(&app.ambient, &chosen).await;
        checked.map_err(|error| WebError::BadRequest(format!("{error}.")))?;
    }
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let version = documents::make_current(&mut tx, act, id, document).await?;
    tx.commit().await?;
    let said = format!("Visitors get version {} from now on.", version.number);
    Ok(see_other_saying(&format!("{HERE}/items/{id}"), &said))
}

async fn delete(
    State(app): State<App>,
    Reauthenticated(Editor(staff)): Reauthenticated<Editor>,
    Path((id, document)): Path<(String, String)>,
) -> WebResult {
    let (id, document) = (page::id(&id)?, page::id(&document)?);
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let gone = documents::delete_version(&mut tx, act, id, document).await?;
    tx.commit().await?;
    forget(&app, gone).await;
    let to = format!("{HERE}/items/{id}");
    Ok(see_other_saying(&to, "The version is deleted."))
}
