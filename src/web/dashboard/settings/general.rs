//! What the trust center says of the organization, and the Salesforce card.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::organizations::settings::{self, SettingsDraft};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::dashboard::salesforce::{self, Modal, SalesforceCard};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};

#[derive(Template)]
#[template(path = "dashboard/settings/general.html")]
struct SettingsPage {
    shell: Shell,
    version: i64,
    draft: SettingsDraft,
    /// What is saved, where that is not what the form was made from.
    current: Option<SettingsDraft>,
    problems: Problems,
    card: SalesforceCard,
    /// In front of everything, at its own address.
    modal: Option<Modal>,
}

#[derive(Deserialize)]
pub(super) struct SettingsForm {
    name: String,
    headline: String,
    #[serde(default)]
    introduction: String,
    #[serde(default)]
    security_email: String,
    accent: String,
    version: i64,
}

pub(super) async fn page(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

/// The page behind the Salesforce modal.
pub(super) async fn page_behind(app: &App, staff: &Staff, modal: Modal) -> WebResult {
    let page = load(app, staff, Flash::default()).await?;
    page::html(&SettingsPage {
        modal: Some(modal),
        ..page
    })
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<SettingsPage> {
    let mut tx = app.db.read().await?;
    Ok(SettingsPage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        version: staff.org.version,
        draft: SettingsDraft::from_organization(&staff.org),
        current: None,
        problems: Problems::default(),
        card: salesforce::card(&mut tx, app, staff).await?,
        modal: None,
    })
}

pub(super) async fn save(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<SettingsForm>,
) -> WebResult {
    let draft = SettingsDraft {
        name: form.name,
        headline: form.headline,
        introduction: form.introduction,
        security_email: form.security_email,
        accent: form.accent,
    };
    let version = form.version;
    let mut tx = app.db.begin().await?;
    let saved = settings::save(&mut tx, staff.action(&app), version, &draft).await;
    let Err(error) = saved else {
        tx.commit().await?;
        return Ok(see_other_saying(
            "/dashboard/settings",
            "The settings are saved.",
        ));
    };
    drop(tx);
    let refused = Refused::try_from(error)?;
    let saved = load(&app, &staff, Flash::default()).await?;
    let page = SettingsPage {
        current: refused.is_stale.then_some(saved.draft),
        draft,
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}
