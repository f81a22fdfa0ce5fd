//! What `WebDriver` can't say, in Chromium's own protocol.

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::chromium::Chromium;
use crate::support::Browser;

#[derive(Debug)]
struct Command {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.name, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}

impl Chromium {
    pub async fn devtools(&self, name: &'static str, parameters: Value) {
        let done = self.client().issue_cmd(Command { name, parameters }).await;
        done.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// From now on this is the browser of the person whom that one belongs to, on all pages at
    /// this path and below.
    pub async fn becomes(&self, person: &Browser, path: &str) {
        self.devtools("Network.clearBrowserCookies", json!({}))
            .await;
        let url = person.client().url(path).expect("an address");
        for (name, value) in person.client().cookies(path).expect("cookies") {
            let cookie = json!({
                "name": name, "value": value, "url": url.as_str(), "path": path,
            });
            self.devtools("Network.setCookie", cookie).await;
        }
    }
}
