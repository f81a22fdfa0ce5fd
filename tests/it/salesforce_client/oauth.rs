//! Logging in, staying logged in, and logging out.

use std::collections::HashMap;

use salesforce::{CallError, OAuthError};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::script::{Say, Script, TOKEN, client, complete, impatient};

fn tokens(script_url: &str, refresh_token: Option<&str>) -> Value {
    let mut answer = json!({
        "access_token": TOKEN, "signature": "x=", "scope": "api refresh_token id",
        "instance_url": script_url, "id": "https://login.salesforce.com/id/00D/005",
        "token_type": "Bearer", "issued_at": "1711734351000"
    });
    if let Some(token) = refresh_token {
        answer["refresh_token"] = json!(token);
    }
    answer
}

#[test]
fn the_browser_is_sent_to_log_in_afresh() {
    let login = url::Url::parse("https://login.salesforce.com").unwrap();
    let url = client().authorize_url(&login, "st&te", "chal");
    assert_eq!(url.host_str(), Some("login.salesforce.com"));
    assert_eq!(url.path(), "/services/oauth2/authorize");
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "3MVG9.consumer"),
        ("redirect_uri", "http://127.0.0.1:1/salesforce/callback"),
        ("scope", "api refresh_token id"),
        ("state", "st&te"),
        ("code_challenge", "chal"),
        ("code_challenge_method", "S256"),
        ("prompt", "login"),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let script = Script::start(vec![Say::Json(
        200,
        tokens("http://127.0.0.1:5", Some("5Aep")),
    )])
    .await;
    let tokens = client()
        .exchange_code(&script.url, "aPrx.code", &"verifier".into())
        .await
        .unwrap();
    assert_eq!(tokens.access_token.expose_secret(), TOKEN);
    assert_eq!(
        tokens.refresh_token.as_ref().unwrap().expose_secret(),
        "5Aep"
    );
    assert_eq!(tokens.instance_url.as_str(), "http://127.0.0.1:5/");
    assert_eq!(
        tokens.issued_at.unwrap().to_string(),
        "2024-03-29T17:45:51Z"
    );
    assert!(!format!("{tokens:?}").contains("5Aep"));

    let asked = &script.asked()[0];
    assert_eq!(asked.path, "/services/oauth2/token");
    let form = asked.form();
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "aPrx.code"),
        ("redirect_uri", "http://127.0.0.1:1/salesforce/callback"),
        ("client_id", "3MVG9.consumer"),
        ("client_secret", "consumer_secret"),
        ("code_verifier", "verifier"),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_refresh_brings_a_new_refresh_token_only_with_rotation() {
    let script = Script::start(vec![
        Say::Json(200, tokens("http://127.0.0.1:5", None)),
        Say::Json(200, tokens("http://127.0.0.1:5", Some("new"))),
    ])
    .await;
    let client = client();
    let kept = client.refresh(&script.url, &"old".into()).await.unwrap();
    assert!(kept.refresh_token.is_none());
    let rotated = client.refresh(&script.url, &"old".into()).await.unwrap();
    assert_eq!(rotated.refresh_token.unwrap().expose_secret(), "new");
    let form = script.asked()[0].form();
    assert_eq!(
        (form["grant_type"].as_str(), form["refresh_token"].as_str()),
        ("refresh_token", "old")
    );
}

#[tokio::test]
async fn an_outage_never_ends_a_connection() {
    let html = complete(200, "text/html", "<html>maintenance</html>");
    for say in [Say::Html(503), Say::Html(400), Say::Raw(html), Say::HangUp] {
        let script = Script::start(vec![say]).await;
        let error = client()
            .refresh(&script.url, &"secret-token".into())
            .await
            .unwrap_err();
        assert!(matches!(error, OAuthError::Busy(_)), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("secret-token"));
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test]
async fn nor_does_silence() {
    let script = Script::start(vec![Say::Nothing]).await;
    let refreshed = impatient().refresh(&script.url, &"old".into()).await;
    assert!(matches!(refreshed, Err(OAuthError::Busy(_))));
}

#[tokio::test]
async fn a_definite_no_ends_it() {
    let no = json!({"error": "invalid_grant", "error_description": "expired access/refresh token"});
    let script = Script::start(vec![Say::Json(400, no.clone()), Say::Json(400, no)]).await;
    let client = client();
    let error = client
        .refresh(&script.url, &"old".into())
        .await
        .unwrap_err();
    assert!(matches!(&error, OAuthError::Dead { code, .. } if code == "invalid_grant"));
    let says = "no longer accepts this refresh token (invalid_grant";
    assert!(error.to_string().contains(says), "{error}");
    let error = client
        .exchange_code(&script.url, "old", &"v".into())
        .await
        .unwrap_err();
    assert!(matches!(error, OAuthError::StartAgain { .. }));
}

#[tokio::test]
async fn tokens_of_a_foreign_instance_are_not_used() {
    let script = Script::start(vec![Say::Json(200, tokens("https://evil.test", None))]).await;
    let error = client()
        .refresh(&script.url, &"old".into())
        .await
        .unwrap_err();
    assert!(matches!(&error, OAuthError::Untrusted(text) if text.contains("evil.test")));
}

#[tokio::test]
async fn a_token_that_is_gone_counts_as_revoked() {
    for (say, works) in [
        (Say::Json(200, json!({})), true),
        (Say::Json(400, json!({"error": "invalid_token"})), true),
        (
            Say::Json(400, json!({"error": "unsupported_token_type"})),
            true,
        ),
        (Say::Html(503), false),
        (Say::HangUp, false),
    ] {
        let script = Script::start(vec![say]).await;
        let revoked = client().revoke(&script.url, &"5Aep".into()).await;
        assert_eq!(revoked.is_ok(), works);
        assert_eq!(script.asked()[0].path, "/services/oauth2/revoke");
        assert_eq!(script.asked()[0].form()["token"], "5Aep");
    }
}

#[tokio::test]
async fn the_connected_user_is_known_by_name() {
    let user = json!({"sub": "x", "user_id": "005A", "organization_id": "00DA",
                      "preferred_username": "svc@acme.test", "name": "Service", "email": "s@acme.test",
                      "active": true, "urls": {}});
    let script = Script::start(vec![
        Say::Json(200, user),
        Say::Raw(complete(403, "text/html", "Bad_OAuth_Token")),
    ])
    .await;
    let client = client();
    let identity = client.identity(&script.session()).await.unwrap().value;
    assert_eq!(identity.user_id.as_str(), "005A");
    assert_eq!(identity.preferred_username, "svc@acme.test");
    let error = client.identity(&script.session()).await.unwrap_err();
    assert_eq!(error, CallError::SessionExpired);
}
