//! An item's document: uploading one, and removing it.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;

use super::{HERE, editing, forget, item};
use crate::app::App;
use crate::domain::document::Document;
use crate::domain::ids::ItemId;
use crate::files::{FilesError, UPLOAD_LIMIT};
use crate::store;
use crate::trust_center::content;
use crate::web::error::{WebError, WebResult};
use crate::web::flash::{Flash, see_other_saying};
use crate::web::page;
use crate::web::staff::{Editor, Staff};

/// The route that takes more than a form: the files room counts while it reads.
pub fn uploads() -> Router<App> {
    Router::new()
        .route("/dashboard/content/items/{id}/document", post(upload))
        .layer(DefaultBodyLimit::disable())
}

async fn upload(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    let found = store::item::by_id(&mut tx, staff.org.id, id).await?;
    drop(tx);
    found.ok_or(WebError::NotFound)?;
    let multipart = multipart.map_err(|_| {
        WebError::Unsupported("This address takes an upload (multipart/form-data).".to_owned())
    })?;
    match receive(&app, &staff, multipart).await {
        Ok(document) => keep(&app, &staff, id, document).await,
        Err(error) if error.is_the_uploads_fault() => refuse(&app, &staff, id, &error).await,
        Err(error) => Err(WebError::Internal(error.into())),
    }
}

/// Streams the field `file` into the files room.
async fn receive(
    app: &App,
    staff: &Staff,
    mut multipart: Multipart,
) -> Result<Document, FilesError> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        FilesError::Interrupted(error.body_text())
    };
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            break;
        }
        let org = staff.org.id;
        return app
            .files
            .put(&app.ambient, org, &name, field, UPLOAD_LIMIT)
            .await;
    }
    Err(FilesError::NotAllowed("Choose a file first".to_owned()))
}

async fn keep(app: &App, staff: &Staff, id: ItemId, document: Document) -> WebResult {
    let saved = async {
        let mut tx = app.db.begin().await?;
        let at = editing(staff);
        let before = content::set_document(&mut tx, &app.ambient, at, id, Some(&document)).await?;
        tx.commit().await?;
        Ok::<_, WebError>(before)
    };
    match saved.await {
        Ok(before) => {
            forget(app, before).await;
            let said = format!("{} is uploaded.", document.file_name);
            Ok(see_other_saying(&format!("{HERE}/items/{id}"), &said))
        }
        Err(error) => {
            forget(app, [document]).await;
            Err(error)
        }
    }
}

/// The item's form again, with what is wrong with the file.
async fn refuse(app: &App, staff: &Staff, id: ItemId, error: &FilesError) -> WebResult<Response> {
    let mut page = item::load(app, staff, Some(id), Flash(None)).await?;
    page.upload_problem = format!("{error}.");
    let status = match error {
        FilesError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page::html_with(status, &page)
}

pub async fn remove(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let before = content::set_document(&mut tx, &app.ambient, editing(&staff), id, None).await?;
    tx.commit().await?;
    forget(&app, before).await;
    let to = format!("{HERE}/items/{id}");
    Ok(see_other_saying(&to, "The document is removed."))
}
