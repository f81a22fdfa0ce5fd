//! Which page each error of a use case becomes.

use domain::dates;
use store::StoreError;

use super::WebError;
use crate::use_cases::access_requests::DecideError;
use crate::use_cases::accounts::AccountError;
use crate::use_cases::accounts::admission::AdmissionError;
use crate::use_cases::accounts::profiles::ProfileError;
use crate::use_cases::content::ContentError;
use crate::use_cases::conversations::AnswerError;
use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::organizations::settings::SettingsError;
use crate::use_cases::questionnaires::QuestionnaireError;
use crate::use_cases::visitors::magic_link::MagicLinkError;

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Storage(_) => {
                tracing::error!(%error, "the database can't write");
                Self::NoRoom
            }
            StoreError::Busy | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "the database doesn't answer");
                Self::Busy
            }
            error => Self::Internal(error.into()),
        }
    }
}

impl From<anyhow::Error> for WebError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<MagicLinkError> for WebError {
    fn from(error: MagicLinkError) -> Self {
        match error {
            MagicLinkError::Store(error) => error.into(),
            error => Self::Internal(error.into()),
        }
    }
}

impl From<QuestionnaireError> for WebError {
    fn from(error: QuestionnaireError) -> Self {
        match error {
            QuestionnaireError::NotFound => Self::NotFound,
            QuestionnaireError::Invalid(problems) => Self::BadRequest(format!("{problems}.")),
            QuestionnaireError::Notification(error) => error.into(),
        }
    }
}

impl From<NotificationError> for WebError {
    fn from(error: NotificationError) -> Self {
        match error {
            NotificationError::Store(error) => error.into(),
            error => Self::Internal(error.into()),
        }
    }
}

impl From<AnswerError> for WebError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NotFound => Self::NotFound,
            AnswerError::Notification(error) => error.into(),
        }
    }
}

impl From<ContentError> for WebError {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::NotFound => Self::NotFound,
            ContentError::Stale => Self::Stale(
                "It was changed in the meantime, and nothing of yours was saved. Open it again."
                    .to_owned(),
            ),
            ContentError::Invalid(problems) => Self::BadRequest(problems.to_string()),
            ContentError::Store(error) => error.into(),
        }
    }
}

impl From<SettingsError> for WebError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Stale => Self::Stale(format!("{error}.")),
            SettingsError::Invalid(problems) => Self::BadRequest(format!("{problems}.")),
            SettingsError::Store(error) => error.into(),
        }
    }
}

impl From<DecideError> for WebError {
    fn from(error: DecideError) -> Self {
        let make = match &error {
            DecideError::NotFound => return Self::NotFound,
            DecideError::Invalid(_) => Self::BadRequest,
            _ => Self::Stale,
        };
        explain_decision(error).map_or_else(|error| error, make)
    }
}

/// What a person is told where one decision was not made.
pub(in crate::web) fn explain_decision(error: DecideError) -> Result<String, WebError> {
    Ok(match error {
        DecideError::NotFound => "There is no such request anymore.".to_owned(),
        DecideError::NoAccount => {
            "The account that was chosen is not there anymore: choose again.".to_owned()
        }
        DecideError::AlreadyDecided { what, by, at } => format!(
            "This request was already {} {by} on {}. Nothing was changed now.",
            what.to_lowercase(),
            dates::moment(at)
        ),
        DecideError::NotDenied => "This request is no longer denied.".to_owned(),
        DecideError::Waiting => {
            "This person already has a request waiting: decide that one.".to_owned()
        }
        DecideError::HasAccess => "This person has access by now.".to_owned(),
        DecideError::Invalid(problems) => format!("{problems}."),
        DecideError::Link(error) => return Err(WebError::Internal(error.into())),
        DecideError::Nda(error) => return Err(WebError::Internal(error.into())),
        DecideError::Store(error) => return Err(error.into()),
    })
}

impl From<AccountError> for WebError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound => Self::NotFound,
            AccountError::Stale => Self::Stale(format!("{error}.")),
            AccountError::Invalid(problems) => Self::BadRequest(format!("{problems}.")),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl From<ProfileError> for WebError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::NotFound => Self::NotFound,
            ProfileError::Stale => Self::Stale(format!("{error}. Nothing was changed now.")),
            ProfileError::WouldOpen => Self::BadRequest(format!("{error}.")),
            ProfileError::Invalid(problems) => Self::BadRequest(format!("{problems}.")),
            ProfileError::Store(error) => error.into(),
        }
    }
}

impl From<AdmissionError> for WebError {
    fn from(error: AdmissionError) -> Self {
        match error {
            AdmissionError::NotFound => Self::NotFound,
            AdmissionError::TooOften(text) => Self::TooMany(text),
            AdmissionError::AlreadyMember(_) => Self::Stale(format!("{error}.")),
            AdmissionError::Invalid(problems) => Self::BadRequest(problems.to_string()),
            AdmissionError::Link(error) => Self::Internal(error.into()),
            AdmissionError::Store(error) => error.into(),
        }
    }
}
