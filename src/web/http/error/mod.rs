//! What went wrong, as a page that says what to do.

mod from;

use std::any::Any;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use tower_http::catch_panic::ResponseForPanic;

use super::request;

pub(in crate::web) use from::explain_decision;

pub type WebResult<T = Response> = Result<T, WebError>;

/// Each is one page. A text says why and what to do, in whole sentences.
#[derive(Debug)]
pub enum WebError {
    /// 404; also for what belongs to another organization.
    NotFound,
    /// 403
    Forbidden(String),
    /// 303 to the sign-in page, which leads back to `next`.
    SignIn { next: String },
    /// 303 to what is still to be done before someone is signed in.
    SigningIn { to: String },
    /// 400
    BadRequest(String),
    /// 413
    TooLarge(String),
    /// 415
    Unsupported(String),
    /// 429
    TooMany(String),
    /// 409
    Stale(String),
    /// 405
    WrongMethod,
    /// 403: a form that another site sent.
    CrossSite,
    /// 503: the database doesn't answer now.
    Busy,
    /// 503: the storage is full or read-only.
    NoRoom,
    /// 500: logged with its causes; the page has only the request's id.
    Internal(anyhow::Error),
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        response(self)
    }
}

/// The page of an error.
pub fn response(error: WebError) -> Response {
    match &error {
        WebError::SignIn { next } => {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            return Redirect::to(&format!("/login?{query}")).into_response();
        }
        WebError::SigningIn { to } => return Redirect::to(to).into_response(),
        WebError::Internal(error) => {
            tracing::error!(error = format!("{error:#}"), "a page failed");
        }
        _ => {}
    }
    let words = Words::from_error(error);
    let status = words.status;
    let (back, back_label) = back();
    let template = ErrorPage {
        words: words.clone(),
        request_id: request::id(),
        back,
        back_label,
    };
    let text = template.render().unwrap_or_default();
    let mut response = (status, Html(text)).into_response();
    response.extensions_mut().insert(words);
    if matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    ) {
        let seconds = HeaderValue::from_static("10");
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    words: Words,
    request_id: String,
    back: String,
    back_label: &'static str,
}

/// What an error's page says. Its response carries it, so that a trust center can say the
/// same in a page of its own.
#[derive(Clone)]
pub(in crate::web) struct Words {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
}

impl Words {
    fn from_error(error: WebError) -> Self {
        let (status, title, text) = match error {
            WebError::NotFound => (
                StatusCode::NOT_FOUND,
                "This page isn’t here",
                "It may have been moved or deleted, or the address has a typing mistake."
                    .to_owned(),
            ),
            WebError::Forbidden(text) => (StatusCode::FORBIDDEN, "You can’t do this", text),
            WebError::BadRequest(text)
            | WebError::SignIn { next: text }
            | WebError::SigningIn { to: text } => {
                (StatusCode::BAD_REQUEST, "That didn’t work", text)
            }
            WebError::TooLarge(text) => (StatusCode::PAYLOAD_TOO_LARGE, "That is too large", text),
            WebError::Unsupported(text) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This kind of content isn’t accepted",
                text,
            ),
            WebError::TooMany(text) => (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", text),
            WebError::Stale(text) => (StatusCode::CONFLICT, "Someone else was faster", text),
            WebError::WrongMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This address works differently",
                "It belongs to a form. Go back to the page with the form and send it from there."
                    .to_owned(),
            ),
            WebError::CrossSite => (
                StatusCode::FORBIDDEN,
                "This form came from another site",
                "For your safety nothing was changed. Open the page here and send the form again."
                    .to_owned(),
            ),
            WebError::Busy | WebError::NoRoom | WebError::Internal(_) => Self::of_fault(&error),
        };
        Self {
            status,
            title,
            text,
        }
    }

    /// Of what is no fault of whoever asked.
    fn of_fault(error: &WebError) -> (StatusCode, &'static str, String) {
        let (status, title, text) = match error {
            WebError::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "We can’t answer right now",
                "The database is busy or can’t be reached. Nothing was saved. Wait a few seconds and \
                 reload this page. If that doesn’t help, tell your server administrator.",
            ),
            WebError::NoRoom => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Nothing can be saved right now",
                "The server’s storage is full or read-only, so nothing was saved. Let your server \
                 administrator know, then try again.",
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something broke on our side",
                "Nothing was saved. Please try again. If it happens again, give your server administrator \
                 the reference below, which leads to the cause in the log.",
            ),
        };
        (status, title, text.to_owned())
    }
}

/// Where the page's link leads: the start of the part of the site it happened in.
fn back() -> (String, &'static str) {
    let path = request::path();
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("dashboard"), _) => ("/dashboard".to_owned(), "Go to the overview"),
        (Some("trust"), Some(slug)) if !slug.is_empty() && path.matches('/').count() > 2 => {
            (format!("/trust/{slug}"), "Go to the trust center")
        }
        _ => ("/".to_owned(), "Go to the start page"),
    }
}

/// A handler that panicked: the same page as any other fault of ours.
#[derive(Clone)]
pub struct Panicked;

impl ResponseForPanic for Panicked {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send + 'static>) -> Response {
        let what = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        response(WebError::Internal(anyhow::anyhow!("panic: {what}")))
    }
}
