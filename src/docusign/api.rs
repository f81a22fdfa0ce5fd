//! Envelopes: sending one, the page to sign it, how far it is, and its documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::client::{Account, Call, Client, Credentials};
use super::errors::DocusignError;
use super::signature_page;
use crate::domain::nda::docusign::{EnvelopeFacts, EnvelopeStatus};

/// The one recipient's number within an envelope.
const RECIPIENT: &str = "1";

/// Calls for one organization at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    pub client: &'a Client,
    pub who: &'a Credentials,
    pub now: Timestamp,
}

/// Whoever signs, inside of our pages: DocuSign sends them no email.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// By which DocuSign knows the person as ours.
    pub client_user_id: &'a str,
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    Template {
        id: &'a str,
        role: &'a str,
    },
    /// At the anchor; where that is empty, on a page of signatures that is added.
    Pdf {
        name: &'a str,
        content: &'a [u8],
        anchor: &'a str,
    },
}

/// An envelope to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewEnvelope<'a> {
    pub subject: &'a str,
    pub source: Source<'a>,
    pub signer: Signer<'a>,
    /// A GUID of ours: asking twice with it makes one envelope.
    pub transaction: &'a str,
    /// Where DocuSign tells what becomes of it; needs https.
    pub webhook: Option<&'a Url>,
}

/// A template, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    pub name: String,
    /// The roles that sign.
    pub roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    envelope_id: String,
}

#[derive(Deserialize)]
struct View {
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnvelopeAnswer {
    #[serde(default)]
    envelope_id: String,
    #[serde(default)]
    status: String,
    /// RFC 3339, to the ten-millionth of a second.
    completed_date_time: Option<String>,
    voided_reason: Option<String>,
    recipients: Option<Recipients>,
}

#[derive(Deserialize)]
struct Recipients {
    #[serde(default)]
    signers: Vec<SignerAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignerAnswer {
    declined_reason: Option<String>,
    #[serde(default)]
    role_name: String,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    envelopes: Vec<EnvelopeAnswer>,
}

#[derive(Deserialize)]
struct TemplateAnswer {
    #[serde(default)]
    name: String,
    recipients: Option<Recipients>,
}

impl EnvelopeAnswer {
    /// `None` where its state says nothing about signing.
    pub(super) fn facts(self, envelope: &str) -> Option<EnvelopeFacts> {
        let signers = self.recipients.map(|found| found.signers);
        let declined = signers
            .into_iter()
            .flatten()
            .find_map(|signer| signer.declined_reason);
        let id = if self.envelope_id.is_empty() {
            envelope
        } else {
            &self.envelope_id
        };
        Some(EnvelopeFacts {
            envelope: id.to_ascii_lowercase(),
            status: EnvelopeStatus::of_docusign(&self.status)?,
            completed_at: self.completed_date_time.and_then(|at| at.parse().ok()),
            reason: declined.or(self.voided_reason).unwrap_or_default(),
        })
    }
}

impl Sender<'_> {
    /// The account that sends: proves that the credentials are good.
    pub async fn account(&self) -> Result<Account, DocusignError> {
        let session = self.client.session(self.who, self.now).await?;
        Ok(session.account)
    }

    pub async fn template(&self, id: &str) -> Result<Template, DocusignError> {
        let path = format!("/templates/{id}");
        let include = [("include", "recipients")];
        let answer: TemplateAnswer = self.get(&path, &include).await?;
        let signers = answer.recipients.map_or_else(Vec::new, |all| all.signers);
        Ok(Template {
            name: answer.name,
            roles: signers.into_iter().map(|signer| signer.role_name).collect(),
        })
    }

    /// Sends an envelope; answers DocuSign's id of it.
    pub async fn create(&self, new: &NewEnvelope<'_>) -> Result<String, DocusignError> {
        let page = self.signature_page(new).await?;
        let body = body_of(new, page.as_deref());
        let created: Created = self.post("/envelopes", &body).await?;
        Ok(created.envelope_id.to_ascii_lowercase())
    }

    /// The page to sign, where the PDF has no place for it.
    async fn signature_page(
        &self,
        new: &NewEnvelope<'_>,
    ) -> Result<Option<Vec<u8>>, DocusignError> {
        let Source::Pdf {
            name, anchor: "", ..
        } = new.source
        else {
            return Ok(None);
        };
        let (fonts, name) = (self.client.fonts().clone(), name.to_owned());
        let drawn = tokio::task::spawn_blocking(move || signature_page::pdf(&fonts, &name)).await;
        let drawn = drawn.map_err(|error| DocusignError::Settings(error.to_string()))?;
        let page = drawn.map_err(|error| DocusignError::Settings(error.to_string()))?;
        Ok(Some(page))
    }

    /// The envelope that was sent with this transaction, if DocuSign has one.
    pub async fn of_transaction(&self, id: &str) -> Result<Option<String>, DocusignError> {
        let listed: Listed = self.get("/envelopes", &[("transaction_ids", id)]).await?;
        let found = listed.envelopes.into_iter().next();
        Ok(found.map(|envelope| envelope.envelope_id.to_ascii_lowercase()))
    }

    /// The page on which this person signs: good once, for five minutes.
    ///
    /// Name, address and `clientUserId` say who it is; the `recipientId` is left out,
    /// because in an envelope from a template it is what the template's maker chose.
    pub async fn recipient_view(
        &self,
        envelope: &str,
        signer: &Signer<'_>,
        return_url: &Url,
    ) -> Result<Url, DocusignError> {
        let body = json!({
            "returnUrl": return_url.as_str(),
            "authenticationMethod": "Email",
            "userName": signer.name,
            "email": signer.email,
            "clientUserId": signer.client_user_id,
        });
        let path = format!("/envelopes/{envelope}/views/recipient");
        let view: View = self.post(&path, &body).await?;
        let hosts = self.client.hosts();
        hosts.check(&view.url).map_err(DocusignError::Settings)
    }

    /// How far one is, with the reason where it was declined.
    pub async fn envelope(&self, id: &str) -> Result<Option<EnvelopeFacts>, DocusignError> {
        let path = format!("/envelopes/{id}");
        let include = [("include", "recipients")];
        let answer: EnvelopeAnswer = self.get(&path, &include).await?;
        Ok(answer.facts(id))
    }

    /// How far several are, in one call.
    pub async fn envelopes(&self, ids: &[String]) -> Result<Vec<EnvelopeFacts>, DocusignError> {
        let joined = ids.join(",");
        let query = [("envelope_ids", joined.as_str()), ("include", "recipients")];
        let listed: Listed = self.get("/envelopes", &query).await?;
        let facts = listed.envelopes.into_iter();
        Ok(facts.filter_map(|envelope| envelope.facts("")).collect())
    }

    /// Withdraws one that nobody needs any more.
    pub async fn void(&self, id: &str, reason: &str) -> Result<(), DocusignError> {
        let body = json!({ "status": "voided", "voidedReason": reason });
        let path = format!("/envelopes/{id}");
        let call = Call {
            method: Method::PUT,
            path: &path,
            query: &[],
            body: Some(&body),
        };
        self.client.call(self.who, self.now, call).await.map(drop)
    }

    /// All that was signed, with the certificate at its end: a PDF.
    pub async fn signed(&self, id: &str) -> Result<Vec<u8>, DocusignError> {
        let path = format!("/envelopes/{id}/documents/combined");
        self.pdf(&path, &[("certificate", "true")]).await
    }

    /// DocuSign's certificate of completion: a PDF.
    pub async fn certificate(&self, id: &str) -> Result<Vec<u8>, DocusignError> {
        let path = format!("/envelopes/{id}/documents/certificate");
        self.pdf(&path, &[]).await
    }

    async fn pdf(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<u8>, DocusignError> {
        let bytes = self.fetch(path, query).await?;
        if bytes.starts_with(b"%PDF-") {
            Ok(bytes)
        } else {
            let odd = "a document that is no PDF".to_owned();
            Err(DocusignError::Unavailable(odd))
        }
    }

    async fn fetch(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<u8>, DocusignError> {
        let call = Call::<Value> {
            method: Method::GET,
            path,
            query,
            body: None,
        };
        self.client.call(self.who, self.now, call).await
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, DocusignError> {
        read(&self.fetch(path, query).await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, DocusignError> {
        let call = Call {
            method: Method::POST,
            path,
            query: &[],
            body: Some(body),
        };
        read(&self.client.call(self.who, self.now, call).await?)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DocusignError> {
    serde_json::from_slice(body).map_err(|error| {
        DocusignError::Unavailable(format!("an answer that can’t be read: {error}"))
    })
}

fn body_of(new: &NewEnvelope<'_>, page: Option<&[u8]>) -> Value {
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
