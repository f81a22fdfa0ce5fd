//! A person at a browser: looks for words and controls, waits until they are
//! there, clicks and types.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::driver::Driver;

/// How long a person would look before giving up.
const PATIENCE: Duration = Duration::from_secs(20);

const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    // Headless Chromium calls itself so, and counts as a robot.
    "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/131.0.0.0 Safari/537.36",
];

pub struct Chromium {
    client: Client,
    downloads: TempDir,
    // Dropped in this order: the browser ends before its folders go.
    _driver: Driver,
    _profile: TempDir,
}

impl Chromium {
    /// A fresh browser without cookies.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// One that runs no page's scripts.
    pub async fn start_without_scripts() -> Self {
        const BLOCK: u8 = 2;
        let setting = "profile.managed_default_content_settings.javascript";
        Self::start_with(&[(setting, BLOCK.into())]).await
    }

    /// One with other preferences than usual, by Chromium's names.
    pub async fn start_with(preferences: &[(&str, Value)]) -> Self {
        let mut driver = Driver::start();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let downloads = tempfile::tempdir().expect("a folder for downloads");
        let mut flags: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({
            "args": flags,
            "prefs": {
                "download.default_directory": downloads.path(),
                "download.prompt_for_download": false,
                "plugins.always_open_pdf_externally": true,
            },
        });
        for (name, value) in preferences {
            options["prefs"][name] = value.clone();
        }
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url())
            .await
            .expect("Chromium starts; `make test` installs it");
        driver.ends(client.session_id().await.expect("a session"));
        Self {
            client,
            downloads,
            _driver: driver,
            _profile: profile,
        }
    }

    /// The session, for what people don't do.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub async fn goto(&self, url: &str) {
        let gone = self.client.goto(url).await;
        gone.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("a reload");
    }

    /// The path of the page that is shown.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.path().to_owned()
    }

    pub async fn origin(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.origin().ascii_serialization()
    }

    /// The words on the page, as they are shown.
    pub async fn text(&self) -> String {
        let body = self.find("body").await;
        body.text().await.expect("the page's text")
    }

    /// Waits until these words are on the page.
    pub async fn sees(&self, words: &str) {
        let shown = self.until(async || {
            let body = self.client.find(Locator::Css("body")).await?;
            Ok(body.text().await?.contains(words).then_some(()))
        });
        assert!(
            shown.await.is_some(),
            "“{words}” is not on {}:\n{}",
            self.path().await,
            self.text().await
        );
    }

    /// Waits until the page's path is this.
    pub async fn arrives_at(&self, path: &str) {
        let there = self.until(async || {
            let url = self.client.current_url().await?;
            Ok((url.path() == path).then_some(()))
        });
        assert!(
            there.await.is_some(),
            "not at {path} but at {}:\n{}",
            self.path().await,
            self.text().await
        );
    }

    /// The first element, once there is one.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.until(async || self.client.find(Locator::Css(css)).await.map(Some));
        match found.await {
            Some(element) => element,
            None => panic!("no {css} at {}", self.path().await),
        }
    }

    /// All that there are now.
    pub async fn all(&self, css: &str) -> Vec<Element> {
        let all = self.client.find_all(Locator::Css(css)).await;
        all.expect("a selector")
    }

    /// How many there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.all(css).await.len()
    }

    /// Clicks it, once it can be clicked.
    pub async fn click(&self, css: &str) {
        self.click_at(Locator::Css(css)).await;
    }

    /// Clicks the button or link with these words.
    pub async fn press(&self, words: &str) {
        let path = format!(
            "//*[self::button or self::a or self::summary][contains(normalize-space(), \"{words}\")]"
        );
        self.click_at(Locator::XPath(&path)).await;
    }

    /// Presses Enter where the focus is.
    pub async fn press_focused(&self) {
        let focused = self.client.active_element().await.expect("a focus");
        let enter = char::from(fantoccini::key::Key::Enter).to_string();
        focused.send_keys(&enter).await.expect("a key");
    }

    /// Types where the focus is; on the page itself where nothing has it.
    pub async fn types(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("keys");
    }

    async fn click_at(&self, what: Locator<'_>) {
        let clicked = self.until(async || {
            let element = self.client.find(what).await?;
            element.click().await.map(Some)
        });
        assert!(
            clicked.await.is_some(),
            "can't click {what:?} at {}:\n{}",
            self.path().await,
            self.text().await
        );
    }

    /// Types into the field of this name, in place of what is there.
    pub async fn fill(&self, name: &str, value: &str) {
        let css = format!("[name='{name}']:not([type='hidden'])");
        let field = self.find(&css).await;
        field.clear().await.expect("an empty field");
        field.send_keys(value).await.expect("a filled field");
    }

    /// Chooses this file in the field of this name.
    pub async fn attach(&self, name: &str, file: &Path) {
        let css = format!("input[type='file'][name='{name}']");
        let field = self.find(&css).await;
        let path = file.to_str().expect("a path in UTF-8");
        field.send_keys(path).await.expect("a chosen file");
    }

    /// Whether the first such checkbox is checked.
    pub async fn is_checked(&self, css: &str) -> bool {
        let checkbox = self.find(css).await;
        checkbox.is_selected().await.expect("a checkbox")
    }

    /// The first file that was downloaded, once it is there whole.
    pub async fn downloaded(&self) -> PathBuf {
        let file = self.until(async || {
            let files = std::fs::read_dir(self.downloads.path()).expect("the folder");
            let mut whole = files
                .map(|file| file.expect("an entry").path())
                .filter(|path| path.extension().is_some_and(|kind| kind == "pdf"))
                // Chromium takes the name by an empty file before it has the content.
                .filter(|path| path.metadata().is_ok_and(|file| file.len() > 0));
            Ok(whole.next())
        });
        file.await.expect("a download")
    }

    /// What the script returns, as it is run on the page.
    pub async fn run(&self, script: &str) -> Value {
        let answer = self.client.execute(script, Vec::new()).await;
        answer.expect("a script that runs")
    }

    /// Asks again until there is an answer or patience ends. A page that is just
    /// changing gives errors; they count as no answer.
    async fn until<T>(&self, ask: impl AsyncFn() -> Result<Option<T>, CmdError>) -> Option<T> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Ok(Some(answer)) = ask().await {
                return Some(answer);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }
}
