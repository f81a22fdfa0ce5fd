//! Trying the settings out: what works, what doesn't, and what to do about it.

use docusign::{DocusignError, Sender};
use domain::ids::OrganizationId;
use domain::nda::docusign::Agreement;
use tracing::instrument;
use url::Url;

use super::error::SigningError;
use super::settings;
use crate::app::App;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Finding {
    pub good: bool,
    pub title: String,
    pub detail: String,
    /// Where to go to repair it.
    pub link: Option<Url>,
}

impl Finding {
    fn good(title: &str, detail: String) -> Self {
        Self {
            good: true,
            title: title.to_owned(),
            detail,
            link: None,
        }
    }

    fn bad(title: &str, detail: &str) -> Self {
        Self {
            good: false,
            title: title.to_owned(),
            detail: detail.to_owned(),
            link: None,
        }
    }

    fn failed(title: &str, error: DocusignError) -> Self {
        let detail = error.to_string();
        let link = match error {
            DocusignError::ConsentRequired { page } => Some(page),
            _ => None,
        };
        Self {
            link,
            ..Self::bad(title, &format!("{detail}."))
        }
    }
}

/// Signs in at DocuSign anew, and looks at what is to be signed and at the webhook.
#[instrument(name = "signing.check", skip_all, fields(%org))]
pub async fn check(app: &App, org: OrganizationId) -> Result<Vec<Finding>, SigningError> {
    let setup = settings::setup(app, org).await?;
    let setup = setup.ok_or(SigningError::NotReady)?;
    app.docusign.forget(&setup.who);
    let sender = setup.sender(app);
    let mut findings = Vec::new();
    match sender.account().await {
        Ok(account) => {
            let detail = format!("{}, account {}", account.name, account.id);
            findings.push(Finding::good("Signing in works", detail));
            let agreement = setup.agreement.as_ref();
            findings.push(what_is_signed(app, org, &sender, agreement).await?);
        }
        Err(error) => findings.push(Finding::failed("Signing in doesn’t work", error)),
    }
    findings.push(messages(app, org, &setup.webhook).await?);
    Ok(findings)
}

#[instrument(name = "signing.check.what_is_signed", skip_all, fields(%org))]
async fn what_is_signed(
    app: &App,
    org: OrganizationId,
    sender: &Sender<'_>,
    agreement: Option<&Agreement>,
) -> Result<Finding, SigningError> {
    let (id, role) = match agreement {
        None => {
            let what = "Choose a template or upload a PDF below.";
            return Ok(Finding::bad("Nothing to sign yet", what));
        }
        Some(Agreement::Pdf { document, .. }) => {
            let mut tx = app.db.read().await?;
            let found = store::documents::by_id(&mut tx, org, *document).await?;
            return Ok(match found {
                Some(found) => Finding::good("The PDF is here", found.file_name),
                None => Finding::bad("The PDF is missing", "Upload it again."),
            });
        }
        Some(Agreement::Template { id, role }) => (id, role),
    };
    Ok(match sender.template(id).await {
        Ok(template) if template.roles.contains(role) => {
            let detail = format!("{}, signed by {role}", template.name);
            Finding::good("The template is there", detail)
        }
        Ok(template) => Finding::bad(
            "The template has no such role",
            &format!(
                "{} has no role “{role}” that signs. It has: {}.",
                template.name,
                template.roles.join(", ")
            ),
        ),
        Err(error) => Finding::failed("The template can’t be read", error),
    })
}

#[instrument(name = "signing.check.messages", skip_all, fields(%org))]
async fn messages(app: &App, org: OrganizationId, webhook: &Url) -> Result<Finding, SigningError> {
    if super::settings::webhook_keys(app, org).await?.is_empty() {
        let what = "Without a Connect key no message of DocuSign’s is believed: what was signed \
                    is then noticed within about 15 minutes, by asking. Add a key below.";
        return Ok(Finding::bad("No Connect key", what));
    }
    if webhook.scheme() != "https" {
        let what = "This server’s public address is not https, and DocuSign sends messages to \
                    https only. What was signed is noticed by asking, within about 15 minutes.";
        return Ok(Finding::bad("Messages can’t arrive", what));
    }
    let detail = "Each envelope tells DocuSign where to send its messages.".to_owned();
    Ok(Finding::good("Messages can arrive", detail))
}
