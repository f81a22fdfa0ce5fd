//! Settings, Appearance: the logo, the domain, and security.txt.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::content::logo::{Logo, Logos, Variant};
use domain::limits::LOGO;
use serde::Deserialize;
use store::content::security_contact::SecurityContact;
use store::organizations::custom_domains::CustomDomain;

use crate::app::App;
use crate::use_cases::content::appearance;
use crate::use_cases::organizations::custom_domain::{self, CheckError, Found};
use crate::use_cases::organizations::settings::SettingsError;
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::{FileForm, FileFormError, Part};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};

const HERE: &str = "/dashboard/settings/appearance";

#[derive(Template)]
#[template(path = "dashboard/settings/appearance.html")]
struct AppearancePage {
    shell: Shell,
    logos: Logos,
    /// What is wrong with an upload.
    logo_problem: String,
    /// As typed, or as saved.
    host: String,
    domain: Option<CustomDomain>,
    public_host: String,
    contact: SecurityContact,
    has_email: bool,
    problems: Problems,
}

#[derive(Deserialize)]
struct DomainForm {
    #[serde(default)]
    host: String,
}

#[derive(Deserialize)]
struct ContactForm {
    #[serde(default)]
    contact_url: String,
    #[serde(default)]
    policy_url: String,
    #[serde(default)]
    languages: String,
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/appearance", get(show))
        .route(
            "/dashboard/settings/appearance/logo/{variant}",
            post(upload),
        )
        .route(
            "/dashboard/settings/appearance/logo/{variant}/remove",
            post(remove),
        )
        .route("/dashboard/settings/appearance/domain", post(set_domain))
        .route(
            "/dashboard/settings/appearance/domain/check",
            post(check_domain),
        )
        .route("/dashboard/settings/appearance/security", post(set_contact))
}

async fn show(State(app): State<App>, Admin(staff): Admin, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<AppearancePage> {
    let mut tx = app.db.read().await?;
    let domain = store::organizations::custom_domains::of(&mut tx, staff.org.id).await?;
    let public_host = app.config.public_url.host_str().unwrap_or_default();
    Ok(AppearancePage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        logos: store::content::logos::of(&mut tx, staff.org.id).await?,
        logo_problem: String::new(),
        host: domain
            .as_ref()
            .map_or_else(String::new, |domain| domain.host.to_string()),
        domain,
        public_host: public_host.to_owned(),
        contact: store::content::security_contact::of(&mut tx, staff.org.id).await?,
        has_email: !staff.org.security_email.is_empty(),
        problems: Problems::default(),
    })
}

fn variant(key: &str) -> WebResult<Variant> {
    let found = Variant::ALL.into_iter().find(|one| one.key() == key);
    found.ok_or(WebError::NotFound)
}

async fn upload(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(key): Path<String>,
    form: WebResult<FileForm>,
) -> WebResult {
    let variant = variant(&key)?;
    let logo = match picture(form?).await.and_then(Logo::from_picture) {
        Ok(logo) => logo,
        Err(problem) => {
            let page = AppearancePage {
                logo_problem: problem,
                ..load(&app, &staff, Flash::default()).await?
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let mut tx = app.db.begin().await?;
    appearance::set_logo(&mut tx, staff.action(&app), variant, Some(&logo)).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "The logo is on your pages now."))
}

/// The content of the field `file`; small enough to be held in memory.
async fn picture(mut form: FileForm) -> Result<Vec<u8>, String> {
    let broken = |error: FileFormError| match error {
        FileFormError::LargeFile => "The picture is larger than 1 MB".to_owned(),
        other => other.to_string(),
    };
    while let Some(part) = form.next().await.map_err(broken)? {
        if let Part::File(file) = part {
            return file.bytes(LOGO).await.map_err(broken);
        }
    }
    Ok(Vec::new())
}

async fn remove(State(app): State<App>, Admin(staff): Admin, Path(key): Path<String>) -> WebResult {
    let variant = variant(&key)?;
    let mut tx = app.db.begin().await?;
    appearance::set_logo(&mut tx, staff.action(&app), variant, None).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "The logo is removed."))
}

async fn set_domain(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<DomainForm>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    match custom_domain::set(&mut tx, staff.action(&app), &form.host).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other_saying(HERE, "The domain is saved."))
        }
        Err(error) => {
            drop(tx);
            let mut page = load(&app, &staff, Flash::default()).await?;
            page.host = form.host;
            again(page, error)
        }
    }
}

/// Looks for the record that proves the domain, now.
async fn check_domain(State(app): State<App>, Admin(staff): Admin) -> WebResult {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let domain = store::organizations::custom_domains::of(&mut tx, org).await?;
    drop(tx);
    let Some(domain) = domain else {
        return Ok(see_other_saying(HERE, "Save a domain first."));
    };
    let actor = staff.user.actor();
    let place = (org, &app.config.public_url);
    let checked = custom_domain::check(&app.db, &app.dns, &app.ambient, place, &domain, &actor);
    let message = match checked.await {
        Ok(Found::Proven) => "The domain is yours.".to_owned(),
        Ok(Found::Missing) => format!(
            "There is no such TXT record at {} yet. A new one can take an hour to be seen.",
            domain.record_name()
        ),
        Ok(Found::Taken) => {
            "Another trust center on this server has already verified this domain. Ask your server \
             administrator."
                .to_owned()
        }
        Err(CheckError::Store(error)) => return Err(error.into()),
        Err(error @ CheckError::Dns(_)) => format!("{error}. Try again in a moment."),
    };
    Ok(see_other_saying(HERE, &message))
}

async fn set_contact(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<ContactForm>,
) -> WebResult {
    let typed = SecurityContact {
        contact_url: form.contact_url,
        policy_url: form.policy_url,
        languages: form.languages,
    };
    let mut tx = app.db.begin().await?;
    match appearance::set_security_contact(&mut tx, staff.action(&app), &typed).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other_saying(HERE, "security.txt is saved."))
        }
        Err(error) => {
            drop(tx);
            let mut page = load(&app, &staff, Flash::default()).await?;
            page.contact = typed;
            again(page, error)
        }
    }
}

/// The page with what was typed, and what is wrong with it.
fn again(mut page: AppearancePage, error: SettingsError) -> WebResult {
    match error {
        SettingsError::Invalid(problems) => page.problems = problems,
        error => return Err(error.into()),
    }
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
