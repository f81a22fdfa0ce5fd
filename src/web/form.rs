//! Forms as browsers send them.

use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use super::error::WebError;

/// How much of a form is read.
const LIMIT: usize = 64 * 1024;

/// A urlencoded form of at most 64 KiB. What isn't one gets a page that says so.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let (parts, body) = request.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| {
            kind.as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"application/x-www-form-urlencoded")
        }) {
            return Err(WebError::Unsupported(
                "This address takes a form (application/x-www-form-urlencoded).".to_owned(),
            ));
        }
        let bytes = axum::body::to_bytes(body, LIMIT).await.map_err(|_| {
            WebError::TooLarge("A form can hold at most 64 KB. Shorten the text.".to_owned())
        })?;
        let request = Request::from_parts(parts, Body::from(bytes));
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(form)) => Ok(Self(form)),
            Err(rejection) => Err(WebError::BadRequest(explain(&rejection))),
        }
    }
}

fn explain(rejection: &FormRejection) -> String {
    match rejection {
        FormRejection::FailedToDeserializeFormBody(error) => {
            let cause = std::error::Error::source(error)
                .map_or_else(|| error.body_text(), |cause| cause.to_string());
            format!("The form can't be read: {cause}. Go back, reload the page and send it again.")
        }
        other => other.body_text(),
    }
}
