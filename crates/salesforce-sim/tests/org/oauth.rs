use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{CALLBACK, VERIFIER, connected, param, read, refusal, text, unconnected};

#[tokio::test]
async fn a_code_becomes_tokens_and_the_tokens_name_the_user() {
    let org = unconnected(|_| {}).await;
    let code = org.approve().await;
    let (status, tokens) = read(org.exchange(&code, VERIFIER).await).await;
    assert_eq!(status, 200);
    let org_id = org.sim.organization_id();
    assert!(text(&tokens, "access_token").starts_with(&format!("{}!AQ", org_id.short())));
    assert!(text(&tokens, "refresh_token").starts_with("5Aep"));
    assert_eq!(text(&tokens, "instance_url"), org.base);
    assert_eq!(
        text(&tokens, "id"),
        format!("{}/id/{org_id}/{}", org.base, org.user)
    );
    assert_eq!(text(&tokens, "scope"), "api refresh_token id");
    assert!(text(&tokens, "issued_at").parse::<i64>().unwrap() > 1_700_000_000_000);
    assert!(tokens.get("expires_in").is_none());

    let token = text(&tokens, "access_token");
    let info = org
        .http
        .get(org.url("/services/oauth2/userinfo"))
        .bearer_auth(&token);
    let (_, info) = read(info.send().await.unwrap()).await;
    assert_eq!(text(&info, "preferred_username"), "admin@northbeam.example");
    assert_eq!(text(&info, "organization_id"), org_id.to_string());
    let identity = org.http.get(text(&tokens, "id")).bearer_auth(&token);
    let (_, identity) = read(identity.send().await.unwrap()).await;
    assert_eq!(text(&identity, "display_name"), "Ada Admin");
}

#[tokio::test]
async fn state_comes_back_and_denial_is_an_error_for_the_application() {
    let org = unconnected(|_| {}).await;
    let consent = org.log_in("admin@northbeam.example", "sim-demo").await;
    let back = org.decide(&consent, "deny").await;
    assert!(back.as_str().starts_with(CALLBACK));
    assert_eq!(param(&back, "error"), "access_denied");
    assert_eq!(
        param(&back, "error_description"),
        "end-user denied authorization"
    );
    assert_eq!(param(&back, "state"), "xyz");
}

#[tokio::test]
async fn a_wrong_password_or_an_inactive_user_stays_on_the_login_page() {
    let org = unconnected(|_| {}).await;
    let wrong = org.log_in("admin@northbeam.example", "guess").await;
    assert_eq!(wrong.status(), StatusCode::OK);
    assert!(
        wrong
            .text()
            .await
            .unwrap()
            .contains("check your username and password")
    );
    org.sim.set_active(org.user, false);
    let inactive = org.log_in("admin@northbeam.example", "sim-demo").await;
    assert_eq!(inactive.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_address_or_client_never_redirects() {
    let org = unconnected(|_| {}).await;
    for (name, value, shown) in [
        (
            "redirect_uri",
            "https://app.example/callback/",
            "redirect_uri_mismatch",
        ),
        ("client_id", "another-key", "invalid_client_id"),
    ] {
        let page = org
            .http
            .get(org.authorize_url(&[(name, value)]))
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::BAD_REQUEST);
        assert!(page.text().await.unwrap().contains(shown));
    }
}

#[tokio::test]
async fn other_mistakes_go_back_to_the_application() {
    let org = unconnected(|_| {}).await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "api everything", "invalid_scope"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
    ] {
        let back = org
            .http
            .get(org.authorize_url(&[(name, value)]))
            .send()
            .await
            .unwrap();
        let url = crate::support::location(&back).parse().unwrap();
        assert_eq!(param(&url, "error"), error, "{name}={value}");
        assert_eq!(param(&url, "state"), "xyz");
    }
}

#[tokio::test]
async fn a_browser_session_is_reused_unless_the_application_asks_for_a_login() {
    let org = unconnected(|_| {}).await;
    org.approve().await;
    let silent = org.http.get(org.authorize_url(&[])).send().await.unwrap();
    assert!(crate::support::location(&silent).contains("/consent"));
    let asked = org
        .http
        .get(org.authorize_url(&[("prompt", "login")]))
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), StatusCode::OK);
    assert!(asked.text().await.unwrap().contains("name=\"password\""));
}

#[tokio::test]
async fn the_token_endpoint_says_what_is_wrong() {
    let org = unconnected(|_| {}).await;
    let code = org.approve().await;
    let good = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value, expected) in [
        (
            "grant_type",
            "magic",
            "unsupported_grant_type: grant type not supported",
        ),
        (
            "client_id",
            "x",
            "invalid_client_id: client identifier invalid",
        ),
        (
            "client_secret",
            "x",
            "invalid_client: invalid client credentials",
        ),
        (
            "redirect_uri",
            "https://app.example/",
            "redirect_uri_mismatch: redirect_uri must match configuration",
        ),
        ("code", "x", "invalid_grant: invalid authorization code"),
    ] {
        let mut params = good.to_vec();
        params.retain(|(n, _)| *n != name);
        params.push((name, value));
        let (status, body) = read(org.token(&params).await).await;
        assert_eq!((status, refusal(&body).as_str()), (400, expected));
    }
    assert_eq!(org.token(&good).await.status(), StatusCode::OK);
    let (status, body) = read(org.token(&good).await).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (400, Some("invalid_grant")),
        "a code works once"
    );
}

#[tokio::test]
async fn the_verifier_must_fit_the_challenge() {
    let org = unconnected(|_| {}).await;
    let code = org.approve().await;
    let (_, wrong) = read(org.exchange(&code, "another").await).await;
    assert_eq!(refusal(&wrong), "invalid_request: invalid code verifier");
    let code = org.approve().await;
    let params = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    let (_, missing) = read(org.token(&params).await).await;
    assert_eq!(missing["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_expires_after_fifteen_minutes() {
    let org = unconnected(|_| {}).await;
    let code = org.approve().await;
    org.sim.clock().advance(15 * 60 * 1000);
    let (_, body) = read(org.exchange(&code, VERIFIER).await).await;
    assert_eq!(refusal(&body), "invalid_grant: expired authorization code");
}

async fn refresh(org: &crate::support::Org, token: &str) -> (u16, Value) {
    read(
        org.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await,
    )
    .await
}

#[tokio::test]
async fn rotation_replaces_the_refresh_token_and_reuse_kills_its_successor() {
    let mut org = connected().await;
    let (_, next) = refresh(&org, &org.refresh).await;
    let successor = text(&next, "refresh_token");
    org.token = text(&next, "access_token");
    assert_eq!(org.get("/limits").await.0, 200);
    let (status, body) = refresh(&org, &org.refresh).await;
    assert_eq!(
        (status, refusal(&body).as_str()),
        (400, "invalid_grant: expired access/refresh token")
    );
    assert_eq!(refresh(&org, &successor).await.0, 400);
    assert_eq!(org.get("/limits").await.0, 401);
}

#[tokio::test]
async fn without_rotation_the_refresh_token_stays() {
    let mut org = unconnected(|app| app.rotate_refresh_tokens = false).await;
    org.connect().await;
    for _ in 0..2 {
        let (status, body) = refresh(&org, &org.refresh).await;
        assert_eq!(status, 200);
        assert!(body.get("refresh_token").is_none());
    }
}

#[tokio::test]
async fn revoking_the_refresh_token_kills_the_access_token() {
    let org = connected().await;
    let revoke = org
        .http
        .post(org.url("/services/oauth2/revoke"))
        .form(&[("token", &org.refresh)]);
    assert_eq!(
        revoke.try_clone().unwrap().send().await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(org.get("/limits").await.0, 401);
    let (status, again) = read(revoke.send().await.unwrap()).await;
    assert_eq!(
        (status, again["error"].as_str()),
        (400, Some("invalid_token"))
    );
}

#[tokio::test]
async fn the_sixth_approval_evicts_the_first() {
    let mut org = connected().await;
    let first = org.refresh.clone();
    for _ in 0..5 {
        org.connect().await;
    }
    assert_eq!(org.sim.approvals(), 5);
    assert_eq!(refresh(&org, &first).await.0, 400);
    assert_eq!(refresh(&org, &org.refresh.clone()).await.0, 200);
}

#[tokio::test]
async fn an_access_token_lives_two_hours() {
    let org = connected().await;
    org.sim.clock().advance(2 * 60 * 60 * 1000);
    let (status, body) = org.get("/limits").await;
    assert_eq!(
        (status, refusal(&body).as_str()),
        (401, "INVALID_SESSION_ID: Session expired or invalid")
    );
}

#[tokio::test]
async fn introspection_tells_live_from_dead() {
    let org = connected().await;
    let ask = |token: String| {
        let form = [
            ("client_id", "the-key".to_owned()),
            ("client_secret", "the-secret".to_owned()),
            ("token", token),
        ];
        org.http
            .post(org.url("/services/oauth2/introspect"))
            .form(&form)
            .send()
    };
    let (_, live) = read(ask(org.token.clone()).await.unwrap()).await;
    assert_eq!(
        (live["active"].as_bool(), live["username"].as_str()),
        (Some(true), Some("admin@northbeam.example"))
    );
    let (_, dead) = read(ask("00D!nothing".to_owned()).await.unwrap()).await;
    assert_eq!(dead, serde_json::json!({"active": false}));
}

#[tokio::test]
async fn an_administrator_can_block_the_application() {
    let org = unconnected(|_| {}).await;
    org.sim.set_may_approve_apps(org.user, false);
    let consent = org.log_in("admin@northbeam.example", "sim-demo").await;
    let url = org.url(&crate::support::location(&consent));
    let back = org.http.get(url).send().await.unwrap();
    let url = crate::support::location(&back).parse().unwrap();
    assert_eq!(param(&url, "error"), "OAUTH_APP_BLOCKED");
}
