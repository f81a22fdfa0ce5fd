//! A mail server that keeps everything it is given and delivers nothing.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mail_parser::MessageParser;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::html::tags;
use crate::smtp;

/// A message that arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Counts from 1 in the order of arrival.
    pub number: usize,
    /// The envelope's sender and recipients.
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Names and values as they came.
    pub headers: Vec<(String, String)>,
}

impl Mail {
    fn read(number: usize, envelope: smtp::Envelope) -> Self {
        let message = MessageParser::default().parse(&envelope.data);
        let part = |body: Option<std::borrow::Cow<'_, str>>| body.unwrap_or_default().into_owned();
        let message = message.as_ref();
        Self {
            number,
            from: envelope.from,
            to: envelope.to,
            subject: message
                .and_then(|m| m.subject())
                .unwrap_or_default()
                .to_owned(),
            text: part(message.and_then(|m| m.body_text(0))),
            html: part(message.and_then(|m| m.body_html(0))),
            headers: message
                .map(|m| {
                    let all = m.headers_raw();
                    all.map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                        .collect()
                })
                .unwrap_or_default(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter();
        let mut found = found.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    /// The first address in the text or behind a link that contains this.
    pub fn link(&self, containing: &str) -> Option<String> {
        let in_text = self
            .text
            .split_whitespace()
            .filter(|word| word.starts_with("http"))
            .map(str::to_owned);
        let in_html = tags(&self.html)
            .iter()
            .filter_map(|tag| tag.attribute("href").map(str::to_owned))
            .collect::<Vec<_>>();
        in_text
            .chain(in_html)
            .find(|address| address.contains(containing))
    }
}

/// The running server; it stops when the runtime does.
#[derive(Clone, Debug)]
pub struct MailServer {
    address: SocketAddr,
    mails: watch::Receiver<Vec<Mail>>,
}

impl MailServer {
    /// Listens on a free loopback port.
    pub async fn start() -> Result<Self> {
        Self::listen(TcpListener::bind("127.0.0.1:0").await?)
    }

    pub fn listen(listener: TcpListener) -> Result<Self> {
        let address = listener.local_addr()?;
        let (sender, mails) = watch::channel(Vec::new());
        tokio::spawn(smtp::serve(listener, move |envelope| {
            sender.send_modify(|mails: &mut Vec<Mail>| {
                mails.push(Mail::read(mails.len() + 1, envelope));
            });
        }));
        Ok(Self { address, mails })
    }

    /// `smtp://HOST:PORT`, as `GATEHOUSE_SMTP_URL` takes it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Everything so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.borrow().clone()
    }

    /// The newest message to this address that `fits`, now or within the limit.
    pub async fn wait_for(
        &self,
        to: &str,
        limit: Duration,
        fits: impl Fn(&Mail) -> bool,
    ) -> Result<Mail> {
        let mut mails = self.mails.clone();
        let wanted = |mail: &&Mail| mail.to.iter().any(|address| address == to) && fits(mail);
        let arrived = mails.wait_for(|mails| mails.iter().any(|mail| wanted(&mail)));
        let mails = tokio::time::timeout(limit, arrived)
            .await
            .with_context(|| format!("no such mail to {to} within {limit:?}"))??;
        let mail = mails.iter().rfind(wanted).cloned();
        mail.context("the email is gone")
    }
}
