//! Envelopes: sending one, the page to sign it, how far it is, and its documents.

use domain::nda::docusign::{EnvelopeFacts, EnvelopeStatus};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::client::{Account, Call, Client, Credentials};
use super::errors::DocusignError;
use super::new_envelope::{NewEnvelope, Signer, Source, body_of};
use super::signature_page;

/// Calls for one user of DocuSign at one moment. The names in brackets are those of
/// the eSignature REST API reference.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Whose connections and open sessions are used.
    pub client: &'a Client,
    /// For which user and account of DocuSign the calls are made.
    pub who: &'a Credentials,
    /// The time of the call, by which an access token is dated and counts as ended.
    pub now: Timestamp,
}

/// A template, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// The name that its maker gave it in DocuSign; may be empty.
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
    /// The account that sends: proves that the credentials are good. Asks DocuSign only
    /// where no session is open for them.
    pub async fn account(&self) -> Result<Account, DocusignError> {
        let session = self.client.session(self.who, self.now).await?;
        Ok(session.account)
    }

    /// A template of the account (`Templates: get`).
    ///
    /// # Errors
    /// [`DocusignError::Refused`] where the account has none with that id.
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

    /// Sends an envelope (`Envelopes: create`); answers DocuSign's id of it, a GUID in
    /// lower case. Where the call has no answer, the envelope may have been sent:
    /// [`Self::of_transaction`] finds it.
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
        let drawn = drawn.map_err(|error| DocusignError::SignaturePage(error.into()))?;
        let page = drawn.map_err(|error| DocusignError::SignaturePage(error.into()))?;
        Ok(Some(page))
    }

    /// The envelope that was sent with this `transactionId`, if DocuSign has one
    /// (`Envelopes: listStatusChanges`).
    pub async fn of_transaction(&self, id: &str) -> Result<Option<String>, DocusignError> {
        let listed: Listed = self.get("/envelopes", &[("transaction_ids", id)]).await?;
        let found = listed.envelopes.into_iter().next();
        Ok(found.map(|envelope| envelope.envelope_id.to_ascii_lowercase()))
    }

    /// The page on which this person signs (`EnvelopeViews: createRecipient`): good once,
    /// for five minutes. From there DocuSign leads the browser to `return_url`.
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

    /// How far one is (`Envelopes: get`), with the reason where it was declined; `None`
    /// where its state says nothing about signing.
    pub async fn envelope(&self, id: &str) -> Result<Option<EnvelopeFacts>, DocusignError> {
        let path = format!("/envelopes/{id}");
        let include = [("include", "recipients")];
        let answer: EnvelopeAnswer = self.get(&path, &include).await?;
        Ok(answer.facts(id))
    }

    /// How far several are, in one call (`Envelopes: listStatusChanges`). Those whose state
    /// says nothing about signing are left out.
    pub async fn envelopes(&self, ids: &[String]) -> Result<Vec<EnvelopeFacts>, DocusignError> {
        let joined = ids.join(",");
        let query = [("envelope_ids", joined.as_str()), ("include", "recipients")];
        let listed: Listed = self.get("/envelopes", &query).await?;
        let facts = listed.envelopes.into_iter();
        Ok(facts.filter_map(|envelope| envelope.facts("")).collect())
    }

    /// Withdraws one that nobody needs any more (`Envelopes: update`), with a reason for
    /// the people concerned.
    ///
    /// # Errors [`DocusignError::Refused`], of which [`DocusignError::is_about_state`] is
    /// true, where it is closed already.
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

    /// All that was signed, with the certificate at its end: a PDF
    /// (`EnvelopeDocuments: get`, `combined`).
    pub async fn signed(&self, id: &str) -> Result<Vec<u8>, DocusignError> {
        let path = format!("/envelopes/{id}/documents/combined");
        self.pdf(&path, &[("certificate", "true")]).await
    }

    /// DocuSign's certificate of completion: a PDF (`EnvelopeDocuments: get`,
    /// `certificate`).
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
