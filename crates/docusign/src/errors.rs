//! What can go wrong with DocuSign, and what to do about it.

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

/// Why a call gave nothing. Every text says what to do where somebody can do something,
/// and none names a secret.
#[derive(Debug, thiserror::Error)]
pub enum DocusignError {
    /// The user has not allowed the app to act for them.
    #[error(
        "The DocuSign user has not allowed this app to act for them yet. Open the consent page as \
         that user, allow it, and check again"
    )]
    ConsentRequired {
        /// DocuSign's consent page, to be opened in a browser by that user.
        page: Url,
    },
    /// Integration key, user, private key or account are not what they should be.
    #[error("{0}")]
    Settings(String),
    /// The signature page for a PDF that names no place to sign could not be drawn.
    #[error(
        "The signature page could not be added: {0}. Nothing was sent. Set an anchor text in the \
         PDF, or use a template"
    )]
    SignaturePage(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The account's limit of calls is used up: 429, or an error code that ends in
    /// `_APIINVOCATION_LIMIT_EXCEEDED`.
    #[error("DocuSign takes no more calls from this account for now; it is retried automatically")]
    Limited {
        /// From the header `X-RateLimit-Reset`; `None` where the answer has none.
        until: Option<Timestamp>,
    },
    /// No answer, or one that says that DocuSign has trouble.
    #[error("DocuSign doesn’t answer as it should ({0}); try again in a few minutes")]
    Unavailable(String),
    /// DocuSign answered that it won't.
    #[error("DocuSign refused: {message} ({code})")]
    Refused {
        /// The answer's `errorCode`, or `HTTP` and the status where it has none.
        code: String,
        /// The answer's `message`, in DocuSign's words.
        message: String,
    },
}

/// The body of an error of the REST API.
#[derive(Deserialize, Default)]
pub(super) struct ApiError {
    #[serde(rename = "errorCode", default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}

impl DocusignError {
    /// Whether waiting helps.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Limited { .. } | Self::Unavailable(_))
    }

    /// Whether the envelope is in another state than was thought.
    pub fn is_about_state(&self) -> bool {
        let codes = [
            "ENVELOPE_HAS_BEEN_VOIDED",
            "ENVELOPE_VOIDED",
            "ENVELOPE_IN_INVALID_STATE",
            "ENVELOPE_INVALID_STATUS",
            "ENVELOPE_NOT_IN_SENT_STATE",
            "ENVELOPE_DOES_NOT_EXIST",
            "ENVELOPE_CANNOT_VOID_INVALID_STATE",
            "RECIPIENT_ALREADY_SIGNED",
            "INVALID_ENVELOPE_STATUS",
        ];
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }

    /// Of an answer that is neither success nor a 401.
    pub(super) fn from_answer(status: u16, body: &[u8], reset: Option<i64>) -> Self {
        let error: ApiError = serde_json::from_slice(body).unwrap_or_default();
        let limited = status == 429 || error.code.ends_with("_APIINVOCATION_LIMIT_EXCEEDED");
        if limited {
            let until = reset.and_then(|second| Timestamp::from_second(second).ok());
            return Self::Limited { until };
        }
        if matches!(status, 408 | 500..=599) {
            return Self::Unavailable(format!("HTTP {status}"));
        }
        Self::Refused {
            code: if error.code.is_empty() {
                format!("HTTP {status}")
            } else {
                error.code
            },
            message: if error.message.is_empty() {
                "no reason was given".to_owned()
            } else {
                error.message
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_known_by_status_and_by_code() {
        let hourly = br#"{"errorCode":"HOURLY_APIINVOCATION_LIMIT_EXCEEDED","message":"m"}"#;
        for (status, body) in [(429, &b"{}"[..]), (400, hourly)] {
            let error = DocusignError::from_answer(status, body, Some(1_770_000_000));
            let DocusignError::Limited { until } = error else {
                panic!("{error}");
            };
            assert_eq!(until.unwrap().as_second(), 1_770_000_000);
        }
    }

    #[test]
    fn trouble_passes_and_a_refusal_does_not() {
        assert!(DocusignError::from_answer(503, b"<html>", None).is_passing());
        let body = br#"{"errorCode":"ENVELOPE_DOES_NOT_EXIST","message":"Not there."}"#;
        let refused = DocusignError::from_answer(404, body, None);
        assert!(!refused.is_passing() && refused.is_about_state());
        let words = refused.to_string();
        assert!(words.contains("Not there.") && words.contains("ENVELOPE_DOES_NOT_EXIST"));
        assert!(
            DocusignError::from_answer(400, b"", None)
                .to_string()
                .contains("HTTP 400")
        );
    }
}
