//! What an Admin does in the dashboard for buyers to come in.

use anyhow::{Result, ensure};

use crate::client::{Client, Page};

/// Signs in by the login page.
pub async fn sign_in(admin: &Client, email: &str, password: &str) -> Result<Page> {
    let page = admin.open("/login").await?;
    let login = [("email", email), ("password", password)];
    let dashboard = admin.submit(&page, "/login", &login).await?;
    ensure!(
        dashboard.url.path().starts_with("/dashboard"),
        "signing in ended with {}",
        dashboard.summary()
    );
    Ok(dashboard)
}

/// Publishes a text, in Markdown, which new accounts have to sign with a click.
pub async fn ask_for_nda(admin: &Client, text: &str) -> Result<()> {
    let settings = admin.open("/dashboard/settings/nda").await?;
    let text = [("text", text), ("act", "publish")];
    let published = admin.submit(&settings, "/settings/nda", &text).await?;
    let choice = [("kind", "clickwrap")];
    let chosen = admin
        .submit(&published, "/settings/nda/default", &choice)
        .await?;
    ensure!(
        chosen.status.is_success(),
        "choosing the NDA ended with {}",
        chosen.summary()
    );
    Ok(())
}

/// Approves the one request that waits, of the person of this name.
pub async fn approve(admin: &Client, name: &str) -> Result<()> {
    let requests = admin.open("/dashboard/requests").await?;
    ensure!(
        requests.text().contains(name),
        "no request of {name} in {}",
        requests.summary()
    );
    let done = admin.submit(&requests, "/approve", &[]).await?;
    ensure!(
        done.status.is_success() && done.form("/approve").is_none(),
        "approving ended with {}",
        done.summary()
    );
    Ok(())
}
