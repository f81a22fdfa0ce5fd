//! What can go wrong on the way; every text says what to do.

use crypto::CryptoError;
use domain::salesforce::Environment;
use domain::salesforce::hold::without_query;
use domain::salesforce::remedy::remedy;
use salesforce::{CallError, OAuthError};
use store::StoreError;

use super::oauth_text::oauth_text;
use super::tokens::TokenError;

#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error(
        "This Gatehouse has no Salesforce app yet. Its operator registers one and sets \
         GATEHOUSE_SALESFORCE_CLIENT_ID and GATEHOUSE_SALESFORCE_CLIENT_SECRET."
    )]
    NotConfigured,
    #[error("There is no Salesforce connection. Connect one first.")]
    NotConnected,
    /// A field of a form, in words for whoever filled it in.
    #[error("{0}")]
    Invalid(String),
    #[error(
        "That were many searches within a minute. Wait a minute, then go on: each is a call to \
         Salesforce, and your org has only so many a day."
    )]
    TooManySearches,
    #[error(
        "This login was not begun here: Salesforce's answer doesn't belong to a login that is \
         under way in this browser. Nothing was connected. Open Configure and begin again."
    )]
    UnknownState,
    #[error(
        "This login took longer than 15 minutes, so its answer no longer counts. Nothing was \
         connected. Open Configure and begin again."
    )]
    Expired,
    #[error(
        "You chose {}, but “{org}” is a {} org. Nothing was connected and its access was given \
         back. Begin again and choose {}.",
        chosen.title(),
        found.title().to_lowercase(),
        found.title()
    )]
    WrongEnvironment {
        chosen: Environment,
        found: Environment,
        org: String,
    },
    #[error(
        "This login belongs to “{found}”, but “{connected}” is connected. Nothing was changed. \
         Uninstall the connection first, or log in to “{connected}”."
    )]
    OtherOrg { connected: String, found: String },
    #[error(
        "Salesforce gave no refresh token, so the connection would end within hours. Nothing was \
         connected. Add the scope “Perform requests at any time (refresh_token)” to the app in \
         Salesforce, then begin again."
    )]
    NoRefreshToken,
    #[error("Someone else connected Salesforce at the same moment. Reload to see the connection.")]
    AlreadyConnected,
    #[error("{}", sentence(&oauth_text(.0)))]
    OAuth(#[from] OAuthError),
    #[error("{}", call_words(.0))]
    Call(#[from] CallError),
    #[error("{}", sentence(.0))]
    Token(TokenError),
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InstallError {
    /// What can be done, where the words themselves don't say it.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Token(TokenError::NeedsReauth(_)) => {
                Some("Log in to Salesforce again in Settings.")
            }
            _ => None,
        }
    }
}

impl From<TokenError> for InstallError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Store(error) => Self::Store(error),
            TokenError::Gone => Self::NotConnected,
            error => Self::Token(error),
        }
    }
}

/// Of a refusal what to do, and what Salesforce said in one line; never the query.
fn call_words(error: &CallError) -> String {
    match error {
        CallError::Refused(refusal, _) => format!(
            "{} Salesforce’s answer: {}: {}",
            remedy(&refusal.code, &refusal.message),
            refusal.code,
            without_query(&refusal.message)
        ),
        other => sentence(other),
    }
}

/// The same words as a sentence of its own.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let text: String = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => return text,
    };
    if text.ends_with(['.', '!', '?']) {
        text
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salesforce::ApiError;

    #[test]
    fn the_wrong_world_is_explained_with_the_right_one() {
        let error = InstallError::WrongEnvironment {
            chosen: Environment::Production,
            found: Environment::Sandbox,
            org: "Northwind UAT".to_owned(),
        };
        assert_eq!(
            error.to_string(),
            "You chose Production, but “Northwind UAT” is a sandbox org. Nothing was connected \
             and its access was given back. Begin again and choose Sandbox."
        );
    }

    #[test]
    fn a_refusal_says_what_to_do_and_never_the_query() {
        let refusal = ApiError {
            code: "INVALID_TYPE".to_owned(),
            message: "\nSELECT Id FROM User\n ^\nERROR at Row:1:Column:1\nsObject type 'User' is not supported.".to_owned(),
            ..ApiError::default()
        };
        let text = InstallError::from(CallError::Refused(refusal, 400)).to_string();
        assert!(
            text.starts_with("The connected user can’t see a field or an object"),
            "{text}"
        );
        assert!(
            text.ends_with("INVALID_TYPE: sObject type 'User' is not supported."),
            "{text}"
        );
        assert!(!text.contains("SELECT"), "{text}");
    }

    #[test]
    fn an_error_of_the_client_becomes_a_sentence() {
        let error = InstallError::from(CallError::SessionExpired);
        assert_eq!(error.to_string(), "The Salesforce session has expired.");
    }
}
