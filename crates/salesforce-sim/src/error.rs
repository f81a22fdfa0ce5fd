//! What the API says when it refuses.

use crate::json::{Json, obj};

/// A refusal, as a single-record request or a row of a collection shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    /// The HTTP status of a single-record request.
    pub status: u16,
    /// The error code, such as `INVALID_FIELD`.
    pub code: &'static str,
    /// The text for people.
    pub message: String,
    /// The fields it is about; `None` where the answer has no such member.
    pub fields: Option<Vec<String>>,
    /// What a duplicate rule found; single-record requests show it.
    pub duplicates: Option<Json>,
}

impl ApiError {
    /// A refusal with status 400 and no `fields`.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
            fields: None,
            duplicates: None,
        }
    }

    /// A refusal of a row.
    pub(crate) fn row(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        Self {
            fields: Some(fields.iter().map(|f| (*f).to_owned()).collect()),
            ..Self::new(code, message)
        }
    }

    /// The same with another HTTP status.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The resource isn't there.
    pub(crate) fn not_found() -> Self {
        Self::new("NOT_FOUND", "The requested resource does not exist").status(404)
    }

    /// The object isn't there, or the user may not see it.
    pub(crate) fn unknown_object(name: &str) -> Self {
        Self::new(
            "INVALID_TYPE",
            format!("sObject type '{name}' is not supported."),
        )
    }

    /// The answer of a single-record request: an array of one.
    pub(crate) fn to_json(&self) -> Json {
        let mut members = Vec::new();
        if let Some(found) = &self.duplicates {
            // The spelling is that of real orgs.
            members.push(("duplicateResut".into(), found.clone()));
        }
        members.push(("message".into(), self.message.clone().into()));
        members.push(("errorCode".into(), self.code.into()));
        if self.fields.is_some() {
            members.push(("fields".into(), self.field_list()));
        }
        Json::Arr(vec![Json::Obj(members)])
    }

    /// The error inside a row of a collection.
    pub(crate) fn to_row(&self) -> Json {
        obj! {
            "statusCode" => self.code,
            "message" => self.message.clone(),
            "fields" => self.field_list(),
        }
    }

    fn field_list(&self) -> Json {
        let fields = self.fields.iter().flatten();
        Json::Arr(fields.map(|f| Json::from(f.clone())).collect())
    }
}

/// The result of an API operation.
pub(crate) type ApiResult<T> = Result<T, ApiError>;
