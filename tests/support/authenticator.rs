//! Authenticator apps of staff, and the recovery codes that they wrote down.

use std::time::Duration;

use domain::staff::StaffUser;
use testkit::client::Page;
use totp_rs::{Builder, Secret, Totp};

use super::app::TestApp;
use super::browser::Browser;
use super::seed::PASSWORD;

/// The page that an app scans, and to which its code goes.
const SETUP: &str = "/login/second-factor";
/// How long a code lasts.
const STEP: Duration = Duration::from_secs(30);

pub struct Authenticator {
    totp: Totp,
    pub recovery: Vec<String>,
}

impl Authenticator {
    /// What the app shows now.
    pub fn code(&self, app: &TestApp) -> String {
        let now = u64::try_from(app.ambient.now().as_second()).expect("a moment after 1970");
        self.totp.generate(now).to_string()
    }

    /// The app that scanned this page.
    pub fn from_page(scanned: &Page) -> Self {
        Self {
            totp: scan(scanned),
            recovery: Vec::new(),
        }
    }

    /// From the page that is scanned to the one with the recovery codes. The next code is
    /// another one.
    pub async fn set_up(app: &TestApp, browser: &Browser, scanned: Page) -> (Self, Page) {
        assert!(
            scanned.html().contains("<svg class=\"qr\""),
            "{}",
            scanned.summary()
        );
        let mut new = Self::from_page(&scanned);
        let code = new.code(app);
        let page = browser.submit(&scanned, SETUP, &[("code", &code)]).await;
        new.recovery = recovery_codes(&page);
        assert_eq!(new.recovery.len(), 10, "{}", page.summary());
        app.advance(STEP);
        (new, page)
    }
}

impl TestApp {
    /// Sets up a second factor, and answers the browser in which that was done.
    pub async fn with_second_factor(&self, user: &StaffUser) -> (Authenticator, Browser) {
        let browser = self.browser_of(user).await;
        let page = browser.open("/dashboard/profile").await;
        let present = [("present", PASSWORD)];
        let page = browser
            .submit(&page, "/second-factor/begin", &present)
            .await;
        let (authenticator, _) = Authenticator::set_up(self, &browser, page).await;
        (authenticator, browser)
    }
}

/// The recovery codes that the page shows.
pub fn recovery_codes(page: &Page) -> Vec<String> {
    let html = page.html();
    let codes = html.split("<code class=\"recovery-code\">").skip(1);
    codes
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

fn scan(page: &Page) -> Totp {
    let html = page.html();
    let key = html.split_once("id=\"secret\">").expect("a key").1;
    let key = key.split('<').next().unwrap_or_default().replace(' ', "");
    let secret = Secret::try_from_base32(key).expect("Base32");
    let builder = Builder::new().with_secret(secret);
    builder.with_account_name("me").build().expect("an app")
}
