//! Setting up DocuSign, and trying it out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::ids::WebhookKeyId;
use domain::nda::docusign::{Agreement, DocusignEnvironment};
use secrecy::SecretString;
use serde::Deserialize;
use store::nda::docusign_keys::WebhookKey;

use crate::app::App;
use crate::files::Accept;
use crate::signing::settings::{self, ConnectionDraft, PAGE, SettingsError};
use crate::signing::{self, Finding, SigningError};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::FileForm;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Reauthenticated, Staff};
use crate::web::http::upload::{self, Upload};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/nda/docusign", get(show).post(save))
        .route("/dashboard/settings/nda/docusign/check", post(check))
        .route("/dashboard/settings/nda/docusign/template", post(template))
        .route("/dashboard/settings/nda/docusign/pdf", post(pdf))
        .route("/dashboard/settings/nda/docusign/keys", post(add_key))
        .route(
            "/dashboard/settings/nda/docusign/keys/{id}/remove",
            post(remove_key),
        )
        .route("/dashboard/settings/nda/docusign/remove", post(remove))
}

#[derive(Template)]
#[template(path = "dashboard/settings/docusign.html")]
struct DocusignPage {
    shell: Shell,
    /// Whether app and user are saved.
    connected: bool,
    draft: ConnectionDraft,
    agreement: Option<Agreement>,
    /// Name of the PDF that is signed; empty where it isn't one.
    file_name: String,
    template_id: String,
    template_role: String,
    anchor: String,
    webhook: String,
    heard_at: Option<jiff::Timestamp>,
    keys: Vec<WebhookKey>,
    label: String,
    /// Where DocuSign leads after consent: to be registered there.
    consent_return: String,
    findings: Vec<Finding>,
    problems: Problems,
}

async fn show(State(app): State<App>, Admin(staff): Admin, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<DocusignPage> {
    let org = staff.org.id;
    let address = |error: url::ParseError| WebError::Internal(error.into());
    let mut tx = app.db.read().await?;
    let mut page = DocusignPage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        connected: false,
        draft: ConnectionDraft::default(),
        agreement: None,
        file_name: String::new(),
        template_id: String::new(),
        template_role: "Signer".to_owned(),
        anchor: String::new(),
        webhook: String::new(),
        heard_at: None,
        keys: store::nda::docusign_keys::list(&mut tx, org).await?,
        label: String::new(),
        consent_return: app.config.public_url.join(PAGE).map_err(address)?.into(),
        findings: Vec::new(),
        problems: Problems::default(),
    };
    let Some(stored) = store::nda::docusign::get(&mut tx, org).await? else {
        return Ok(page);
    };
    match &stored.agreement {
        Some(Agreement::Template { id, role }) => {
            page.template_id.clone_from(id);
            page.template_role.clone_from(role);
        }
        Some(Agreement::Pdf { document, anchor }) => {
            page.anchor.clone_from(anchor);
            let found = store::documents::by_id(&mut tx, org, *document).await?;
            page.file_name = found.map_or_else(String::new, |found| found.file_name);
        }
        None => {}
    }
    page.connected = true;
    page.webhook = settings::webhook_url(app, &stored.webhook)
        .map_err(address)?
        .into();
    page.heard_at = stored.heard_at;
    page.agreement = stored.agreement;
    page.draft = ConnectionDraft {
        environment: stored.environment,
        integration_key: stored.integration_key,
        user_id: stored.user_id,
        account_id: stored.account_id,
        private_key: SecretString::default(),
    };
    Ok(page)
}

/// What is wrong, in the page that `retype` has put what was typed into.
async fn again(
    app: &App,
    staff: &Staff,
    error: SettingsError,
    retype: impl FnOnce(&mut DocusignPage),
) -> WebResult {
    let problems = match error {
        SettingsError::Invalid(problems) => problems,
        SettingsError::NotFound => return Err(WebError::NotFound),
        SettingsError::Store(error) => return Err(error.into()),
    };
    let mut page = load(app, staff, Flash::default()).await?;
    page.problems = problems;
    retype(&mut page);
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What is signed and how it is told can be chosen once app and user are there.
async fn connected(app: &App, staff: &Staff) -> WebResult<()> {
    let mut tx = app.db.read().await?;
    match store::nda::docusign::get(&mut tx, staff.org.id).await? {
        Some(_) => Ok(()),
        None => Err(WebError::Stale(
            "DocuSign was removed meanwhile. Set it up again first.".to_owned(),
        )),
    }
}

#[derive(Deserialize)]
struct ConnectionForm {
    environment: String,
    #[serde(default)]
    integration_key: String,
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    private_key: String,
}

async fn save(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<ConnectionForm>,
) -> WebResult {
    let environment: DocusignEnvironment =
        form.environment.parse().map_err(WebError::BadRequest)?;
    let draft = ConnectionDraft {
        environment,
        integration_key: form.integration_key,
        user_id: form.user_id,
        account_id: form.account_id,
        private_key: form.private_key.into(),
    };
    let mut tx = app.db.begin().await?;
    if let Err(error) = settings::save(&app, &mut tx, staff.action(&app), &draft).await {
        drop(tx);
        return again(&app, &staff, error, |page| page.draft = draft).await;
    }
    tx.commit().await?;
    Ok(see_other_saying(
        PAGE,
        "Saved. Check below whether it works.",
    ))
}

async fn check(State(app): State<App>, Admin(staff): Admin) -> WebResult {
    let findings = match signing::check(&app, staff.org.id).await {
        Ok(findings) => findings,
        Err(SigningError::Store(error)) => return Err(error.into()),
        Err(SigningError::NotReady) => {
            return Ok(see_other_saying(PAGE, "Set DocuSign up first."));
        }
        Err(error) => return Err(WebError::Internal(error.into())),
    };
    let page = DocusignPage {
        findings,
        ..load(&app, &staff, Flash::default()).await?
    };
    page::html(&page)
}

#[derive(Deserialize)]
struct TemplateForm {
    #[serde(default)]
    template_id: String,
    #[serde(default)]
    template_role: String,
}

async fn template(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<TemplateForm>,
) -> WebResult {
    connected(&app, &staff).await?;
    let (id, role) = (&form.template_id, &form.template_role);
    let mut tx = app.db.begin().await?;
    let chosen = settings::choose_template(&mut tx, staff.action(&app), id, role).await;
    if let Err(error) = chosen {
        drop(tx);
        return again(&app, &staff, error, |page| {
            page.template_id = form.template_id;
            page.template_role = form.template_role;
        })
        .await;
    }
    tx.commit().await?;
    Ok(see_other_saying(
        PAGE,
        "From now on this template is signed.",
    ))
}

async fn pdf(State(app): State<App>, Admin(staff): Admin, form: WebResult<FileForm>) -> WebResult {
    connected(&app, &staff).await?;
    let received = Upload::receive(&app, staff.sender(), Accept::Documents, form?).await;
    let anchor = received.field("anchor");
    let document = match received.file {
        Ok(document) => document,
        Err(error) if !error.is_the_uploads_fault() => return Err(upload::failed(error)),
        Err(error) => {
            let mut problems = Problems::default();
            problems.add("file", error.to_string());
            return again(&app, &staff, problems.into(), |page| page.anchor = anchor).await;
        }
    };
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    if let Err(error) = settings::choose_pdf(&mut tx, act, &document, &anchor).await {
        drop(tx);
        upload::forget(&app, &document).await;
        return again(&app, &staff, error, |page| page.anchor = anchor).await;
    }
    tx.commit().await?;
    Ok(see_other_saying(PAGE, "From now on this PDF is signed."))
}

#[derive(Deserialize)]
struct KeyForm {
    #[serde(default)]
    label: String,
    #[serde(default)]
    secret: String,
}

async fn add_key(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<KeyForm>,
) -> WebResult {
    connected(&app, &staff).await?;
    let secret = SecretString::from(form.secret);
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    if let Err(error) = settings::add_key(&app, &mut tx, act, &form.label, &secret).await {
        drop(tx);
        return again(&app, &staff, error, |page| page.label = form.label).await;
    }
    tx.commit().await?;
    let said = "Messages signed with this key are believed from now on.";
    Ok(see_other_saying(PAGE, said))
}

async fn remove_key(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(id): Path<String>,
) -> WebResult {
    let id: WebhookKeyId = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    if let Err(error) = settings::remove_key(&mut tx, staff.action(&app), id).await {
        drop(tx);
        return again(&app, &staff, error, |_| {}).await;
    }
    tx.commit().await?;
    let said = "Messages signed with that key are refused from now on.";
    Ok(see_other_saying(PAGE, said))
}

async fn remove(
    State(app): State<App>,
    Reauthenticated(Admin(staff)): Reauthenticated<Admin>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    if let Err(error) = settings::remove(&mut tx, staff.action(&app)).await {
        drop(tx);
        return again(&app, &staff, error, |_| {}).await;
    }
    tx.commit().await?;
    let said = "DocuSign is removed. What was signed stays.";
    Ok(see_other_saying("/dashboard/settings/nda", said))
}
