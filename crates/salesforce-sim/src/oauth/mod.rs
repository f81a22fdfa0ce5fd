//! OAuth 2.0: login, consent, tokens.

mod approvals;
mod authorize;
mod browser;
mod codes;
mod identity;
mod screens;
mod token;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

pub(crate) use approvals::Auth;

use crate::{
    Sim,
    json::{Json, obj},
};

/// The routes under `/services/oauth2` and the identity URL.
pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/services/oauth2/authorize", get(authorize::begin))
        .route("/services/oauth2/authorize/login", post(authorize::login))
        .route(
            "/services/oauth2/authorize/consent",
            get(authorize::consent_page).post(authorize::consent),
        )
        .route("/services/oauth2/token", post(token::token))
        .route(
            "/services/oauth2/revoke",
            post(token::revoke).get(token::revoke_by_query),
        )
        .route("/services/oauth2/introspect", post(token::introspect))
        .route(
            "/services/oauth2/userinfo",
            get(identity::userinfo).post(identity::userinfo),
        )
        .route("/id/{org}/{user}", get(identity::identity))
}

type Hash = [u8; 32];

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// The signature over the identity URL and the time of issue.
fn signature(secret: &str, text: &str) -> String {
    const BLOCK: usize = 64;
    let mut key = [0u8; BLOCK];
    if secret.len() > BLOCK {
        key[..32].copy_from_slice(&hash(secret));
    } else {
        key[..secret.len()].copy_from_slice(secret.as_bytes());
    }
    let pad = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(text)
        .finalize();
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    BASE64_STANDARD.encode(outer)
}

/// The access token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    known.then(|| token.trim().to_owned())
}

/// An OAuth error: a bare object.
struct Refused {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Refused {
    fn new(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = obj! { "error" => self.error, "error_description" => self.description };
        answer(self.status, &body)
    }
}

fn answer(status: StatusCode, body: &Json) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=UTF-8"),
        (header::CACHE_CONTROL, "no-cache, no-store"),
    ];
    (status, headers, body.to_vec()).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_is_hmac_sha256() {
        // RFC 4231, test case 2.
        assert_eq!(
            super::signature("Jefe", "what do ya want for nothing?"),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
        );
    }
}
