//! Handing a message over to the mail server.

use std::net::IpAddr;
use std::time::Duration;

use domain::email::message::ListEmail;
use domain::ids::EmailId;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tracing::instrument;
use url::{Host, Url};

pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    /// It would be refused again.
    #[error("{0}")]
    Refused(String),
    /// It may be taken later.
    #[error("{0}")]
    Later(String),
}

/// A mail setting that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error(
        "GATEHOUSE_MAIL_FROM should be a sender such as `Acme Trust <trust@acme.com>`, not `{0}`"
    )]
    From(String),
    #[error(
        "GATEHOUSE_SMTP_URL can't be used: it should be smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT"
    )]
    Url,
}

impl Smtp {
    pub(super) fn new(url: &SecretString, from: &str) -> Result<Self, SmtpError> {
        let from = from.parse().map_err(|_| SmtpError::From(from.to_owned()))?;
        let url = with_tls(url.expose_secret()).ok_or(SmtpError::Url)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|_| SmtpError::Url)?
            .timeout(Some(Duration::from_secs(30)))
            .build();
        Ok(Self { transport, from })
    }

    #[instrument(name = "email.smtp.send", skip_all, fields(email_id = %message_id))]
    pub(super) async fn send(
        &self,
        message_id: EmailId,
        email: &ListEmail,
    ) -> Result<(), SendError> {
        let (message, unsubscribe) = (&email.message, &email.unsubscribe);
        let refused = |error: &dyn std::fmt::Display| SendError::Refused(error.to_string());
        let to = message.to.as_str().parse().map_err(|e| refused(&e))?;
        let domain = self.from.email.domain();
        let mut built = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.subject)
            // The same on every attempt, so that a mail server may drop a second copy.
            .message_id(Some(format!("<{message_id}@{domain}>")));
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        // So that nobody's absence note answers it (RFC 3834).
        built = built.raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if !unsubscribe.is_empty() {
            built = built
                .raw_header(header("List-Unsubscribe", format!("<{unsubscribe}>")))
                .raw_header(header(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ));
        }
        let built = built
            .multipart(MultiPart::alternative_plain_html(
                message.text.clone(),
                message.html.clone(),
            ))
            .map_err(|e| refused(&e))?;
        match self.transport.send(built).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(refused(&error)),
            Err(error) => Err(SendError::Later(error.to_string())),
        }
    }
}

/// `smtp://` stays plain on this machine only; elsewhere it must turn to TLS,
/// unless the address says otherwise itself.
fn with_tls(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let local = match url.host()? {
        Host::Domain(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    let says = url.query_pairs().any(|(key, _)| key == "tls");
    if url.scheme() == "smtp" && !local && !says {
        url.query_pairs_mut().append_pair("tls", "required");
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_leaves_this_machine_encrypted() {
        for (given, used) in [
            ("smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025"),
            ("smtp://localhost:25", "smtp://localhost:25"),
            (
                "smtp://mail.example.com:587",
                "smtp://mail.example.com:587?tls=required",
            ),
            (
                "smtps://a:b@mail.example.com",
                "smtps://a:b@mail.example.com",
            ),
        ] {
            assert_eq!(with_tls(given).unwrap().as_str(), used);
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named_without_its_password() {
        let secret = SecretString::from("ftp://user:hunter2@mail.example.com");
        let error = Smtp::new(&secret, "Acme <trust@acme.com>").err().unwrap();
        assert!(!error.to_string().contains("hunter2"));
        let local = SecretString::from("smtp://localhost:25");
        let error = Smtp::new(&local, "nobody").err().unwrap();
        assert!(error.to_string().contains("GATEHOUSE_MAIL_FROM"));
    }
}
