//! Forms with a file.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};

use super::error::WebError;
use crate::app::App;
use crate::domain::document::Document;
use crate::domain::ids::OrganizationId;
use crate::files::{Accept, FilesError};

/// The most bytes of a field that isn't a file.
const FIELD: usize = 64 * 1024;

/// A form's fields, and the file in the field `file` or why it can't be taken.
pub struct Upload {
    pub fields: Vec<(String, String)>,
    pub file: Result<Document, FilesError>,
}

impl Upload {
    /// Streams the file into the files room. The row is the caller's to insert;
    /// without one, the content is to be deleted.
    pub async fn receive(
        app: &App,
        org: OrganizationId,
        accept: Accept,
        multipart: Result<Multipart, MultipartRejection>,
    ) -> Result<Self, WebError> {
        let mut multipart = multipart.map_err(|_| {
            let form = "This address takes an upload (multipart/form-data).";
            WebError::Unsupported(form.to_owned())
        })?;
        let mut upload = Self {
            fields: Vec::new(),
            file: Err(FilesError::NotAllowed("Choose a file first".to_owned())),
        };
        loop {
            match upload.next(app, org, accept, &mut multipart).await {
                Ok(true) => {}
                Ok(false) => return Ok(upload),
                Err(error) => {
                    // What came in before is of no use.
                    upload.forget(app).await;
                    upload.file = Err(error);
                    return Ok(upload);
                }
            }
        }
    }

    async fn next(
        &mut self,
        app: &App,
        org: OrganizationId,
        accept: Accept,
        multipart: &mut Multipart,
    ) -> Result<bool, FilesError> {
        let Some(field) = multipart.next_field().await.map_err(broken)? else {
            return Ok(false);
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            self.fields.push((name, text(field).await?));
            return Ok(true);
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        if !file_name.is_empty() && self.file.is_err() {
            let (files, ambient) = (&app.files, &app.ambient);
            let stored = files.put_one_of(accept, ambient, org, &file_name, field, accept.limit());
            self.file = Ok(stored.await?);
        }
        Ok(true)
    }

    /// The text of a field; empty where there is none.
    pub fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(found, _)| found == name);
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// Deletes the content that was stored.
    pub async fn forget(&self, app: &App) {
        if let Ok(document) = &self.file {
            forget(app, document).await;
        }
    }
}

/// Deletes a content that no row names.
pub async fn forget(app: &App, document: &Document) {
    let key = &document.storage_key;
    if let Err(error) = app.files.delete(key).await {
        tracing::warn!(key, %error, "a file that nobody needs could not be deleted");
    }
}

async fn text(mut field: Field<'_>) -> Result<String, FilesError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() > FIELD {
            let long = "A field beside the file is too long: shorten it";
            return Err(FilesError::NotAllowed(long.to_owned()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: MultipartError) -> FilesError {
    FilesError::Interrupted(error.body_text())
}
