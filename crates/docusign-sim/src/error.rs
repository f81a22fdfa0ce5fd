//! Errors of the REST API: a status, a code and a sentence.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "AUTHORIZATION_INVALID_TOKEN",
            message: "The access token provided is expired, revoked or malformed.".to_owned(),
        }
    }

    pub(crate) fn no_envelope() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "ENVELOPE_DOES_NOT_EXIST",
            message: "The envelope specified either does not exist or you have no rights to it."
                .to_owned(),
        }
    }

    pub(crate) fn body(message: impl Into<String>) -> Self {
        Self::bad("INVALID_REQUEST_BODY", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "errorCode": self.code, "message": self.message });
        (self.status, Json(body)).into_response()
    }
}
