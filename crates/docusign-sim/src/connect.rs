//! Connect: messages to webhooks, signed with every key of the account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::json;

use crate::account::Sim;
use crate::envelopes::summary;
use crate::faults::Webhooks;
use crate::model::Envelope;
use crate::random;

/// A message as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Message {
    pub url: String,
    pub body: Vec<u8>,
    /// Names and values, `X-DocuSign-Signature-1` first.
    pub signatures: Vec<(String, String)>,
}

impl Sim {
    /// Tells the webhooks how far the envelope is.
    pub(crate) async fn tell(&self, id: &str) {
        for message in self.messages(id) {
            let times = match self.faults.webhooks() {
                Webhooks::Sent => 1,
                Webhooks::Twice => 2,
                Webhooks::Dropped => 0,
                Webhooks::Held => {
                    self.faults.hold(message);
                    continue;
                }
            };
            for _ in 0..times {
                self.send(&message).await;
            }
        }
    }

    /// Sends a message; answers the status, or 0 where there was none.
    pub async fn send(&self, message: &Message) -> u16 {
        let mut request = self
            .http
            .post(&message.url)
            .header("Content-Type", "application/json; charset=utf-8")
            .body(message.body.clone());
        for (name, value) in &message.signatures {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(answer) => answer.status().as_u16(),
            Err(_) => 0,
        }
    }

    /// The messages about an envelope as it is now: to the account's address and to
    /// its own.
    pub fn messages(&self, id: &str) -> Vec<Message> {
        let mut state = self.state();
        let Some(envelope) = state.envelope(id).cloned() else {
            return Vec::new();
        };
        let body = self.body(&envelope);
        let urls = [state.connect_url.clone(), envelope.webhook];
        urls.into_iter()
            .filter(|url| !url.is_empty())
            .map(|url| Message {
                url,
                signatures: sign(&state.hmac_keys, &body),
                body: body.clone(),
            })
            .collect()
    }

    fn body(&self, envelope: &Envelope) -> Vec<u8> {
        let account = &self.config.account_id;
        let mut data = json!({
            "accountId": account,
            "userId": self.config.user_id,
            "envelopeId": envelope.id,
        });
        if self.faults.summaries() {
            data["envelopeSummary"] = summary(envelope);
        }
        json!({
            "event": format!("envelope-{}", envelope.status.word()),
            "apiVersion": "v2.1",
            "uri": format!("/restapi/v2.1/accounts/{account}/envelopes/{}", envelope.id),
            "retryCount": 0,
            "configurationId": 1_042_119,
            "generatedDateTime": self.clock.now().to_string(),
            "messageId": random::guid(),
            "data": data,
        })
        .to_string()
        .into_bytes()
    }
}

fn sign(keys: &[String], body: &[u8]) -> Vec<(String, String)> {
    keys.iter()
        .enumerate()
        .map(|(at, key)| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
            let value = STANDARD.encode(hmac::sign(&key, body));
            (format!("X-DocuSign-Signature-{}", at + 1), value)
        })
        .collect()
}
