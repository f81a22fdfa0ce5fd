//! What an envelope has to be to be sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::error::ApiError;
use crate::model::{State, Template};

/// Which recipient the role of a template is: whoever made it chose, and an envelope
/// can't choose another.
pub(crate) const TEMPLATE_RECIPIENT: &str = "24601";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition {
    #[serde(default)]
    status: String,
    #[serde(default)]
    pub email_subject: String,
    #[serde(default)]
    pub transaction_id: String,
    template_id: Option<String>,
    #[serde(default)]
    template_roles: Vec<Signer>,
    #[serde(default)]
    documents: Vec<Document>,
    recipients: Option<Recipients>,
    event_notification: Option<Notification>,
}

#[derive(Deserialize)]
struct Recipients {
    #[serde(default)]
    signers: Vec<Signer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(rename = "documentId")]
    id: String,
    name: String,
    #[serde(default)]
    file_extension: String,
    #[serde(rename = "documentBase64")]
    base64: String,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signer {
    #[serde(default)]
    role_name: String,
    #[serde(default)]
    pub recipient_id: String,
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub client_user_id: String,
    #[serde(default)]
    tabs: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    url: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default, rename = "includeHMAC")]
    include_hmac: String,
    #[serde(default)]
    delivery_mode: String,
}

/// An envelope that may be sent.
pub(crate) struct Checked {
    pub signer: Signer,
    pub documents: Vec<String>,
    /// Where its own messages go; may be empty.
    pub webhook: String,
}

pub(crate) fn check(state: &State, definition: &Definition) -> Result<Checked, ApiError> {
    if definition.status != "sent" {
        return Err(ApiError::body("The status has to be sent."));
    }
    if definition.email_subject.is_empty() || definition.email_subject.chars().count() > 100 {
        return Err(ApiError::body("The subject has 1 to 100 characters."));
    }
    let (signer, documents) = match &definition.template_id {
        Some(id) => from_template(state, id, &definition.template_roles)?,
        None => from_documents(definition)?,
    };
    let names = signer.name.trim().is_empty() || !signer.email.contains('@');
    if names {
        return Err(ApiError::bad(
            "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT",
            "The email address for the recipient is invalid.",
        ));
    }
    if signer.client_user_id.is_empty() {
        return Err(ApiError::body("Only embedded signers are served here."));
    }
    let webhook = match &definition.event_notification {
        Some(notification) => notified(notification)?,
        None => String::new(),
    };
    Ok(Checked {
        signer,
        documents,
        webhook,
    })
}

fn from_template(
    state: &State,
    id: &str,
    roles: &[Signer],
) -> Result<(Signer, Vec<String>), ApiError> {
    let found: Option<&Template> = state.templates.iter().find(|template| template.id == id);
    let template =
        found.ok_or_else(|| ApiError::bad("TEMPLATE_ID_INVALID", "Invalid template ID."))?;
    let [signer] = roles else {
        return Err(ApiError::body("One role is filled here."));
    };
    if !template.roles.contains(&signer.role_name) {
        return Err(ApiError::bad(
            "INVALID_TEMPLATE_ROLE",
            "The template has no such role.",
        ));
    }
    let signer = Signer {
        recipient_id: TEMPLATE_RECIPIENT.to_owned(),
        ..signer.clone()
    };
    Ok((signer, vec![template.name.clone()]))
}

fn from_documents(definition: &Definition) -> Result<(Signer, Vec<String>), ApiError> {
    if definition.documents.is_empty() {
        return Err(ApiError::bad("ENVELOPE_HAS_NO_DOCUMENTS", "No documents."));
    }
    let mut texts = Vec::new();
    for document in &definition.documents {
        texts.push((document.id.as_str(), text_of(document)?));
    }
    let signers = definition
        .recipients
        .as_ref()
        .map(|all| all.signers.as_slice());
    let [signer] = signers.unwrap_or_default() else {
        return Err(ApiError::body("One signer is served here."));
    };
    if signer.recipient_id.parse::<u32>().is_err() {
        return Err(ApiError::body("A recipientId is a number."));
    }
    let places = signer.tabs.get("signHereTabs").and_then(Value::as_array);
    if places.is_none_or(Vec::is_empty) {
        return Err(ApiError::body("The signer has nowhere to sign."));
    }
    for (kind, tabs) in &signer.tabs {
        for tab in tabs.as_array().into_iter().flatten() {
            place(kind, tab, &texts)?;
        }
    }
    let names = definition
        .documents
        .iter()
        .map(|document| document.name.clone());
    Ok((signer.clone(), names.collect()))
}

fn text_of(document: &Document) -> Result<String, ApiError> {
    let unreadable = |why: &str| {
        ApiError::bad(
            "UNABLE_TO_LOAD_DOCUMENT",
            format!("Document {}: {why}", document.id),
        )
    };
    if document.file_extension != "pdf" {
        return Err(unreadable("only PDF is served here."));
    }
    let bytes = STANDARD.decode(&document.base64);
    let bytes = bytes.map_err(|_| unreadable("no Base64."))?;
    let file = lopdf::Document::load_mem(&bytes).map_err(|_| unreadable("no PDF."))?;
    let pages: Vec<u32> = file.get_pages().keys().copied().collect();
    Ok(file.extract_text(&pages).unwrap_or_default())
}

/// A tab stands at a text that is there, or at a place on a page.
fn place(kind: &str, tab: &Value, texts: &[(&str, String)]) -> Result<(), ApiError> {
    let field = |name: &str| tab.get(name).and_then(Value::as_str).unwrap_or_default();
    let anchor = field("anchorString");
    if !anchor.is_empty() {
        let found = texts.iter().any(|(_, text)| text.contains(anchor));
        if !found && field("anchorIgnoreIfNotPresent") != "true" {
            return Err(ApiError::bad(
                "ANCHOR_TAB_STRING_NOT_FOUND",
                format!("At least one document has to hold the text {anchor}."),
            ));
        }
        return Ok(());
    }
    let known = texts.iter().any(|(id, _)| *id == field("documentId"));
    let placed = ["pageNumber", "xPosition", "yPosition"]
        .iter()
        .all(|name| field(name).parse::<u32>().is_ok());
    if known && placed {
        Ok(())
    } else {
        Err(ApiError::bad(
            "INVALID_TAB_OPERATION",
            format!("{kind} has no place."),
        ))
    }
}

fn notified(notification: &Notification) -> Result<String, ApiError> {
    let https = Url::parse(&notification.url).is_ok_and(|url| url.scheme() == "https");
    let events = !notification.events.is_empty()
        && notification
            .events
            .iter()
            .all(|event| event.starts_with("envelope-"));
    if https && events && notification.delivery_mode == "SIM" && notification.include_hmac == "true"
    {
        Ok(notification.url.clone())
    } else {
        Err(ApiError::body("The event notification is not right."))
    }
}
