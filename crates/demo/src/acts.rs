//! What a visitor does once let in: signs the NDA, asks, and hands in a
//! questionnaire.

use anyhow::{Context as _, Result, ensure};
use rehearsal::client::{Client, Page};

use crate::script::page;

const NDA: &str = "# Mutual non-disclosure agreement\n\nWhat either side marks as confidential, or \
    shares behind this agreement, is used to assess the other's security and for nothing else. \
    It is kept for two years after the last exchange, and deleted on request.\n";
const QUESTIONNAIRE: &[u8] = b"Question,Answer\r\n\
    Is customer data encrypted at rest?,\r\n\
    How long are backups kept?,\r\n\
    Who may reach production?,\r\n";

/// The Admin publishes a text, which new accounts have to sign with a click.
pub async fn ask_for_nda(admin: &Client) -> Result<()> {
    let settings = admin.open("/dashboard/settings/nda").await?;
    let text = [("text", NDA), ("act", "publish")];
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

/// Signs as this name; answers the shared status page.
pub async fn sign(browser: &Client, name: &str) -> Result<Page> {
    let text = browser.open(&page("/nda")).await?;
    let fields = [("full_name", name), ("agree", "yes")];
    browser.submit(&text, "/nda", &fields).await?;
    let shared = browser.open(&page("")).await?;
    ensure!(
        shared.status.is_success() && !shared.text().contains("One signature to go"),
        "signing ended with {}",
        shared.summary()
    );
    Ok(shared)
}

/// Asks below an item.
pub async fn comment(browser: &Client, shared: &Page, item: &str, text: &str) -> Result<()> {
    let item = shared
        .link(item)
        .with_context(|| format!("no item “{item}” in {}", shared.summary()))?;
    let item = browser.open(item.as_str()).await?;
    let said = [("text", text)];
    let item = browser
        .submit(&item, "/comments#conversation", &said)
        .await?;
    ensure!(
        item.status.is_success() && item.text().contains(text),
        "commenting ended with {}",
        item.summary()
    );
    Ok(())
}

/// Hands in a questionnaire.
pub async fn hand_in(browser: &Client, note: &str) -> Result<()> {
    let file = ("file", "Vendor questionnaire.csv", QUESTIONNAIRE);
    let answer = browser
        .upload(&page("/questionnaires"), &[("note", note)], file)
        .await?;
    let list = browser.follow(answer).await?;
    ensure!(
        list.status.is_success() && list.text().contains("Vendor questionnaire.csv"),
        "handing in ended with {}",
        list.summary()
    );
    Ok(())
}
