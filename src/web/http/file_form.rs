//! Forms with a file: the one place that reads multipart bodies. Every one of them is
//! bounded here in fields, names, text, size and time; no route can opt out.

mod steady;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use bytes::Bytes;
use futures::stream::{Stream, TryStreamExt as _};
use steady::{Progress, Steady};

use crate::files::FilesError;
use crate::web::http::error::WebError;
use crate::web::limits::{FIELD_NAME, FILE_FORM, FORM_FIELDS};

/// The field that holds a form's file.
const FILE: &str = "file";

/// Why a form was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFormError {
    #[error("The form has more than {FORM_FIELDS} fields: reload the page and send it again")]
    TooManyFields,
    #[error("A field name is too long: reload the page and send the form again")]
    LongName,
    #[error("The form can have at most {0} KB of text: shorten it")]
    LongText(usize),
    #[error("The form takes one file: choose one, and send it again")]
    OneFile,
    #[error("The file is too large: choose a smaller one")]
    LargeFile,
    #[error("The upload broke off: try again ({0})")]
    Broken(String),
}

impl From<FileFormError> for FilesError {
    fn from(error: FileFormError) -> Self {
        match error {
            FileFormError::Broken(why) => Self::Interrupted(why),
            other => Self::NotAllowed(other.to_string()),
        }
    }
}

/// A form with a file, and at most `KIB` kibibytes of text beside it.
pub struct FileForm<const KIB: usize = 64> {
    parts: Multipart,
    progress: Arc<Progress>,
    fields: usize,
    /// Bytes.
    text: usize,
    had_file: bool,
}

/// A field, in the order in which the browser sends them.
#[allow(clippy::large_enum_variant, reason = "one at a time, and never kept")]
pub enum Part<'a> {
    Text(String, String),
    File(PostedFile<'a>),
}

/// The file of a form; never one that nobody chose.
pub struct PostedFile<'a> {
    pub name: String,
    field: Field<'a>,
    progress: Arc<Progress>,
}

impl<S: Send + Sync, const KIB: usize> FromRequest<S> for FileForm<KIB> {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let progress = Arc::new(Progress::default());
        let mut request = request.map(|body| {
            let body = body.into_data_stream();
            Body::from_stream(Steady::new(body, FILE_FORM, progress.clone()))
        });
        // `Steady` counts instead.
        DefaultBodyLimit::disable().apply(&mut request);
        let parts = Multipart::from_request(request, state).await.map_err(|_| {
            let form = "This address takes an upload (multipart/form-data).";
            WebError::Unsupported(form.to_owned())
        })?;
        Ok(Self {
            parts,
            progress,
            fields: 0,
            text: 0,
            had_file: false,
        })
    }
}

impl<const KIB: usize> FileForm<KIB> {
    /// The next field; after an error there is no other one.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>, FileFormError> {
        let progress = &self.progress;
        let found = self.parts.next_field().await;
        let Some(field) = found.map_err(|error| progress.cause(&error))? else {
            return Ok(None);
        };
        progress.made();
        self.fields += 1;
        if self.fields > FORM_FIELDS {
            return Err(FileFormError::TooManyFields);
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().unwrap_or_default().to_owned();
        if name.len() > FIELD_NAME {
            return Err(FileFormError::LongName);
        }
        if file_name.is_empty() {
            let left = (KIB * 1024).saturating_sub(self.text);
            let text = text(field, progress, left).await?;
            let text = text.ok_or(FileFormError::LongText(KIB))?;
            self.text += text.len();
            return Ok(Some(Part::Text(name, text)));
        }
        if name != FILE || self.had_file {
            return Err(FileFormError::OneFile);
        }
        self.had_file = true;
        Ok(Some(Part::File(PostedFile {
            name: file_name,
            field,
            progress: progress.clone(),
        })))
    }
}

/// The text of a field; nothing where it is longer than `most` bytes.
async fn text(
    mut field: Field<'_>,
    progress: &Progress,
    most: usize,
) -> Result<Option<String>, FileFormError> {
    let mut bytes = Vec::new();
    loop {
        let piece = field.chunk().await;
        let Some(piece) = piece.map_err(|error| progress.cause(&error))? else {
            return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
        };
        progress.made();
        if bytes.len() + piece.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
}

impl PostedFile<'_> {
    /// All of it, for files that are small enough to be held in memory.
    pub async fn bytes(mut self, most: usize) -> Result<Vec<u8>, FileFormError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.try_next().await? {
            if bytes.len() + piece.len() > most {
                return Err(FileFormError::LargeFile);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

impl Stream for PostedFile<'_> {
    type Item = Result<Bytes, FileFormError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let file = self.get_mut();
        Pin::new(&mut file.field).poll_next(context).map(|piece| {
            piece.map(|piece| {
                let piece = piece.map_err(|error| file.progress.cause(&error));
                file.progress.made();
                piece
            })
        })
    }
}
