//! The NDA in the form to request access, where the organization offers it there.

use axum::http::HeaderMap;
use domain::nda::acceptance::AgreedNda;
use domain::nda::{FullName, NdaText};
use jiff::Timestamp;

use crate::app::App;
use crate::use_cases::nda::with_request;
use crate::web::components::markdown;
use crate::web::http::client_ip::ClientAddress;
use crate::web::http::error::WebResult;
use crate::web::http::visitor::StatusPage;
use crate::web::public::nda::certificate_file::user_agent;

/// What the form shows of it, and what was filled in.
pub(super) struct NdaPart {
    pub version: i64,
    pub html: String,
    pub full_name: String,
    pub agrees: bool,
    /// What is wrong with the name, and with the box.
    pub name_mistake: String,
    pub agree_mistake: String,
    /// The text is another than the one that was read.
    pub changed: bool,
}

/// From where a form was sent, as evidence has it.
pub(super) struct Sender {
    pub at: Timestamp,
    pub ip_address: String,
    pub user_agent: String,
}

impl Sender {
    pub(super) fn new(app: &App, address: &ClientAddress, headers: &HeaderMap) -> Self {
        Self {
            at: app.ambient.now(),
            ip_address: address.evidence(),
            user_agent: user_agent(headers),
        }
    }
}

impl NdaPart {
    /// The part with nothing filled in; `None` where the form has none.
    pub(super) async fn offered(app: &App, page: &StatusPage) -> WebResult<Option<Self>> {
        let mut tx = app.db.read().await?;
        let text = with_request::offered(&mut tx, page.org.id).await?;
        Ok(text.map(|NdaText { version, body, .. }| Self {
            version,
            html: markdown::to_html(&body),
            full_name: String::new(),
            agrees: false,
            name_mistake: String::new(),
            agree_mistake: String::new(),
            changed: false,
        }))
    }

    pub(super) const fn longest_name(&self) -> usize {
        FullName::LONGEST
    }

    /// How many of its fields have a mistake.
    pub(super) fn mistakes(&self) -> usize {
        let fields = [&self.name_mistake, &self.agree_mistake];
        fields.iter().filter(|mistake| !mistake.is_empty()).count()
    }

    pub(super) fn is_refused(&self) -> bool {
        self.changed || self.mistakes() > 0
    }

    /// Fills in what was sent. Who leaves both fields empty signs later, after the approval;
    /// whoever fills in one of them means to sign now.
    pub(super) fn read(
        &mut self,
        version: i64,
        full_name: &str,
        agrees: bool,
        sender: Sender,
    ) -> Option<AgreedNda> {
        full_name.clone_into(&mut self.full_name);
        self.agrees = agrees;
        if full_name.trim().is_empty() && !agrees {
            return None;
        }
        if version != self.version {
            // What is agreed to is the new text: it has to be ticked again.
            self.changed = true;
            self.agrees = false;
            return None;
        }
        let name = FullName::parse(full_name);
        if let Err(mistake) = &name {
            self.name_mistake = format!("{mistake}.");
        }
        if !agrees {
            "Select the box to say that you agree, or leave both fields empty to sign later."
                .clone_into(&mut self.agree_mistake);
        }
        let full_name = name.ok().filter(|_| agrees)?;
        Some(AgreedNda {
            version,
            full_name,
            agreed_at: sender.at,
            ip_address: sender.ip_address,
            user_agent: sender.user_agent,
        })
    }
}
