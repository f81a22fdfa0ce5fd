//! An Admin's way through the Salesforce modal, and through the org's own pages.

use anyhow::{Result, ensure};

use crate::client::{Client, Page};

/// Where the modal is; its forms are below it.
pub const MODAL: &str = "/dashboard/settings/salesforce";

/// Which org to connect, and as whom.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// `production` or `sandbox`.
    pub environment: &'a str,
    pub username: &'a str,
    pub password: &'a str,
}

/// From the modal to the org's login, its consent page, and back with access.
/// Answers the modal of a connected org.
pub async fn connect(admin: &Client, login: Login<'_>) -> Result<Page> {
    let consent = log_in(admin, login).await?;
    let modal = answer(admin, &consent, "allow").await?;
    ensure!(
        modal.url.path() == MODAL && modal.status.is_success(),
        "connecting ended with {}",
        modal.summary()
    );
    Ok(modal)
}

/// The first half: up to the org's consent page.
pub async fn log_in(admin: &Client, login: Login<'_>) -> Result<Page> {
    let modal = admin.open(MODAL).await?;
    let choice = [("environment", login.environment)];
    let page = admin.submit(&modal, "/connect", &choice).await?;
    let credentials = [("username", login.username), ("password", login.password)];
    admin.submit(&page, "/authorize/login", &credentials).await
}

/// The second half: `allow` or `deny`, and back to Gatehouse.
pub async fn answer(admin: &Client, consent: &Page, action: &str) -> Result<Page> {
    let answer = [("action", action)];
    admin.submit(consent, "/authorize/consent", &answer).await
}

/// Turns a kind of activity on or off, by the key in its form's address.
pub async fn switch(admin: &Client, kind: &str, on: bool) -> Result<Page> {
    tick(admin, &format!("{MODAL}/switches/{kind}"), on).await
}

/// Turns an option such as `create_contact` on or off.
pub async fn option(admin: &Client, name: &str, on: bool) -> Result<Page> {
    tick(admin, &format!("{MODAL}/options/{name}"), on).await
}

async fn tick(admin: &Client, path: &str, on: bool) -> Result<Page> {
    let ticked: &[(&str, &str)] = if on { &[("on", "1")] } else { &[] };
    let answer = admin.post(path, ticked).await?;
    let modal = admin.follow(answer).await?;
    ensure!(
        modal.status.is_success(),
        "{path} answered {}",
        modal.summary()
    );
    Ok(modal)
}
