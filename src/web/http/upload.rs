//! Forms with a file that is kept.

use domain::documents::Document;
use domain::ids::{AccountId, OrganizationId};
use store::StoreError;

use crate::app::App;
use crate::files::{Accept, FilesError};
use crate::use_cases::organizations::storage::{self, Stored};
use crate::web::http::error::WebError;
use crate::web::http::file_form::{FileForm, Part, PostedFile};

/// Whose storage the file takes.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    pub org: OrganizationId,
    /// Of the member who sends it; nothing for staff.
    pub account: Option<AccountId>,
}

/// A form's fields, and its file or why that can't be taken.
pub struct Upload {
    pub fields: Vec<(String, String)>,
    pub file: Result<Document, FilesError>,
}

impl Upload {
    /// Streams the file into the file storage. The row is the caller's to insert;
    /// without one, the content is to be deleted.
    pub async fn receive(app: &App, from: Sender, accept: Accept, form: FileForm) -> Self {
        let mut upload = Self {
            fields: Vec::new(),
            file: Err(FilesError::NotAllowed("Choose a file first".to_owned())),
        };
        let mut form = form;
        if let Err(error) = upload.read(app, from, accept, &mut form).await {
            // What came in before is of no use.
            upload.forget(app).await;
            upload.file = Err(error);
        }
        upload
    }

    async fn read(
        &mut self,
        app: &App,
        from: Sender,
        accept: Accept,
        form: &mut FileForm,
    ) -> Result<(), FilesError> {
        while let Some(part) = form.next().await? {
            match part {
                Part::Text(name, text) => self.fields.push((name, text)),
                Part::File(file) => {
                    self.file = Ok(store(app, from, accept, file).await?);
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

/// Takes the file in, as far as there is room for it by the quotas.
async fn store(
    app: &App,
    from: Sender,
    accept: Accept,
    file: PostedFile<'_>,
) -> Result<Document, FilesError> {
    let failed = |error: StoreError| FilesError::Unavailable(error.to_string());
    let quota = app.config.storage_quota;
    let mut tx = app.db.read().await.map_err(failed)?;
    let stored = Stored::for_organization(&mut tx, from.org, from.account, quota).await;
    drop(tx);
    let stored = stored.map_err(failed)?;
    let (left, name) = (stored.left(), file.name.clone());
    let (files, ambient) = (&app.files, &app.ambient);
    let limit = accept.limit().min(left);
    let document = match files
        .put_one_of(accept, ambient, from.org, &name, file, limit)
        .await
    {
        Err(FilesError::TooLarge(_)) if left < accept.limit() => {
            return Err(FilesError::NotAllowed(stored.refusal()));
        }
        done => done?,
    };
    if let Err(error) = warn(app, from, stored, document.size).await {
        tracing::warn!(?error, "nobody is told how full the storage is");
    }
    Ok(document)
}

async fn warn(app: &App, from: Sender, stored: Stored, more: u64) -> Result<(), WebError> {
    let used = app.files.disk_used().map_err(failed)?;
    let mut tx = app.db.begin().await?;
    let url = &app.config.public_url;
    storage::warn(&mut tx, &app.ambient, from.org, url, stored, more, used).await?;
    Ok(tx.commit().await?)
}

/// The page for files that can't be stored or read, through no fault of their own.
pub fn failed(error: FilesError) -> WebError {
    match error {
        FilesError::NoRoom => WebError::NoRoom,
        error => WebError::Internal(error.into()),
    }
}
