//! What can go wrong on the way; every text says what to do.

use std::borrow::Cow;

use crate::crypto::CryptoError;
use crate::domain::connection::Environment;
use crate::domain::remedy::remedy;
use crate::salesforce::{CallError, OAuthError};
use crate::store::StoreError;
use crate::sync::tokens::TokenError;

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
    #[error("Somebody else connected Salesforce at the same moment. Reload to see the connection.")]
    AlreadyConnected,
    #[error("{}", sentence(.0))]
    OAuth(#[from] OAuthError),
    #[error("{}", sentence(.0))]
    Call(#[from] CallError),
    #[error("{}", sentence(.0))]
    Token(TokenError),
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InstallError {
    /// What can be done about a refusal of Salesforce's.
    pub fn advice(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Call(CallError::Refused(error, _)) => Some(remedy(&error.code, &error.message)),
            Self::Token(TokenError::NeedsReauth(_)) => {
                Some("Log in to Salesforce again in Settings.".into())
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
    fn an_error_of_the_client_becomes_a_sentence() {
        let error = InstallError::from(CallError::SessionExpired);
        assert_eq!(error.to_string(), "The Salesforce session has expired.");
    }
}
