//! An envelope to be sent, and as DocuSign's API takes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::signature_page;

/// The one recipient's number within an envelope.
const RECIPIENT: &str = "1";

/// The person who signs, on a page that the caller leads to: DocuSign sends no email to
/// an embedded signer.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The full name, which DocuSign writes beside the signature.
    pub name: &'a str,
    /// The email address.
    pub email: &'a str,
    /// The caller's own id of the person (`clientUserId`), which makes the signer an
    /// embedded one.
    pub client_user_id: &'a str,
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A template of the account, filled in for one signer.
    Template {
        /// DocuSign's id of the template, a GUID.
        id: &'a str,
        /// The template's role that the signer takes.
        role: &'a str,
    },
    /// A PDF, signed at the anchor; where that is empty, on a page that is added for it.
    Pdf {
        /// The file's name, as the signer sees it.
        name: &'a str,
        /// The file's bytes.
        content: &'a [u8],
        /// A text of the PDF where the signature goes; empty where it has none.
        anchor: &'a str,
    },
}

/// An envelope to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewEnvelope<'a> {
    /// The subject line of the envelope (`emailSubject`).
    pub subject: &'a str,
    /// What is signed.
    pub source: Source<'a>,
    /// Who signs it.
    pub signer: Signer<'a>,
    /// The caller's own `transactionId`, a GUID: asking twice with it makes one envelope.
    pub transaction: &'a str,
    /// Where DocuSign tells what becomes of it (Connect, for this envelope alone); needs
    /// https. `None` sends no events.
    pub webhook: Option<&'a Url>,
}

/// The body of the call that sends it. `page` is the page to sign, where the PDF has no
/// place for it.
pub(super) fn body_of(new: &NewEnvelope<'_>, page: Option<&[u8]>) -> Value {
    let mut body = match new.source {
        Source::Template { id, role } => from_template(id, role, &new.signer),
        Source::Pdf {
            name,
            content,
            anchor,
        } => {
            let place = page.map_or(Place::Anchor(anchor), Place::Page);
            from_pdf(name, content, place, &new.signer)
        }
    };
    body["status"] = "sent".into();
    body["emailSubject"] = new.subject.into();
    body["transactionId"] = new.transaction.into();
    if let Some(url) = new.webhook {
        body["eventNotification"] = json!({
            "url": url.as_str(),
            "requireAcknowledgment": "true",
            "loggingEnabled": "true",
            "includeHMAC": "true",
            "deliveryMode": "SIM",
            "events": ["envelope-completed", "envelope-declined", "envelope-voided"],
            "eventData": {
                "version": "restv2.1",
                "format": "json",
                "includeData": ["recipients"],
            },
        });
    }
    body
}

fn from_template(id: &str, role: &str, signer: &Signer<'_>) -> Value {
    json!({
        "templateId": id,
        "templateRoles": [{
            "roleName": role,
            "name": signer.name,
            "email": signer.email,
            "clientUserId": signer.client_user_id,
        }],
    })
}

/// Where a PDF is signed: on this page after it, or at that text in it.
#[derive(Clone, Copy)]
enum Place<'a> {
    Page(&'a [u8]),
    Anchor(&'a str),
}

fn from_pdf(name: &str, content: &[u8], place: Place<'_>, signer: &Signer<'_>) -> Value {
    let document = |id: &str, name: &str, content: &[u8]| {
        json!({
            "documentId": id,
            "name": name,
            "fileExtension": "pdf",
            "documentBase64": STANDARD.encode(content),
        })
    };
    let mut documents = vec![document("1", name, content)];
    let tabs = match place {
        Place::Page(page) => {
            documents.push(document("2", "Signature", page));
            signature_page::tabs("2")
        }
        Place::Anchor(anchor) => at_anchor(anchor),
    };
    json!({
        "documents": documents,
        "recipients": { "signers": [{
            "recipientId": RECIPIENT,
            "routingOrder": "1",
            "name": signer.name,
            "email": signer.email,
            "clientUserId": signer.client_user_id,
            "tabs": tabs,
        }]},
    })
}

/// The signature on the anchor, name and date beside it.
fn at_anchor(anchor: &str) -> Value {
    let tab = |x: &str, y: &str| {
        json!([{
            "anchorString": anchor,
            "anchorUnits": "pixels",
            "anchorXOffset": x,
            "anchorYOffset": y,
            "anchorIgnoreIfNotPresent": "false",
        }])
    };
    json!({
        "signHereTabs": tab("0", "0"),
        "fullNameTabs": tab("180", "0"),
        "dateSignedTabs": tab("360", "0"),
    })
}
