//! What a failed login or refresh means for an Admin, and what to do about it.

use salesforce::OAuthError;

/// Holds no secret. Begins in lower case, because it may stand inside a sentence.
pub(super) fn oauth_text(error: &OAuthError) -> String {
    match error {
        OAuthError::Denied(_) => {
            format!("{error}. Connect again and choose Allow, or ask a Salesforce administrator to")
        }
        OAuthError::StartAgain { .. } => format!(
            "{error}. Start again with Connect; the answer of a login is good for 15 minutes and \
             only once"
        ),
        OAuthError::Dead { code, description } => format!(
            "Salesforce no longer accepts this connection ({code}: {description}). An Admin has \
             to connect again, as a user who is active and allowed to use the app"
        ),
        OAuthError::Misconfigured { code, description } => format!(
            "the Salesforce app is not set up as Gatehouse expects ({code}: {description}). \
             Compare its consumer key, secret, callback address and scopes with the configuration"
        ),
        OAuthError::Busy(_) => format!("{error}. Try again in a few minutes"),
        OAuthError::Untrusted(_) => format!("{error}. Check the configured Salesforce addresses"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_login_says_to_choose_allow() {
        let denied = OAuthError::from_callback("access_denied", "end-user denied authorization");
        assert_eq!(
            oauth_text(&denied),
            "access was denied in Salesforce (end-user denied authorization). Connect again and \
             choose Allow, or ask a Salesforce administrator to"
        );
    }
}
