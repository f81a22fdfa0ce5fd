//! What an Admin does in the dashboard for buyers to come in.

use anyhow::{Context as _, Result, ensure};

use crate::client::{Client, Page};
use crate::form::Form;
use crate::html;

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

/// Approves the request of the person of this name; others may wait beside it.
pub async fn approve(admin: &Client, name: &str) -> Result<()> {
    let requests = admin.open("/dashboard/requests").await?;
    let action = form_of(&requests.html(), name);
    let action =
        action.with_context(|| format!("no request of {name} in {}", requests.summary()))?;
    let done = admin.submit(&requests, &action, &[]).await?;
    ensure!(
        done.status.is_success() && done.form(&action).is_none(),
        "approving ended with {}",
        done.summary()
    );
    Ok(())
}

/// Where the form goes that approves the request of the person of this name.
fn form_of(page: &str, name: &str) -> Option<String> {
    let rows = html::tags(page).into_iter();
    let rows = rows.filter(|tag| tag.name == "tr" && tag.has("data-request"));
    let mut rows = rows.map(|row| row.rest.split("</tr").next().unwrap_or_default());
    let row = rows.find(|row| {
        let tags = html::tags(row);
        let mut links = tags.iter().filter(|tag| tag.has("data-details"));
        links.any(|link| link.text() == name)
    })?;
    let mut forms = Form::all(row).into_iter();
    let form = forms.find(|form| form.action.ends_with("/approve"))?;
    Some(form.action)
}
