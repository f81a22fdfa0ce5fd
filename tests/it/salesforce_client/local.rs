//! A local org in this process, and a browser's way through its login.

use std::sync::Arc;

use clock::Random;
use domain::matching::candidates::RecordId;
use salesforce::{Client, OAuthError, Pkce, Session, Tokens};
use salesforce_sim::{ConnectedApp, Id, OrgConfig, Sim, UserSeed};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::script::client;

pub struct LocalOrg {
    pub sim: Arc<Sim>,
    pub url: Url,
    pub client: Client,
    /// The service user whom Gatehouse is connected as.
    pub user: Id,
    server: JoinHandle<()>,
}

impl Drop for LocalOrg {
    fn drop(&mut self) {
        self.server.abort();
    }
}

const USERNAME: &str = "service@acme.test";
const PASSWORD: &str = "sim-demo";

impl LocalOrg {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = client();
        let settings = client.settings();
        let app = ConnectedApp::new(
            &settings.client_id,
            "consumer_secret",
            &settings.redirect_uri,
        );
        let sim = Sim::new(OrgConfig::new("Acme", true, &url).with_app(app));
        let user = sim.add_user(UserSeed::new(USERNAME, "Service", "User"));
        let served = sim.clone();
        let server = tokio::spawn(async move {
            salesforce_sim::serve(listener, served).await.unwrap();
        });
        Self {
            sim,
            url: Url::parse(&url).unwrap(),
            client,
            user,
            server,
        }
    }

    /// A session of the service user.
    pub async fn session(&self) -> Session {
        self.connect().await.session()
    }

    /// Logs in and allows access, as a person would.
    pub async fn connect(&self) -> Tokens {
        let pkce = Pkce::new(&Random::seeded(1));
        let code = self.log_in(&pkce.challenge, "allow").await.unwrap();
        self.client
            .exchange_code(&self.url, &code, &pkce.verifier)
            .await
            .unwrap()
    }

    /// Goes through the login and consent pages to what the callback is told.
    pub async fn log_in(&self, challenge: &str, answer: &str) -> Result<String, OAuthError> {
        let browser = reqwest::Client::builder()
            .cookie_store(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let start = self.client.authorize_url(&self.url, "state-1", challenge);
        let page = browser
            .get(start)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let handle = page
            .split_once("name=\"handle\" value=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(handle, _)| handle.to_owned())
            .expect("a login page");
        let post = |path: &str, name: &str, value: &str, extra: (&str, &str)| {
            let form = [("handle", handle.as_str()), (name, value), extra];
            browser
                .post(self.url.join(path).unwrap())
                .form(&form)
                .send()
        };
        let login = "/services/oauth2/authorize/login";
        let answered = post(login, "username", USERNAME, ("password", PASSWORD))
            .await
            .unwrap();
        assert!(answered.status().is_redirection(), "the login was refused");
        let consent = "/services/oauth2/authorize/consent";
        let answered = post(consent, "action", answer, ("x", "")).await.unwrap();
        let callback = answered.headers()["location"].to_str().unwrap();
        let callback = Url::parse(callback).unwrap();
        let told = |name: &str| {
            let pair = callback.query_pairs().find(|(key, _)| key == name);
            pair.map(|(_, value)| value.into_owned())
        };
        assert_eq!(told("state").as_deref(), Some("state-1"));
        told("code").ok_or_else(|| {
            let description = told("error_description").unwrap_or_default();
            OAuthError::from_callback(&told("error").unwrap_or_default(), &description)
        })
    }
}

/// An id of the org as the client has it.
pub fn id(id: Id) -> RecordId {
    RecordId::new(id.to_string())
}
