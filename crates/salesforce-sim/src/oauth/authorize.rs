//! The authorisation endpoint: login, consent, and back to the application.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    browser::{COOKIE, cookie, refuse, send_back},
    codes::{CODE_LIFE, Code, Pending},
    hash,
    screens::{Consent, Login, problem, scope_text, show},
};
use crate::{ConnectedApp, Id, Sim, org::Org, random};

const SCOPES: &[&str] = &[
    "api",
    "refresh_token",
    "offline_access",
    "id",
    "openid",
    "profile",
    "email",
    "web",
    "full",
];

/// Where the application sends the user first.
pub(crate) async fn begin(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    Query(params): Query<HashMap<String, String>>,
) -> Response {
    sim.with(|org, _| {
        let mut pending = match request(org, &params) {
            Ok(pending) => pending,
            Err(mistake) => return mistake.answer(org),
        };
        let prompt = params.get("prompt").map_or("", String::as_str);
        let fresh_login = prompt
            .split(' ')
            .any(|p| p == "login" || p == "select_account");
        let browser = cookie(&headers).and_then(|c| org.auth.browsers.get(&c).copied());
        pending.user = browser.filter(|_| !fresh_login);
        let handle = random::token(32);
        let signed_in = pending.user.is_some();
        let hint = pending.login_hint.clone();
        org.auth.pending.insert(handle.clone(), pending);
        if signed_in {
            Redirect::to(&format!(
                "/services/oauth2/authorize/consent?handle={handle}"
            ))
            .into_response()
        } else {
            login_page(org, &handle, &hint, false)
        }
    })
}

/// A request that is refused before the user sees it.
struct Mistake {
    /// The application's address and state, once they are known to be its own.
    back: Option<(String, Option<String>)>,
    error: &'static str,
    description: &'static str,
}

impl Mistake {
    fn answer(self, org: &Org) -> Response {
        match self.back {
            Some((uri, state)) => refuse(&uri, state.as_deref(), self.error, self.description),
            None => problem(org, self.error, self.description),
        }
    }
}

/// Checks the request; errors go back to the application only once its
/// address is known to be its own.
fn request(org: &Org, params: &HashMap<String, String>) -> Result<Pending, Mistake> {
    let get = |name: &str| params.get(name).map_or("", String::as_str);
    let here = |error, description| Mistake {
        back: None,
        error,
        description,
    };
    let app = org
        .config
        .connected_apps
        .iter()
        .find(|app| app.client_id == get("client_id"))
        .ok_or_else(|| here("invalid_client_id", "client identifier invalid"))?;
    let redirect_uri = get("redirect_uri");
    if !app.callback_urls.iter().any(|url| url == redirect_uri) {
        return Err(here(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ));
    }
    let state = params.get("state").cloned();
    let challenge = params
        .get("code_challenge")
        .filter(|c| !c.is_empty())
        .cloned();
    if let Some((error, description)) = wrong(app, &get, challenge.is_some()) {
        let back = Some((redirect_uri.to_owned(), state));
        return Err(Mistake {
            back,
            error,
            description,
        });
    }
    Ok(Pending {
        client_id: app.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scope: scopes(get("scope")).join(" "),
        state,
        challenge,
        login_hint: get("login_hint").to_owned(),
        user: None,
    })
}

fn scopes(scope: &str) -> Vec<&str> {
    let asked = if scope.is_empty() {
        "api refresh_token id"
    } else {
        scope
    };
    asked.split_whitespace().collect()
}

/// What is wrong with a request of a known application.
fn wrong<'a>(
    app: &ConnectedApp,
    get: &impl Fn(&str) -> &'a str,
    challenged: bool,
) -> Option<(&'static str, &'static str)> {
    if get("response_type") != "code" {
        return Some(("unsupported_response_type", "response type not supported"));
    }
    if scopes(get("scope")).iter().any(|s| !SCOPES.contains(s)) {
        return Some(("invalid_scope", "the requested scope is not allowed"));
    }
    if !challenged && app.pkce_required {
        return Some(("invalid_request", "missing required code challenge"));
    }
    if challenged && get("code_challenge_method") != "S256" {
        return Some(("invalid_request", "code challenge method must be S256"));
    }
    None
}

fn login_page(org: &Org, handle: &str, username: &str, failed: bool) -> Response {
    show(&Login {
        org: &org.config.name,
        sandbox: org.config.is_sandbox,
        handle,
        username,
        failed,
    })
}

/// The login form.
#[derive(Deserialize)]
pub(crate) struct LoginForm {
    handle: String,
    username: String,
    password: String,
}

/// Takes the login form.
pub(crate) async fn login(State(sim): State<Arc<Sim>>, Form(form): Form<LoginForm>) -> Response {
    sim.with(|org, _| {
        if !org.auth.pending.contains_key(&form.handle) {
            return expired(org);
        }
        let Some(user) = check_password(org, form.username.trim(), &form.password) else {
            let page = login_page(org, &form.handle, form.username.trim(), true);
            return (StatusCode::OK, page).into_response();
        };
        if let Some(pending) = org.auth.pending.get_mut(&form.handle) {
            pending.user = Some(user);
        }
        let session = random::token(40);
        org.auth.browsers.insert(session.clone(), user);
        let cookie = format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax");
        let next = format!("/services/oauth2/authorize/consent?handle={}", form.handle);
        ([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response()
    })
}

fn check_password(org: &Org, username: &str, password: &str) -> Option<Id> {
    let user = org.user_by_name(username)?;
    let known = org.passwords.get(&user).is_some_and(|p| p == password);
    (known && org.data.value(user, "IsActive").is_true()).then_some(user)
}

/// Which request the consent page is about.
#[derive(Deserialize)]
pub(crate) struct Handle {
    handle: String,
}

/// Asks the user for consent.
pub(crate) async fn consent_page(
    State(sim): State<Arc<Sim>>,
    Query(query): Query<Handle>,
) -> Response {
    sim.with(|org, _| {
        let Some((pending, user)) = signed_in(org, &query.handle) else {
            return expired(org);
        };
        if !org.permissions(user).may_approve_apps {
            org.auth.pending.remove(&query.handle);
            return refuse(
                &pending.redirect_uri,
                pending.state.as_deref(),
                "OAUTH_APP_BLOCKED",
                "this app is blocked by admin",
            );
        }
        let app = org
            .config
            .connected_apps
            .iter()
            .find(|a| a.client_id == pending.client_id);
        let mut scopes: Vec<&str> = pending.scope.split(' ').map(scope_text).collect();
        scopes.dedup();
        let name = org.data.value(user, "Name");
        let username = org.data.value(user, "Username");
        show(&Consent {
            org: &org.config.name,
            sandbox: org.config.is_sandbox,
            handle: &query.handle,
            app: app.map_or("Application", |a| a.name.as_str()),
            user: name.as_str().unwrap_or_default(),
            username: username.as_str().unwrap_or_default(),
            scopes,
        })
    })
}

/// The consent form.
#[derive(Deserialize)]
pub(crate) struct ConsentForm {
    handle: String,
    action: String,
}

/// Takes the consent form and sends the user back.
pub(crate) async fn consent(
    State(sim): State<Arc<Sim>>,
    Form(form): Form<ConsentForm>,
) -> Response {
    sim.with(|org, now| {
        let Some((request, user)) = signed_in(org, &form.handle) else {
            return expired(org);
        };
        org.auth.pending.remove(&form.handle);
        let (uri, state) = (request.redirect_uri.clone(), request.state.clone());
        if form.action != "allow" {
            return refuse(
                &uri,
                state.as_deref(),
                "access_denied",
                "end-user denied authorization",
            );
        }
        // Real codes end in characters that must be escaped in an address.
        let code = format!("aPrx{}==", random::token(76));
        let granted = Code {
            request,
            user,
            expires: now + CODE_LIFE,
        };
        org.auth.codes.insert(hash(&code), granted);
        send_back(&uri, &[("code", &code)], state.as_deref())
    })
}

fn signed_in(org: &Org, handle: &str) -> Option<(Pending, Id)> {
    let pending = org.auth.pending.get(handle)?;
    Some((pending.clone(), pending.user?))
}

fn expired(org: &Org) -> Response {
    problem(
        org,
        "invalid_request",
        "this login has expired; go back to the application and start again",
    )
}
