//! A person's browser in a test: what goes wrong on the way fails the test.

use testkit::client::{Client, Page};
use url::Url;

/// Keeps cookies; clones share them.
#[derive(Clone, Debug)]
pub struct Browser(Client);

impl Browser {
    pub fn new(base: &Url) -> Self {
        Self(Client::new(base).expect("a client"))
    }

    /// The client beneath, for requests that no browser sends.
    pub fn client(&self) -> &Client {
        &self.0
    }

    /// One GET; redirects are not followed.
    pub async fn get(&self, path: &str) -> Page {
        self.0.get(path).await.expect("an answer")
    }

    /// GET and follow redirects.
    pub async fn open(&self, path: &str) -> Page {
        self.0.open(path).await.expect("a page")
    }

    /// One POST; redirects are not followed.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.0.post(path, fields).await.expect("an answer")
    }

    /// One POST with a file `(field, name, bytes)`.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Page {
        let answer = self.0.upload(path, fields, file).await;
        answer.expect("an answer")
    }

    pub async fn follow(&self, page: Page) -> Page {
        self.0.follow(page).await.expect("a page")
    }

    /// Fills in the form on the page whose action ends with `action`, sends it and
    /// follows.
    pub async fn submit(&self, page: &Page, action: &str, values: &[(&str, &str)]) -> Page {
        let done = self.0.submit(page, action, values).await;
        done.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// The visible text of a page that must answer 200.
    pub async fn text(&self, path: &str) -> String {
        let page = self.open(path).await;
        assert_eq!(page.status, 200, "{}", page.summary());
        page.text()
    }
}
