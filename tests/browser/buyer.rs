//! Someone who buys from the organization, at its trust center.

use std::time::Duration;

use testkit::buyer::Persona;
use testkit::mail::Mail;

use crate::chromium::Chromium;
use crate::support::{TestApp, TestOrg};

/// How long an email may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The persona in a separate browser.
pub struct Buyer<'a> {
    pub who: Persona<'static>,
    pub browser: Chromium,
    app: &'a TestApp,
    org: &'a TestOrg,
}

impl<'a> Buyer<'a> {
    pub async fn new(who: Persona<'static>, app: &'a TestApp, org: &'a TestOrg) -> Self {
        Self::at(Chromium::start().await, who, app, org)
    }

    pub fn at(
        browser: Chromium,
        who: Persona<'static>,
        app: &'a TestApp,
        org: &'a TestOrg,
    ) -> Self {
        Self {
            who,
            browser,
            app,
            org,
        }
    }

    pub async fn requests_access(&self, reason: &str) {
        let Self { who, browser, .. } = self;
        browser.visit(self.app, &self.org.page("")).await;
        browser.press("Request access").await;
        browser.arrives_at(&self.org.page("/request-access")).await;
        browser.fill("first_name", who.first_name).await;
        browser.fill("last_name", who.last_name).await;
        browser.fill("email", who.email).await;
        browser.fill("company", who.company).await;
        browser.fill("reason", reason).await;
        browser.press("Send request").await;
        let received = self.org.page("/request-access/received");
        browser.arrives_at(&received).await;
    }

    /// By the link in the email, to the shared trust center.
    pub async fn enters_by_mail(&self) {
        let arrived = |mail: &Mail| mail.link("/enter?").is_some();
        let mail = self
            .app
            .mail
            .wait_for(self.who.email, PATIENCE, arrived)
            .await;
        let link = mail.expect("an email").link("/enter?").expect("its link");
        self.browser.goto(&link).await;
        self.browser.press("Continue").await;
        self.browser.arrives_at(&self.org.page("")).await;
        self.browser.sees(self.who.first_name).await;
    }

    /// Reads the NDA that locks the item, and agrees.
    pub async fn signs_by_click(&self, item: &str) {
        self.opens(item).await;
        self.browser.press("Read and sign the NDA").await;
        self.browser.arrives_at(&self.org.page("/nda")).await;
        self.browser.fill("full_name", &self.who.name()).await;
        self.browser.click("#agree").await;
        self.browser.click("#sign button").await;
        self.sees_file().await;
    }

    /// Goes from the locked item to DocuSign, signs there, and comes back.
    pub async fn signs_in_docusign(&self, item: &str) {
        self.opens(item).await;
        self.browser.press("Read and sign the NDA").await;
        self.browser.press("Sign with DocuSign").await;
        self.browser.press("Sign and finish").await;
        self.sees_file().await;
    }

    /// Downloads the item's file; answers what is in it.
    pub async fn downloads(&self, item: &str) -> Vec<u8> {
        self.opens(item).await;
        self.browser.press("Download").await;
        let file = self.browser.downloaded().await;
        std::fs::read(file).expect("the download")
    }

    pub async fn comments(&self, item: &str, text: &str) {
        self.opens(item).await;
        self.browser.fill("text", text).await;
        self.browser.click(".talk-form button").await;
        self.browser.find(".talk-comment").await;
        self.browser.sees(text).await;
    }

    /// Hands in this questionnaire.
    pub async fn hands_in(&self, file_name: &str, note: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(file_name);
        std::fs::write(&file, "Question,Answer\r\nIs data encrypted?,\r\n").expect("a file");
        self.browser.visit(self.app, &self.org.page("")).await;
        self.browser.press("Your questionnaires").await;
        self.browser.attach("file", &file).await;
        self.browser.fill("note", note).await;
        self.browser.click(".upload-form button").await;
        self.browser.find(".sent-list").await;
        self.browser.sees(file_name).await;
    }

    async fn opens(&self, item: &str) {
        self.browser.visit(self.app, &self.org.page("")).await;
        self.browser.press(item).await;
    }

    async fn sees_file(&self) {
        self.browser.find(".file-acts").await;
    }
}
