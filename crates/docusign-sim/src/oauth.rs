//! The authentication service: the JWT grant, userinfo, and the consent page.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::account::Sim;
use crate::error::ApiError;
use crate::jwt::Assertion;
use crate::random;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LONGEST: i64 = 3600;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/oauth/userinfo", get(userinfo))
        .route("/oauth/auth", get(consent))
}

#[derive(Deserialize)]
struct Grant {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    assertion: String,
}

async fn token(State(sim): State<Arc<Sim>>, Form(grant): Form<Grant>) -> Response {
    if let Err((error, description)) = check(&sim, &grant) {
        let body = json!({ "error": error, "error_description": description });
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    let token = random::token();
    let ends = sim.clock.now() + Duration::from_hours(1);
    sim.state().tokens.insert(token.clone(), ends);
    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
    Json(body).into_response()
}

fn check(sim: &Sim, grant: &Grant) -> Result<(), (&'static str, &'static str)> {
    const BAD: &str = "invalid_grant";
    if grant.grant_type != GRANT {
        return Err((BAD, "unsupported_grant_type"));
    }
    let assertion = Assertion::read(&grant.assertion).ok_or((BAD, "invalid_assertion"))?;
    let (claims, config) = (&assertion.claims, &sim.config);
    let now = sim.clock.now().as_second();
    let host = config.url.split("://").nth(1).unwrap_or_default();
    let scopes: Vec<_> = claims.scope.split(' ').collect();
    let checks = [
        (claims.iss == config.integration_key, "issuer_not_found"),
        (
            assertion.is_signed_by(&config.public_key),
            "no_valid_keys_or_signatures",
        ),
        (claims.sub == config.user_id, "user_not_found"),
        (claims.aud == host, "invalid_audience"),
        (
            claims.iat <= now + 60 && claims.exp > now,
            "expired_assertion",
        ),
        (claims.exp - claims.iat <= LONGEST, "lifetime_too_long"),
        (
            scopes.contains(&"signature") && scopes.contains(&"impersonation"),
            "invalid_scope",
        ),
    ];
    if let Some((_, why)) = checks.into_iter().find(|(fine, _)| !fine) {
        return Err((BAD, why));
    }
    if !sim.state().consented {
        return Err(("consent_required", ""));
    }
    Ok(())
}

/// Whether the request has a token that is good now.
pub(crate) fn is_let_in(sim: &Sim, headers: &HeaderMap) -> bool {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let ends = token.and_then(|token| sim.state().tokens.get(token).copied());
    ends.is_some_and(|ends| ends > sim.clock.now())
}

async fn userinfo(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Response {
    if !is_let_in(&sim, &headers) {
        return ApiError::unauthorized().into_response();
    }
    let config = &sim.config;
    Json(json!({
        "sub": config.user_id,
        "name": "Contracts Desk",
        "accounts": [{
            "account_id": config.account_id,
            "is_default": true,
            "account_name": config.account_name,
            "base_uri": config.url,
        }],
    }))
    .into_response()
}

#[derive(Deserialize)]
struct Consent {
    client_id: String,
    redirect_uri: String,
}

/// Whoever opens the page is taken to be the user, and to agree.
async fn consent(State(sim): State<Arc<Sim>>, Query(asked): Query<Consent>) -> Response {
    if asked.client_id != sim.config.integration_key {
        return (StatusCode::BAD_REQUEST, "The client id is not registered").into_response();
    }
    sim.set_consent(true);
    let join = if asked.redirect_uri.contains('?') {
        '&'
    } else {
        '?'
    };
    let to = format!("{}{join}code={}", asked.redirect_uri, random::token());
    Redirect::to(&to).into_response()
}
