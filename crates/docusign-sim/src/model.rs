//! What the account holds.

use std::collections::HashMap;

use jiff::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Sent,
    Delivered,
    Completed,
    Declined,
    Voided,
}

impl Status {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered)
    }
}

#[derive(Clone, Debug)]
pub struct Envelope {
    pub id: String,
    /// The GUID that its sender gave; may be empty.
    pub transaction: String,
    pub subject: String,
    /// Names of the documents in it.
    pub documents: Vec<String>,
    pub name: String,
    pub email: String,
    pub client_user_id: String,
    pub recipient_id: String,
    pub status: Status,
    pub reason: String,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    /// Where its own messages go; may be empty.
    pub webhook: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub id: String,
    pub name: String,
    pub roles: Vec<String>,
}

/// A page to sign on that was asked for, or is open.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub envelope: String,
    pub return_url: String,
    pub expires_at: Timestamp,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub envelopes: Vec<Envelope>,
    pub templates: Vec<Template>,
    /// Access tokens and when they end.
    pub tokens: HashMap<String, Timestamp>,
    /// By the token in the address: good once.
    pub views: HashMap<String, View>,
    /// By the session in the form's address.
    pub sessions: HashMap<String, View>,
    pub consented: bool,
    /// Keys with which messages are signed, in order.
    pub hmac_keys: Vec<String>,
    /// Where the account's messages go; empty for nowhere.
    pub connect_url: String,
    /// Requests to the REST API, as `METHOD path`.
    pub calls: Vec<String>,
}

impl State {
    pub(crate) fn envelope(&mut self, id: &str) -> Option<&mut Envelope> {
        self.envelopes
            .iter_mut()
            .find(|envelope| envelope.id.eq_ignore_ascii_case(id))
    }
}
