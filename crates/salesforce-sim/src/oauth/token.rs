//! The token, revocation and introspection endpoints.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Refused, answer, approvals::Refresh, hash, signature};
use crate::{
    ConnectedApp, Id, Sim,
    json::{Json, obj},
    org::Org,
};

type Params = HashMap<String, String>;

const EXPIRED: (&str, &str) = ("invalid_grant", "expired access/refresh token");

/// Exchanges a code or a refresh token for an access token.
pub(crate) async fn token(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    Form(params): Form<Params>,
) -> Response {
    let result = sim.with(|org, now| {
        let grant = params.get("grant_type").map_or("", String::as_str);
        if grant != "authorization_code" && grant != "refresh_token" {
            return Err(Refused::new(
                "unsupported_grant_type",
                "grant type not supported",
            ));
        }
        let app = client(org, &headers, &params)?;
        if grant == "authorization_code" {
            by_code(org, &app, &params, now)
        } else {
            by_refresh(org, &app, &params, now)
        }
    });
    match result {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(refused) => refused.into_response(),
    }
}

/// The application, proven by its secret.
fn client(org: &Org, headers: &HeaderMap, params: &Params) -> Result<ConnectedApp, Refused> {
    let basic = basic_credentials(headers);
    let param = |name: &str| params.get(name).cloned();
    let (id, secret) = match basic {
        Some((id, secret)) => (id, Some(secret)),
        None => (
            param("client_id").unwrap_or_default(),
            param("client_secret"),
        ),
    };
    let app = org
        .config
        .connected_apps
        .iter()
        .find(|app| app.client_id == id);
    let app = app.ok_or_else(|| Refused::new("invalid_client_id", "client identifier invalid"))?;
    if secret.as_deref() != Some(&app.client_secret) {
        return Err(Refused::new("invalid_client", "invalid client credentials"));
    }
    Ok(app.clone())
}

fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = BASE64_STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn by_code(org: &mut Org, app: &ConnectedApp, params: &Params, now: i64) -> Result<Json, Refused> {
    let presented = params.get("code").map_or("", String::as_str);
    let code = org.auth.codes.get(&hash(presented)).cloned();
    let code = code.filter(|c| c.request.client_id == app.client_id);
    let Some(code) = code else {
        return Err(Refused::new("invalid_grant", "invalid authorization code"));
    };
    if params.get("redirect_uri") != Some(&code.request.redirect_uri) {
        return Err(Refused::new(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ));
    }
    // Single use: whatever follows, this code is spent.
    org.auth.codes.remove(&hash(presented));
    if code.expires <= now {
        return Err(Refused::new("invalid_grant", "expired authorization code"));
    }
    if code.request.challenge.is_some() {
        match params.get("code_verifier") {
            None => return Err(Refused::new("invalid_grant", "missing code verifier")),
            Some(verifier) if !code.verifies(verifier) => {
                return Err(Refused::new("invalid_request", "invalid code verifier"));
            }
            Some(_) => {}
        }
    }
    check_user(org, code.user)?;
    let scope = code.request.scope.as_str();
    let lasting = scope
        .split(' ')
        .any(|s| matches!(s, "refresh_token" | "offline_access"));
    let approval = lasting.then(|| org.auth.approve(code.user, &app.client_id, scope));
    let (number, refresh) = approval.unzip();
    Ok(issue(org, app, code.user, scope, number, refresh, now))
}

fn by_refresh(
    org: &mut Org,
    app: &ConnectedApp,
    params: &Params,
    now: i64,
) -> Result<Json, Refused> {
    let presented = params.get("refresh_token").map_or("", String::as_str);
    let Refresh::Valid(number) = org.auth.present(presented, &app.client_id) else {
        return Err(Refused::new(EXPIRED.0, EXPIRED.1));
    };
    let approval = org.auth.approval(number).map(|a| (a.user, a.scope.clone()));
    let (user, scope) = approval.ok_or_else(|| Refused::new(EXPIRED.0, EXPIRED.1))?;
    check_user(org, user)?;
    let rotated = app
        .rotate_refresh_tokens
        .then(|| org.auth.rotate(number))
        .flatten();
    Ok(issue(org, app, user, &scope, Some(number), rotated, now))
}

fn check_user(org: &Org, user: Id) -> Result<(), Refused> {
    if !org.data.value(user, "IsActive").is_true() {
        return Err(Refused::new("inactive_user", "user is inactive"));
    }
    if !org.permissions(user).may_approve_apps {
        return Err(Refused::new(
            "invalid_app_access",
            "user is not admin approved to access this app",
        ));
    }
    Ok(())
}

fn issue(
    org: &mut Org,
    app: &ConnectedApp,
    user: Id,
    scope: &str,
    approval: Option<u64>,
    refresh: Option<String>,
    now: i64,
) -> Json {
    let expires = now + org.config.session_seconds.cast_signed() * 1000;
    let access = org
        .auth
        .open(org.id, approval, user, &app.client_id, scope, expires);
    let base = org.config.base_url.clone();
    let id = format!("{base}/id/{}/{user}", org.id);
    let issued = now.to_string();
    let mut members: Vec<(std::borrow::Cow<'static, str>, Json)> =
        vec![("access_token".into(), access.into())];
    if let Some(refresh) = refresh {
        members.push(("refresh_token".into(), refresh.into()));
    }
    let sign = signature(&app.client_secret, &format!("{id}{issued}"));
    members.extend([
        ("signature".into(), sign.into()),
        ("scope".into(), scope.to_owned().into()),
        ("instance_url".into(), base.into()),
        ("id".into(), id.into()),
        ("token_type".into(), "Bearer".into()),
        ("issued_at".into(), issued.into()),
    ]);
    Json::Obj(members)
}

/// Revokes a token given in a form.
pub(crate) async fn revoke(State(sim): State<Arc<Sim>>, Form(params): Form<Params>) -> Response {
    revoke_token(&sim, &params)
}

/// Revokes a token given in the address.
pub(crate) async fn revoke_by_query(
    State(sim): State<Arc<Sim>>,
    Query(params): Query<Params>,
) -> Response {
    revoke_token(&sim, &params)
}

fn revoke_token(sim: &Sim, params: &Params) -> Response {
    let Some(token) = params.get("token") else {
        return Refused::new("unsupported_token_type", "this token type is not supported")
            .into_response();
    };
    if sim.with(|org, _| org.auth.revoke(token)) {
        StatusCode::OK.into_response()
    } else {
        Refused::new("invalid_token", "invalid token").into_response()
    }
}

/// Says what a token is.
pub(crate) async fn introspect(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    Form(params): Form<Params>,
) -> Response {
    sim.with(|org, now| {
        if let Err(mut refused) = client(org, &headers, &params) {
            refused.status = StatusCode::UNAUTHORIZED;
            return refused.into_response();
        }
        let token = params.get("token").map_or("", String::as_str);
        let body = match org.auth.session(token, now) {
            None => obj! { "active" => false },
            Some(session) => obj! {
                "active" => true,
                "scope" => session.scope.clone(),
                "client_id" => session.client_id.clone(),
                "username" => org.data.value(session.user, "Username").to_json(false),
                "sub" => format!("{}/id/{}/{}", org.config.base_url, org.id, session.user),
                "token_type" => "access_token",
                "exp" => session.expires / 1000,
                "iat" => session.expires / 1000 - org.config.session_seconds.cast_signed(),
            },
        };
        answer(StatusCode::OK, &body)
    })
}
