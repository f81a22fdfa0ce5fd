//! Forms as browsers send them.

use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use crate::web::http::error::WebError;

/// A urlencoded form of at most `KIB` kibibytes. What isn't one gets a page that
/// says so. Where it is more than usual, the route needs a `DefaultBodyLimit` too.
pub struct Form<T, const KIB: usize = 64>(pub T);

impl<T: DeserializeOwned, S: Send + Sync, const KIB: usize> FromRequest<S> for Form<T, KIB> {
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
        let bytes = axum::body::to_bytes(body, KIB * 1024).await.map_err(|_| {
            let most = format!("This form can hold at most {KIB} KB. Shorten the text.");
            WebError::TooLarge(most)
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
                .map_or_else(|| error.body_text(), std::string::ToString::to_string);
            format!("The form can't be read: {cause}. Go back, reload the page and send it again.")
        }
        other => other.body_text(),
    }
}
