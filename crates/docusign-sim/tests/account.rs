//! How a DocuSign account behaves, as seen over HTTP.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use docusign_sim::{
    ACCOUNT_ID, Config, Fault, INTEGRATION_KEY, PRIVATE_KEY, Sim, Status, TEMPLATE_ID,
    TEMPLATE_ROLE, UNKNOWN_PRIVATE_KEY, USER_ID, Webhooks,
};
use reqwest::{Client, StatusCode, redirect};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;

struct Account {
    sim: Arc<Sim>,
    url: String,
    http: Client,
    token: String,
}

impl Account {
    async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sim = Sim::new(Config::new(&url));
        // Tests own the clock.
        sim.clock().set(1_770_000_000_000);
        tokio::spawn(docusign_sim::serve(listener, sim.clone()));
        let mut account = Self {
            http: Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .build()
                .unwrap(),
            token: String::new(),
            sim,
            url,
        };
        let (_, answer) = account.grant(PRIVATE_KEY, &json!({})).await;
        answer["access_token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut account.token);
        account
    }

    /// Asks for a token with the usual claims, and these in their place.
    async fn grant(&self, key: &str, other: &Value) -> (StatusCode, Value) {
        let now = self.sim.clock().now().as_second();
        let mut claims = json!({
            "iss": INTEGRATION_KEY,
            "sub": USER_ID,
            "aud": self.url.trim_start_matches("http://"),
            "iat": now,
            "exp": now + 3600,
            "scope": "signature impersonation",
        });
        for (name, value) in other.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &assertion(key, &claims)),
        ];
        let request = self.http.post(format!("{}/oauth/token", self.url));
        answer(request.form(&fields)).await
    }

    fn api(&self, path: &str) -> String {
        format!("{}/restapi/v2.1/accounts/{ACCOUNT_ID}{path}", self.url)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.http.get(self.api(path)).bearer_auth(&self.token)).await
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.http.post(self.api(path)).bearer_auth(&self.token);
        answer(request.json(body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.http.put(self.api(path)).bearer_auth(&self.token);
        answer(request.json(body)).await
    }

    /// The id of an envelope from the template, sent with this transaction.
    async fn send(&self, transaction: &str) -> String {
        let (status, body) = self
            .post(
                "/envelopes",
                &json!({
                    "status": "sent",
                    "emailSubject": "NDA",
                    "transactionId": transaction,
                    "templateId": TEMPLATE_ID,
                    "templateRoles": [{
                        "roleName": TEMPLATE_ROLE,
                        "name": "Ada Lovelace",
                        "email": "ada@engines.example",
                        "clientUserId": "1",
                    }],
                }),
            )
            .await;
        assert_eq!(status, 201, "{body}");
        body["envelopeId"].as_str().unwrap().to_owned()
    }

    async fn view(&self, envelope: &str, other: &Value) -> (StatusCode, Value) {
        let mut asked = json!({
            "returnUrl": "https://gatehouse.example/back",
            "authenticationMethod": "Email",
            "userName": "Ada Lovelace",
            "email": "ada@engines.example",
            "clientUserId": "1",
        });
        for (name, value) in other.as_object().unwrap() {
            asked[name] = value.clone();
        }
        let path = format!("/envelopes/{envelope}/views/recipient");
        self.post(&path, &asked).await
    }

    /// Where a look at the signing page leads, or its status.
    async fn look(&self, url: &Value) -> String {
        let answer = self.http.get(url.as_str().unwrap()).send().await.unwrap();
        let to = answer.headers().get("location");
        to.map_or_else(
            || answer.status().as_str().to_owned(),
            |to| to.to_str().unwrap().to_owned(),
        )
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let body = answer.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn assertion(key: &str, claims: &Value) -> String {
    let lines = key.lines().filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.collect::<String>()).unwrap();
    let key = RsaKeyPair::from_der(&der).expect("a key");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let signed = format!("{}.{}", part(&header), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn a_token_needs_the_right_key_user_audience_scope_and_consent() {
    let account = Account::start().await;
    let now = account.sim.clock().now().as_second();
    for (key, claims, why) in [
        (
            UNKNOWN_PRIVATE_KEY,
            json!({}),
            "no_valid_keys_or_signatures",
        ),
        (PRIVATE_KEY, json!({ "iss": USER_ID }), "issuer_not_found"),
        (
            PRIVATE_KEY,
            json!({ "sub": INTEGRATION_KEY }),
            "user_not_found",
        ),
        (
            PRIVATE_KEY,
            json!({ "aud": "account.docusign.com" }),
            "invalid_audience",
        ),
        (PRIVATE_KEY, json!({ "exp": now - 1 }), "expired_assertion"),
        (
            PRIVATE_KEY,
            json!({ "exp": now + 7200 }),
            "lifetime_too_long",
        ),
        (
            PRIVATE_KEY,
            json!({ "scope": "signature" }),
            "invalid_scope",
        ),
    ] {
        let (status, body) = account.grant(key, &claims).await;
        assert_eq!(
            (status.as_u16(), &body["error"]),
            (400, &json!("invalid_grant"))
        );
        assert_eq!(body["error_description"], why);
    }
    account.sim.set_consent(false);
    let (_, body) = account.grant(PRIVATE_KEY, &json!({})).await;
    assert_eq!(body["error"], "consent_required");
}

#[tokio::test]
async fn nothing_is_told_without_a_token_that_lives() {
    let account = Account::start().await;
    let envelope = account.send("").await;
    account.sim.end_tokens();
    let (status, body) = account.get(&format!("/envelopes/{envelope}")).await;
    assert_eq!(status, 401, "{body}");
    assert_eq!(body["errorCode"], "AUTHORIZATION_INVALID_TOKEN");
}

#[tokio::test]
async fn a_transaction_sends_one_envelope_however_often_it_is_posted() {
    let account = Account::start().await;
    let transaction = "0b9d2f6a-5a6e-4a57-9e0f-0a1b2c3d4e5f";
    let first = account.send(transaction).await;
    assert_eq!(account.send(transaction).await, first);
    assert_ne!(account.send("another").await, first);
    let (_, body) = account
        .get(&format!("/envelopes?transaction_ids={transaction}"))
        .await;
    assert_eq!(body["envelopes"][0]["envelopeId"], first.as_str());
    let (_, body) = account.get("/envelopes?transaction_ids=unknown").await;
    assert_eq!(body, json!({ "resultSetSize": "0" }));
    let (status, _) = account.get("/envelopes").await;
    assert_eq!(status, 400, "a list needs to be narrowed");
}

#[tokio::test]
async fn recipients_are_told_to_who_asks_for_them() {
    let account = Account::start().await;
    let envelope = account.send("").await;
    let (_, body) = account.get(&format!("/envelopes/{envelope}")).await;
    assert_eq!(body["recipients"], Value::Null);
    let path = format!("/envelopes/{envelope}?include=recipients");
    let (_, body) = account.get(&path).await;
    assert_eq!(
        body["recipients"]["signers"][0]["email"],
        "ada@engines.example"
    );
}

#[tokio::test]
async fn the_page_to_sign_is_for_its_recipient_once_and_five_minutes() {
    let account = Account::start().await;
    let envelope = account.send("").await;
    for other in [
        json!({ "userName": "Ada" }),
        json!({ "clientUserId": "2" }),
        // The template's role is another one.
        json!({ "recipientId": "1" }),
    ] {
        let (status, body) = account.view(&envelope, &other).await;
        assert_eq!(status, 400);
        assert_eq!(body["errorCode"], "UNKNOWN_ENVELOPE_RECIPIENT", "{other}");
    }
    let (_, view) = account.view(&envelope, &json!({})).await;
    assert_eq!(account.look(&view["url"]).await, "200");
    let again = account.look(&view["url"]).await;
    assert_eq!(again, "https://gatehouse.example/back?event=ttl_expired");
    let (_, view) = account.view(&envelope, &json!({})).await;
    let clock = account.sim.clock();
    clock.set(clock.now().as_millisecond() + 301_000);
    let late = account.look(&view["url"]).await;
    assert!(late.ends_with("event=ttl_expired"), "{late}");
}

#[tokio::test]
async fn only_an_open_envelope_is_voided_and_only_with_a_reason() {
    let account = Account::start().await;
    let envelope = account.send("").await;
    let path = format!("/envelopes/{envelope}");
    let (status, _) = account.put(&path, &json!({ "status": "voided" })).await;
    assert_eq!(status, 400);
    account.sim.sign(&envelope).await;
    let void = json!({ "status": "voided", "voidedReason": "Not needed" });
    let (_, body) = account.put(&path, &void).await;
    assert_eq!(body["errorCode"], "ENVELOPE_CANNOT_VOID_INVALID_STATE");
    assert_eq!(account.sim.envelopes()[0].status, Status::Completed);
}

#[tokio::test]
async fn messages_are_signed_with_every_key_over_the_raw_body() {
    let account = Account::start().await;
    account.sim.set_webhooks(Webhooks::Held);
    account.sim.set_connect("https://gatehouse.example/hook");
    account.sim.set_hmac_keys(&["first", "second"]);
    let envelope = account.send("").await;
    account.sim.sign(&envelope).await;
    let held = account.sim.take_held();
    assert_eq!(held.len(), 1);
    for (at, key) in ["first", "second"].iter().enumerate() {
        let (name, value) = &held[0].signatures[at];
        assert_eq!(*name, format!("X-DocuSign-Signature-{}", at + 1));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_bytes());
        let value = STANDARD.decode(value).unwrap();
        ring::hmac::verify(&key, &held[0].body, &value).expect("the signature of this body");
    }
    let body: Value = serde_json::from_slice(&held[0].body).unwrap();
    assert_eq!(body["event"], "envelope-completed");
    assert_eq!(body["data"]["envelopeSummary"]["status"], "completed");
}

#[tokio::test]
async fn an_hourly_limit_says_when_it_ends() {
    let account = Account::start().await;
    account.sim.fail_next(&[Fault::Limited(1_790_000_000)]);
    let request = account.http.get(account.api("/envelopes?envelope_ids=x"));
    let answer = request.bearer_auth(&account.token).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["x-ratelimit-reset"], "1790000000");
}
