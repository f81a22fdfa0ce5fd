//! A buyer at a trust center: asks for access, enters by email, signs the NDA, reads,
//! asks, and hands in a questionnaire.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use url::Url;

use crate::client::{Client, Page};
use crate::mail::MailServer;

/// Long enough for a slow machine; usually an email takes less than a second.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who asks, and for which company.
#[derive(Clone, Copy, Debug)]
pub struct Persona<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
    pub company: &'a str,
}

impl Persona<'_> {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The persona in a separate browser, on the trust center of an organization.
#[derive(Clone, Debug)]
pub struct Buyer<'a> {
    pub who: Persona<'a>,
    pub browser: Client,
    slug: &'a str,
}

impl<'a> Buyer<'a> {
    /// `url` is where Gatehouse is, and `slug` names the organization there.
    pub fn new(url: &Url, slug: &'a str, who: Persona<'a>) -> Result<Self> {
        Ok(Self {
            who,
            browser: Client::new(url)?,
            slug,
        })
    }

    fn page(&self, path: &str) -> String {
        format!("/trust/{}{path}", self.slug)
    }

    pub async fn request_access(&self, reason: &str) -> Result<()> {
        let form = self.browser.open(&self.page("/request-access")).await?;
        let fields = [
            ("first_name", self.who.first_name),
            ("last_name", self.who.last_name),
            ("email", self.who.email),
            ("company", self.who.company),
            ("reason", reason),
        ];
        let done = self.browser.submit(&form, "/request-access", &fields).await;
        let thanks = done?;
        ensure!(
            thanks.url.path().ends_with("/received"),
            "requesting access ended with {}",
            thanks.summary()
        );
        Ok(())
    }

    /// By the link in the email to the shared trust center.
    pub async fn enter(&self, mail: &MailServer) -> Result<Page> {
        let email = mail
            .wait_for(self.who.email, PATIENCE, |mail| {
                mail.link("/enter?").is_some()
            })
            .await?;
        let link = email.link("/enter?").context("an email without its link")?;
        let page = self.browser.open(&link).await?;
        let shared = self.browser.submit(&page, "/enter", &[]).await?;
        ensure!(
            shared.url.path() == self.page("") && shared.status.is_success(),
            "the link led to {}",
            shared.summary()
        );
        Ok(shared)
    }

    /// Agrees to the NDA; answers the shared trust center.
    pub async fn sign(&self) -> Result<Page> {
        let text = self.browser.open(&self.page("/nda")).await?;
        let name = self.who.name();
        let fields = [("full_name", name.as_str()), ("agree", "yes")];
        self.browser.submit(&text, "/nda", &fields).await?;
        let shared = self.browser.open(&self.page("")).await?;
        ensure!(
            shared.status.is_success()
                && !shared.text().contains("Sign the NDA to unlock documents"),
            "signing ended with {}",
            shared.summary()
        );
        Ok(shared)
    }

    /// The page of the item of this title.
    pub async fn item(&self, title: &str) -> Result<Page> {
        let shared = self.browser.open(&self.page("")).await?;
        let item = shared
            .link(title)
            .with_context(|| format!("no item “{title}” in {}", shared.summary()))?;
        self.browser.open(item.as_str()).await
    }

    /// The item's document, which is a PDF.
    pub async fn download(&self, item: &str) -> Result<Page> {
        let item = self.item(item).await?;
        let file = item
            .link("Download")
            .with_context(|| format!("nothing to download in {}", item.summary()))?;
        let file = self.browser.get(file.as_str()).await?;
        ensure!(
            file.status.is_success() && file.bytes.starts_with(b"%PDF-"),
            "the download answered {} and no PDF",
            file.status
        );
        Ok(file)
    }

    /// Asks below an item.
    pub async fn comment(&self, item: &str, text: &str) -> Result<()> {
        let item = self.item(item).await?;
        let said = [("text", text)];
        let sent = self
            .browser
            .submit(&item, "/comments#conversation", &said)
            .await?;
        ensure!(
            sent.status.is_success() && sent.text().contains(text),
            "commenting ended with {}",
            sent.summary()
        );
        Ok(())
    }

    /// Hands in a questionnaire, which is a CSV file.
    pub async fn hand_in(&self, file_name: &str, rows: &[u8], note: &str) -> Result<()> {
        let answer = self
            .browser
            .upload(
                &self.page("/questionnaires"),
                &[("note", note)],
                ("file", file_name, rows),
            )
            .await?;
        let list = self.browser.follow(answer).await?;
        ensure!(
            list.status.is_success() && list.text().contains(file_name),
            "handing in ended with {}",
            list.summary()
        );
        Ok(())
    }
}
