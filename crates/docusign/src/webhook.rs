//! What DocuSign tells by webhook (Connect, JSON, one message an event).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::nda::docusign::EnvelopeFacts;
use reqwest::header::HeaderMap;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::api::EnvelopeAnswer;
use super::limits::SIGNATURES;

/// DocuSign signs with every active key, each in a header of its own, numbered from 1.
const SIGNATURE: &str = "x-docusign-signature-";

/// What happened to which envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// DocuSign's name of it, such as `envelope-completed`; may be empty.
    pub name: String,
    /// DocuSign's id of the account that sent the envelope; may be empty.
    pub sender: String,
    /// DocuSign's id of the envelope, a GUID in lower case.
    pub envelope: String,
    /// How far the envelope was; `None` where the message has no summary of it, and the
    /// envelope has to be fetched.
    pub facts: Option<EnvelopeFacts>,
}

/// Whether one of the signatures was made over exactly this body with one of the keys
/// (DocuSign Connect, HMAC security): HMAC-SHA256 in Base64, in the headers
/// `X-DocuSign-Signature-1`, `-2` and so on. The body must be as it came, to the byte.
pub fn is_authentic(headers: &HeaderMap, body: &[u8], keys: &[SecretString]) -> bool {
    let signatures: Vec<_> = headers
        .iter()
        .filter(|(name, _)| {
            let number = name.as_str().strip_prefix(SIGNATURE);
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
        .take(SIGNATURES)
        .filter_map(|(_, value)| STANDARD.decode(value.as_bytes()).ok())
        .collect();
    keys.iter().any(|key| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
        signatures
            .iter()
            .any(|signature| hmac::verify(&key, body, signature).is_ok())
    })
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    event: String,
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[serde(default)]
    account_id: String,
    envelope_id: String,
    envelope_summary: Option<EnvelopeAnswer>,
}

/// Reads a message whose signature is right.
///
/// # Errors
/// It is no JSON of that form.
pub fn read_event(body: &[u8]) -> Result<Event, serde_json::Error> {
    let Message { event, data } = serde_json::from_slice(body)?;
    let envelope = data.envelope_id.to_ascii_lowercase();
    Ok(Event {
        name: event,
        sender: data.account_id.to_ascii_lowercase(),
        facts: data
            .envelope_summary
            .and_then(|summary| summary.facts(&envelope))
            .filter(|facts| facts.envelope == envelope),
        envelope,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::nda::docusign::EnvelopeStatus;

    fn sign(key: &str, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        STANDARD.encode(hmac::sign(&key, body))
    }

    fn headers(signatures: &[(&'static str, String)]) -> HeaderMap {
        signatures
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn any_key_and_any_numbered_header_will_do() {
        let body = b"{\"event\":\"envelope-completed\"}";
        let keys = ["new".into(), "old".into()];
        let second = headers(&[
            ("X-DocuSign-Signature-1", sign("unknown", body)),
            ("X-DocuSign-Signature-2", sign("old", body)),
        ]);
        assert!(is_authentic(&second, body, &keys));
        assert!(!is_authentic(&second, b"{}", &keys), "another body");
        assert!(!is_authentic(&second, body, &[]), "no key");
        assert!(!is_authentic(&HeaderMap::new(), body, &keys));
        let odd = headers(&[("X-DocuSign-Signature-x", sign("old", body))]);
        assert!(!is_authentic(&odd, body, &keys));
        let hex = headers(&[("X-DocuSign-Signature-1", "zz".to_owned())]);
        assert!(!is_authentic(&hex, body, &keys));
    }

    /// The well-known test vector of RFC 4231, case 2.
    #[test]
    fn it_is_the_hmac_that_others_compute() {
        let base64 = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        let signed = headers(&[("X-DocuSign-Signature-1", base64.to_owned())]);
        let body = b"what do ya want for nothing?";
        assert!(is_authentic(&signed, body, &["Jefe".into()]));
    }

    #[test]
    fn a_message_is_read_with_and_without_its_summary() {
        let body = br#"{"event":"envelope-completed","data":{"accountId":"AC","envelopeId":"E1",
            "envelopeSummary":{"status":"completed","completedDateTime":"2026-02-02T15:04:05.1234567Z"}}}"#;
        let event = read_event(body).unwrap();
        assert_eq!(
            (event.sender.as_str(), event.envelope.as_str()),
            ("ac", "e1")
        );
        assert_eq!(event.facts.unwrap().status, EnvelopeStatus::Completed);
        let bare = br#"{"event":"envelope-completed","data":{"envelopeId":"E1"}}"#;
        assert_eq!(read_event(bare).unwrap().facts, None);
        assert!(read_event(b"[]").is_err());
    }
}
