//! `security.txt` (RFC 9116): where to report vulnerabilities.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::organizations::Organization;

use crate::app::App;
use crate::use_cases::organizations::address::StatusAddress;
use crate::web::http::custom_domain;
use crate::web::http::error::WebResult;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::SECURITY_TXT;

const PLAIN: &str = "text/plain; charset=utf-8";

/// Below the trust center.
pub(super) async fn of_page(State(app): State<App>, page: StatusPage) -> WebResult {
    let path = page.path("/.well-known/security.txt");
    file(&app, &page.org, &path).await
}

/// At the top: of the organization whose domain was asked, or of the only one.
pub(in crate::web::public) async fn of_host(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> WebResult {
    let org = custom_domain::organization_of_host(&app, &uri, &headers).await?;
    file(&app, &org, custom_domain::SECURITY_TXT).await
}

async fn file(app: &App, org: &Organization, path: &str) -> WebResult {
    let mut tx = app.db.read().await?;
    let contact = store::content::security_contact::of(&mut tx, org.id).await?;
    let address = StatusAddress::for_organization(&mut tx, org, &app.config.public_url).await?;
    drop(tx);
    let mut lines = Vec::new();
    if !contact.contact_url.is_empty() {
        lines.push(format!("Contact: {}", contact.contact_url));
    }
    if !org.security_email.is_empty() {
        lines.push(format!("Contact: mailto:{}", org.security_email));
    }
    if lines.is_empty() {
        return Ok(no_contact(org));
    }
    let expires = app.ambient.now() + SECURITY_TXT;
    lines.push(format!(
        "Expires: {}",
        expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    ));
    if !contact.languages.is_empty() {
        lines.push(format!("Preferred-Languages: {}", contact.languages));
    }
    if !contact.policy_url.is_empty() {
        lines.push(format!("Policy: {}", contact.policy_url));
    }
    lines.push(format!("Canonical: {}", address.on_host(path)));
    let text = lines.join("\n") + "\n";
    Ok(([(header::CONTENT_TYPE, PLAIN)], text).into_response())
}

fn no_contact(org: &Organization) -> Response {
    let text = format!(
        "{} has not named a security contact yet. An Admin can do it in the settings of the trust \
         center.\n",
        org.name
    );
    let kind = [(header::CONTENT_TYPE, PLAIN)];
    (StatusCode::NOT_FOUND, kind, text).into_response()
}
