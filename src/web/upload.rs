//! Forms with a file that is kept.

use super::file_form::{FileForm, Part};
use crate::app::App;
use crate::domain::document::Document;
use crate::domain::ids::OrganizationId;
use crate::files::{Accept, FilesError};

/// A form's fields, and its file or why that can't be taken.
pub struct Upload {
    pub fields: Vec<(String, String)>,
    pub file: Result<Document, FilesError>,
}

impl Upload {
    /// Streams the file into the files room. The row is the caller's to insert;
    /// without one, the content is to be deleted.
    pub async fn receive(app: &App, org: OrganizationId, accept: Accept, form: FileForm) -> Self {
        let mut upload = Self {
            fields: Vec::new(),
            file: Err(FilesError::NotAllowed("Choose a file first".to_owned())),
        };
        let mut form = form;
        if let Err(error) = upload.read(app, org, accept, &mut form).await {
            // What came in before is of no use.
            upload.forget(app).await;
            upload.file = Err(error);
        }
        upload
    }

    async fn read(
        &mut self,
        app: &App,
        org: OrganizationId,
        accept: Accept,
        form: &mut FileForm,
    ) -> Result<(), FilesError> {
        let (files, ambient) = (&app.files, &app.ambient);
        while let Some(part) = form.next().await? {
            match part {
                Part::Text(name, text) => self.fields.push((name, text)),
                Part::File(file) => {
                    let name = file.name.clone();
                    let stored =
                        files.put_one_of(accept, ambient, org, &name, file, accept.limit());
                    self.file = Ok(stored.await?);
                }
            }
        }
        Ok(())
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
