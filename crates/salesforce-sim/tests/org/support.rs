//! A running org with a user and a connected application, and a client for it.

use std::sync::{Arc, Once};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use salesforce_sim::{ConnectedApp, Id, OrgConfig, Sim, UserSeed};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

pub const CALLBACK: &str = "https://app.example/callback";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-taken-seriously-0123456789";
pub const DATA: &str = "/services/data/v67.0";

pub struct Org {
    pub sim: Arc<Sim>,
    pub base: String,
    pub user: Id,
    pub http: Client,
    pub token: String,
    pub refresh: String,
}

pub fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
    });
    Client::builder()
        .cookie_store(true)
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// An org with one administrator, not yet connected to.
pub async fn unconnected(change: impl FnOnce(&mut ConnectedApp)) -> Org {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut app = ConnectedApp::new("the-key", "the-secret", CALLBACK);
    change(&mut app);
    let sim = Sim::new(OrgConfig::new("Northbeam", true, &base).with_app(app));
    let user = sim.add_user(UserSeed::new("admin@northbeam.example", "Ada", "Admin"));
    tokio::spawn(salesforce_sim::serve(listener, sim.clone()));
    Org {
        sim,
        base,
        user,
        http: client(),
        token: String::new(),
        refresh: String::new(),
    }
}

/// An org to which an administrator has connected an application.
pub async fn connected() -> Org {
    let mut org = unconnected(|_| {}).await;
    org.connect().await;
    org
}

impl Org {
    pub async fn connect(&mut self) {
        let code = self.approve().await;
        let tokens: Value = self.exchange(&code, VERIFIER).await.json().await.unwrap();
        self.token = text(&tokens, "access_token");
        self.refresh = text(&tokens, "refresh_token");
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn authorize_url(&self, extra: &[(&str, &str)]) -> Url {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut params = vec![
            ("response_type", "code"),
            ("client_id", "the-key"),
            ("redirect_uri", CALLBACK),
            ("scope", "api refresh_token id"),
            ("state", "xyz"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        params.retain(|(name, _)| !extra.iter().any(|(n, _)| n == name));
        params.extend(extra.iter().filter(|(_, v)| !v.is_empty()));
        Url::parse_with_params(&self.url("/services/oauth2/authorize"), params).unwrap()
    }

    /// Opens the login page and logs in; gives the handle of the consent page.
    pub async fn log_in(&self, username: &str, password: &str) -> Response {
        let page = self
            .http
            .get(self.authorize_url(&[("prompt", "login")]))
            .send()
            .await
            .unwrap();
        let handle = handle(&page.text().await.unwrap());
        let form = [
            ("handle", handle.as_str()),
            ("username", username),
            ("password", password),
        ];
        let url = self.url("/services/oauth2/authorize/login");
        self.http.post(url).form(&form).send().await.unwrap()
    }

    /// Follows the consent page and answers it; gives where the browser is sent.
    pub async fn decide(&self, redirect: &Response, action: &str) -> Url {
        let page = self
            .http
            .get(self.url(&location(redirect)))
            .send()
            .await
            .unwrap();
        let handle = handle(&page.text().await.unwrap());
        let form = [("handle", handle.as_str()), ("action", action)];
        let url = self.url("/services/oauth2/authorize/consent");
        let back = self.http.post(url).form(&form).send().await.unwrap();
        assert_eq!(back.status(), StatusCode::FOUND);
        location(&back).parse().unwrap()
    }

    pub async fn approve(&self) -> String {
        let consent = self.log_in("admin@northbeam.example", "sim-demo").await;
        let back = self.decide(&consent, "allow").await;
        param(&back, "code")
    }

    pub async fn token(&self, params: &[(&str, &str)]) -> Response {
        let mut form = vec![("client_id", "the-key"), ("client_secret", "the-secret")];
        form.retain(|(name, _)| !params.iter().any(|(n, _)| n == name));
        form.extend(params);
        self.http
            .post(self.url("/services/oauth2/token"))
            .form(&form)
            .send()
            .await
            .unwrap()
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Response {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ])
        .await
    }

    pub fn send(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.http
            .request(method, self.url(&format!("{DATA}{path}")))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.send("GET", path).send().await.unwrap()).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        read(self.send(method, path).json(&body).send().await.unwrap()).await
    }

    pub async fn create(&self, object: &str, body: Value) -> (u16, Value) {
        self.call("POST", &format!("/sobjects/{object}"), body)
            .await
    }

    pub async fn query(&self, soql: &str) -> (u16, Value) {
        let request = self.send("GET", "/query").query(&[("q", soql)]);
        read(request.send().await.unwrap()).await
    }

    /// The named field of every record that a query finds, joined by commas.
    pub async fn column(&self, soql: &str, field: &str) -> String {
        let (status, body) = self.query(soql).await;
        assert_eq!(status, 200, "{soql}: {body}");
        let records = body["records"].as_array().unwrap();
        let values = records
            .iter()
            .map(|r| r[field].as_str().unwrap_or("null").to_owned());
        values.collect::<Vec<_>>().join(",")
    }
}

pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

/// `CODE: message` of a refusal.
pub fn refusal(body: &Value) -> String {
    let error = if body.is_array() { &body[0] } else { body };
    let code = error
        .get("errorCode")
        .or(error.get("statusCode"))
        .or(error.get("error"));
    let message = error.get("message").or(error.get("error_description"));
    let shown = |v: Option<&Value>| v.and_then(Value::as_str).unwrap_or_default().to_owned();
    format!(
        "{}: {}",
        shown(code),
        shown(message).lines().last().unwrap_or_default()
    )
}

pub fn text(body: &Value, field: &str) -> String {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {body}"))
        .to_owned()
}

pub fn location(response: &Response) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

pub fn param(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(n, _)| n == name);
    found.map(|(_, v)| v.into_owned()).unwrap_or_default()
}

fn handle(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"handle\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}
