//! How an organization signs through DocuSign: app and user, what is signed, and the
//! keys of the webhook. Secrets are sealed and never shown again.

use crypto::{Seal, new_token};
use docusign::{Credentials, Sender, check_key};
use domain::audit::{Action, Changes};
use domain::documents::Document;
use domain::ids::{OrganizationId, WebhookKeyId};
use domain::nda::NdaKind;
use domain::nda::docusign::{Agreement, DocusignEnvironment};
use secrecy::{ExposeSecret as _, SecretString};
use store::nda::docusign::StoredDocusign;
use store::nda::docusign_keys::WebhookKey;
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;
use uuid::Uuid;

use super::error::SigningError;
use super::limits::LARGEST_PDF;
use crate::app::App;
use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// The Admin's page; also where DocuSign leads after consent.
pub const PAGE: &str = "/dashboard/settings/nda/docusign";

const PRIVATE_KEY: &str = "docusign.private_key";
const HMAC_KEY: &str = "docusign_key.secret";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error("there is no such key")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the Admin typed.
#[derive(Clone, Debug, Default)]
pub struct ConnectionDraft {
    pub environment: DocusignEnvironment,
    pub integration_key: String,
    pub user_id: String,
    /// Empty for the user's default account.
    pub account_id: String,
    /// Empty to keep the one that is there.
    pub private_key: SecretString,
}

/// Everything that is needed to talk to DocuSign for an organization.
pub struct Setup {
    pub who: Credentials,
    pub agreement: Option<Agreement>,
    /// Where DocuSign tells what happened.
    pub webhook: Url,
}

impl Setup {
    pub fn sender<'a>(&'a self, app: &'a App) -> Sender<'a> {
        Sender {
            client: &app.docusign,
            who: &self.who,
            now: app.ambient.now(),
        }
    }
}

/// The organization's setup; `None` where there is none.
#[instrument(name = "signing.settings.setup", skip_all, fields(%org))]
pub async fn setup(app: &App, org: OrganizationId) -> Result<Option<Setup>, SigningError> {
    let mut tx = app.db.read().await?;
    let found = store::nda::docusign::get(&mut tx, org).await?;
    drop(tx);
    let Some(found) = found else { return Ok(None) };
    let seal = Seal::new(PRIVATE_KEY, org, org);
    let private_key = app.config.keyring.open(&seal, &found.private_key)?;
    Ok(Some(Setup {
        webhook: webhook_url(app, &found.webhook)?,
        who: Credentials {
            environment: found.environment,
            integration_key: found.integration_key,
            user_id: found.user_id,
            account_id: found.account_id,
            private_key,
            consent_return: app.config.public_url.join(PAGE)?,
        },
        agreement: found.agreement,
    }))
}

/// The address to tell DocuSign.
pub fn webhook_url(app: &App, webhook: &str) -> Result<Url, url::ParseError> {
    let path = format!("/integrations/docusign/webhook/{webhook}");
    app.config.public_url.join(&path)
}

/// The keys with which DocuSign signs its messages.
#[instrument(name = "signing.settings.webhook_keys", skip_all, fields(%org))]
pub(super) async fn webhook_keys(
    app: &App,
    org: OrganizationId,
) -> Result<Vec<SecretString>, SigningError> {
    let mut tx = app.db.read().await?;
    let keys = store::nda::docusign_keys::list(&mut tx, org).await?;
    let open = |key: &WebhookKey| {
        let seal = Seal::new(HMAC_KEY, org, key.id);
        app.config.keyring.open(&seal, &key.secret)
    };
    Ok(keys.iter().map(open).collect::<Result<_, _>>()?)
}

/// Saves app and user. Whoever changes them need not paste the private key again.
///
/// # Errors
/// Says field by field what to type.
#[instrument(
    name = "signing.settings.save",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save(
    app: &App,
    tx: &mut Tx,
    act: StaffAction<'_>,
    draft: &ConnectionDraft,
) -> Result<(), SettingsError> {
    let before = store::nda::docusign::get(tx, act.org.id).await?;
    checked(draft, before.is_some())?;
    let new_key = !draft.private_key.expose_secret().trim().is_empty();
    let private_key = match &before {
        Some(before) if !new_key => before.private_key.clone(),
        _ => {
            let seal = Seal::new(PRIVATE_KEY, act.org.id, act.org.id);
            let random = &app.ambient.random;
            app.config.keyring.seal(random, &seal, &draft.private_key)
        }
    };
    let webhook = before.as_ref().map_or_else(
        || new_token(&app.ambient.random).expose_secret().to_owned(),
        |before| before.webhook.clone(),
    );
    let saved = StoredDocusign {
        webhook,
        environment: draft.environment,
        integration_key: draft.integration_key.trim().to_ascii_lowercase(),
        user_id: draft.user_id.trim().to_ascii_lowercase(),
        account_id: draft.account_id.trim().to_ascii_lowercase(),
        private_key,
        agreement: None,
        heard_at: None,
    };
    store::nda::docusign::save(tx, act.org.id, &saved).await?;
    let changes = changes(before.as_ref(), &saved, new_key);
    Ok(act
        .audit(tx, Action::SetUpDocusign, &changes.to_string())
        .await?)
}

/// For the audit log: what is another than before, but for the key itself.
fn changes(before: Option<&StoredDocusign>, after: &StoredDocusign, new_key: bool) -> Changes {
    let mut changes = Changes::new("");
    let old = before.map(|before| before.environment.title());
    changes.note_optional("Environment", old, Some(after.environment.title()), "none");
    let of =
        |field: fn(&StoredDocusign) -> &String| (before.map_or("", |one| field(one)), field(after));
    for (name, (old, new)) in [
        ("Integration key", of(|one| &one.integration_key)),
        ("User ID", of(|one| &one.user_id)),
        ("API Account ID", of(|one| &one.account_id)),
    ] {
        changes.note(name, old, new);
    }
    if new_key {
        changes.say("New private key");
    }
    changes
}

fn checked(draft: &ConnectionDraft, has_key: bool) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let guid = |text: &str| Uuid::try_parse(text.trim()).is_ok();
    if !guid(&draft.integration_key) {
        let what = "Copy the integration key from Apps and Keys: 36 characters with hyphens";
        problems.add("integration_key", what);
    }
    if !guid(&draft.user_id) {
        let what = "Copy the User ID from Apps and Keys: 36 characters with hyphens";
        problems.add("user_id", what);
    }
    if !draft.account_id.trim().is_empty() && !guid(&draft.account_id) {
        let what = "Copy the API Account ID from Apps and Keys, or leave this empty";
        problems.add("account_id", what);
    }
    let pasted = !draft.private_key.expose_secret().trim().is_empty();
    if (pasted || !has_key)
        && let Err(what) = check_key(&draft.private_key)
    {
        problems.add("private_key", what);
    }
    problems.into_result()
}

/// Chooses a template of the DocuSign account.
///
/// # Errors
/// Says field by field what to type.
#[instrument(
    name = "signing.settings.choose_template",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn choose_template(
    tx: &mut Tx,
    act: StaffAction<'_>,
    template: &str,
    role: &str,
) -> Result<(), SettingsError> {
    let mut problems = Problems::default();
    let (template, role) = (template.trim().to_ascii_lowercase(), role.trim());
    if Uuid::try_parse(&template).is_err() {
        let what = "Copy the template ID from the template’s page: 36 characters with hyphens";
        problems.add("template_id", what);
    }
    problems.required("template_role", "The role", role, 100);
    problems.into_result()?;
    let detail = format!("Template {template}, role {role}");
    let agreement = Agreement::Template {
        id: template,
        role: role.to_owned(),
    };
    store::nda::docusign::set_agreement(tx, act.org.id, &agreement).await?;
    Ok(act.audit(tx, Action::ChoseAgreement, &detail).await?)
}

/// Chooses a PDF that was stored just now.
///
/// # Errors
/// It is no PDF, too large for DocuSign, or the anchor is too long.
#[instrument(
    name = "signing.settings.choose_pdf",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, document = %document.id)
)]
pub async fn choose_pdf(
    tx: &mut Tx,
    act: StaffAction<'_>,
    document: &Document,
    anchor: &str,
) -> Result<(), SettingsError> {
    let mut problems = Problems::default();
    if document.content_type != "application/pdf" {
        problems.add(
            "file",
            "DocuSign signs a PDF here: save the agreement as PDF",
        );
    } else if document.size > LARGEST_PDF {
        problems.add("file", "DocuSign takes at most 25 MB");
    }
    let anchor = anchor.trim();
    problems.at_most("anchor", "The text", anchor, 100);
    problems.into_result()?;
    store::documents::insert(tx, act.org.id, document).await?;
    let agreement = Agreement::Pdf {
        document: document.id,
        anchor: anchor.to_owned(),
    };
    store::nda::docusign::set_agreement(tx, act.org.id, &agreement).await?;
    let detail = format!("{}, SHA-256 {}", document.file_name, document.sha256);
    Ok(act.audit(tx, Action::ChoseAgreement, &detail).await?)
}

/// Adds a key with which DocuSign signs its messages; the others stay valid.
///
/// # Errors
/// Says field by field what to type.
#[instrument(
    name = "signing.settings.add_key",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn add_key(
    app: &App,
    tx: &mut Tx,
    act: StaffAction<'_>,
    label: &str,
    secret: &SecretString,
) -> Result<(), SettingsError> {
    let mut problems = Problems::default();
    let label = label.trim();
    problems.required("label", "The name", label, 60);
    let secret = SecretString::from(secret.expose_secret().trim());
    if secret.expose_secret().len() < 16 || secret.expose_secret().len() > 500 {
        let what = "Paste the key as DocuSign shows it, under Connect, Connect Keys";
        problems.add("secret", what);
    }
    problems.into_result()?;
    let id = app.ambient.id(WebhookKeyId::from_uuid);
    let seal = Seal::new(HMAC_KEY, act.org.id, id);
    let key = WebhookKey {
        id,
        label: label.to_owned(),
        secret: app.config.keyring.seal(&app.ambient.random, &seal, &secret),
        created_by: act.by.actor(),
        created_at: app.ambient.now(),
    };
    store::nda::docusign_keys::insert(tx, act.org.id, &key).await?;
    Ok(act.audit(tx, Action::AddedConnectKey, label).await?)
}

/// Forgets a key: what is signed with it is refused from now on.
#[instrument(
    name = "signing.settings.remove_key",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, webhook_key = %id)
)]
pub async fn remove_key(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: WebhookKeyId,
) -> Result<(), SettingsError> {
    let label = store::nda::docusign_keys::delete(tx, act.org.id, id).await?;
    let label = label.ok_or(SettingsError::NotFound)?;
    Ok(act.audit(tx, Action::RemovedConnectKey, &label).await?)
}

/// Forgets app, user and keys. What was signed stays, and so does what accounts need.
///
/// # Errors
/// New accounts still sign through DocuSign.
#[instrument(
    name = "signing.settings.remove",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn remove(tx: &mut Tx, act: StaffAction<'_>) -> Result<(), SettingsError> {
    if store::organizations::nda_default(tx, act.org.id).await? == NdaKind::Docusign {
        let mut problems = Problems::default();
        let what = "New accounts sign through DocuSign: choose something else for them first";
        problems.add("remove", what);
        return Err(problems.into());
    }
    store::nda::docusign_keys::delete_all(tx, act.org.id).await?;
    store::nda::docusign::delete(tx, act.org.id).await?;
    Ok(act.audit(tx, Action::RemovedDocusign, "").await?)
}
