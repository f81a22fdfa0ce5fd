//! Why a login or a refresh failed.

use super::errors::ApiError;

/// Every text says what happened and holds no secret. What to do about it is for the
/// program to say, which knows its own pages.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OAuthError {
    /// The person who logged in pressed Deny on Salesforce's consent page.
    #[error("access was denied in Salesforce ({0})")]
    Denied(String),
    /// This login came to nothing; the next one may succeed.
    #[error("the login could not be completed ({code}: {description})")]
    StartAgain {
        /// OAuth's `error`, such as `invalid_grant`.
        code: String,
        /// OAuth's `error_description`, in Salesforce's words; may be empty.
        description: String,
    },
    /// This refresh token, or this user, will never work again.
    #[error("Salesforce no longer accepts this refresh token ({code}: {description})")]
    Dead {
        /// OAuth's `error`, such as `invalid_grant` or `inactive_user`.
        code: String,
        /// OAuth's `error_description`, in Salesforce's words; may be empty.
        description: String,
    },
    /// The app, not the user, is set up wrongly.
    #[error("Salesforce refused the app's own settings ({code}: {description})")]
    Misconfigured {
        /// OAuth's `error`, such as `invalid_client_id` or `redirect_uri_mismatch`.
        code: String,
        /// OAuth's `error_description`, in Salesforce's words; may be empty.
        description: String,
    },
    /// Says nothing about the connection: limits, outages, timeouts, HTML.
    #[error("Salesforce can't log anyone in right now ({0})")]
    Busy(String),
    /// The answer names an instance that isn't Salesforce's.
    #[error("{0}")]
    Untrusted(String),
}

/// What a token was asked for with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    Code,
    Refresh,
}

impl OAuthError {
    /// For a callback that brings `error` instead of `code`.
    pub fn from_callback(error: &str, description: &str) -> Self {
        let description = if description.is_empty() {
            "no reason given"
        } else {
            description
        };
        if matches!(error, "access_denied" | "access-denied") {
            return Self::Denied(description.to_owned());
        }
        sort(error, description, Asked::Code)
    }
}

/// What an answer other than a success means.
pub(super) fn refused(status: u16, error: Option<ApiError>, asked: Asked) -> OAuthError {
    match error {
        Some(error) if (400..500).contains(&status) => sort(&error.code, &error.message, asked),
        Some(error) => OAuthError::Busy(format!("HTTP {status}, {}", error.code)),
        None => OAuthError::Busy(format!("HTTP {status}")),
    }
}

fn sort(code: &str, description: &str, asked: Asked) -> OAuthError {
    let (owned, description) = (code.to_owned(), description.to_owned());
    match (code, asked) {
        ("rate_limit_exceeded" | "server_error" | "temporarily_unavailable", _) => {
            OAuthError::Busy(owned)
        }
        ("invalid_grant" | "invalid_request", Asked::Code) => OAuthError::StartAgain {
            code: owned,
            description,
        },
        (
            "invalid_grant"
            | "inactive_user"
            | "inactive_org"
            | "invalid_app_access"
            | "OAUTH_APP_BLOCKED"
            | "OAUTH_APP_ACCESS_DENIED",
            _,
        ) => OAuthError::Dead {
            code: owned,
            description,
        },
        _ => OAuthError::Misconfigured {
            code: owned,
            description,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(error: &OAuthError) -> &'static str {
        match error {
            OAuthError::Denied(_) => "denied",
            OAuthError::StartAgain { .. } => "again",
            OAuthError::Dead { .. } => "dead",
            OAuthError::Misconfigured { .. } => "misconfigured",
            OAuthError::Busy(_) => "busy",
            OAuthError::Untrusted(_) => "untrusted",
        }
    }

    #[test]
    fn only_a_definite_answer_ends_a_connection() {
        for (status, code, of_code, of_refresh) in [
            (400, "invalid_grant", "again", "dead"),
            (400, "invalid_request", "again", "misconfigured"),
            (400, "inactive_user", "dead", "dead"),
            (400, "inactive_org", "dead", "dead"),
            (400, "invalid_app_access", "dead", "dead"),
            (400, "OAUTH_APP_BLOCKED", "dead", "dead"),
            (400, "invalid_client", "misconfigured", "misconfigured"),
            (401, "invalid_client", "misconfigured", "misconfigured"),
            (400, "invalid_client_id", "misconfigured", "misconfigured"),
            (
                400,
                "redirect_uri_mismatch",
                "misconfigured",
                "misconfigured",
            ),
            (400, "invalid_scope", "misconfigured", "misconfigured"),
            (
                400,
                "unsupported_grant_type",
                "misconfigured",
                "misconfigured",
            ),
            (400, "rate_limit_exceeded", "busy", "busy"),
            (429, "", "busy", "busy"),
            (500, "invalid_grant", "busy", "busy"),
            (503, "", "busy", "busy"),
            (400, "", "busy", "busy"),
            (302, "", "busy", "busy"),
        ] {
            let error = || {
                (!code.is_empty()).then(|| ApiError {
                    code: code.to_owned(),
                    ..ApiError::default()
                })
            };
            let sorted = refused(status, error(), Asked::Code);
            assert_eq!(word(&sorted), of_code, "{status} {code}");
            let sorted = refused(status, error(), Asked::Refresh);
            assert_eq!(word(&sorted), of_refresh, "{status} {code}");
        }
    }

    #[test]
    fn a_denial_is_understood_in_both_spellings() {
        for code in ["access_denied", "access-denied"] {
            let error = OAuthError::from_callback(code, "end-user denied authorization");
            assert_eq!(word(&error), "denied");
        }
        let blocked = OAuthError::from_callback("OAUTH_APP_BLOCKED", "");
        assert_eq!(word(&blocked), "dead");
    }
}
