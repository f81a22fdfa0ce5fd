//! The NDA's text in its versions, and what new accounts need.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::nda::{NdaKind, NdaText};
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::nda::{self, TextError};
use crate::use_cases::problems::Problems;
use crate::web::components::markdown;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};

const HERE: &str = "/dashboard/settings/nda";

#[derive(Template)]
#[template(path = "dashboard/settings/nda.html")]
struct NdaPage {
    shell: Shell,
    default: NdaKind,
    /// Whether the form to request access offers the text.
    in_request: bool,
    /// Whether DocuSign is set up.
    docusign: bool,
    /// Every version with how many accounts signed it, the newest first.
    versions: Vec<(NdaText, i64)>,
    /// What is in the form.
    draft: String,
    /// The version that the draft was written from; 0 where there was none.
    based_on: i64,
    /// The draft as visitors will see it.
    preview: Option<String>,
    problems: Problems,
    /// Someone published while the draft was written.
    stale: bool,
}

#[derive(Template)]
#[template(path = "dashboard/settings/nda_version.html")]
struct VersionPage {
    shell: Shell,
    text: NdaText,
    html: String,
}

#[derive(Deserialize)]
pub(super) struct DraftForm {
    text: String,
    based_on: i64,
    /// `preview` or `publish`: the button.
    act: String,
}

#[derive(Deserialize)]
pub(super) struct DefaultForm {
    kind: String,
}

#[derive(Deserialize)]
pub(super) struct InRequestForm {
    /// Absent where the box isn't ticked.
    #[serde(default)]
    in_request: String,
}

impl NdaPage {
    fn next_version(&self) -> i64 {
        self.versions
            .first()
            .map_or(1, |(text, _)| text.version + 1)
    }
}

pub(super) async fn page(State(app): State<App>, Admin(staff): Admin, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<NdaPage> {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let versions = store::nda::texts::list(&mut tx, org).await?;
    let (draft, based_on) = match versions.first() {
        Some((text, _)) => (text.body.clone(), text.version),
        None => (String::new(), 0),
    };
    Ok(NdaPage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        default: store::organizations::nda_default(&mut tx, org).await?,
        in_request: store::organizations::nda_in_request(&mut tx, org).await?,
        docusign: store::nda::docusign::is_ready(&mut tx, org).await?,
        versions,
        draft,
        based_on,
        preview: None,
        problems: Problems::default(),
        stale: false,
    })
}

/// Shows what the draft will look like, or publishes it.
pub(super) async fn publish(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<DraftForm>,
) -> WebResult {
    let (status, problems) = match form.act.as_str() {
        "preview" => (StatusCode::OK, Problems::default()),
        "publish" => match save(&app, &staff, &form).await {
            Ok(text) => {
                let said = format!("Version {} is published.", text.version);
                return Ok(see_other_saying(HERE, &said));
            }
            Err(TextError::Store(error)) => return Err(error.into()),
            Err(TextError::Stale) => (StatusCode::CONFLICT, Problems::default()),
            Err(TextError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        },
        other => {
            return Err(WebError::BadRequest(format!(
                "“{other}” is no button of this form: use preview or publish."
            )));
        }
    };
    let saved = load(&app, &staff, Flash::default()).await?;
    let stale = status == StatusCode::CONFLICT;
    let page = NdaPage {
        preview: Some(markdown::to_html(&form.text)).filter(|_| status == StatusCode::OK),
        // Publishing again is meant to follow the version that is shown then.
        based_on: if stale { saved.based_on } else { form.based_on },
        draft: form.text,
        problems,
        stale,
        ..saved
    };
    page::html_with(status, &page)
}

async fn save(app: &App, staff: &Staff, form: &DraftForm) -> Result<NdaText, TextError> {
    let mut tx = app.db.begin().await?;
    let text = nda::publish(&mut tx, staff.action(app), form.based_on, &form.text).await?;
    tx.commit().await?;
    Ok(text)
}

pub(super) async fn choose_default(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<DefaultForm>,
) -> WebResult {
    let kind: NdaKind = form.kind.parse().map_err(WebError::BadRequest)?;
    let mut tx = app.db.begin().await?;
    let problems = match nda::choose_default(&mut tx, staff.action(&app), kind).await {
        Ok(()) => {
            tx.commit().await?;
            let said = match kind {
                NdaKind::Clickwrap => "New accounts sign the NDA from now on.",
                NdaKind::Docusign => "New accounts sign through DocuSign from now on.",
                NdaKind::None | NdaKind::Elsewhere => "New accounts need no NDA from now on.",
            };
            return Ok(see_other_saying(HERE, said));
        }
        Err(TextError::Store(error)) => return Err(error.into()),
        Err(TextError::Stale) => Problems::default(),
        Err(TextError::Invalid(problems)) => problems,
    };
    drop(tx);
    let page = NdaPage {
        problems,
        ..load(&app, &staff, Flash::default()).await?
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn choose_in_request(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<InRequestForm>,
) -> WebResult {
    let on = form.in_request == "1";
    let mut tx = app.db.begin().await?;
    let problems = match nda::with_request::choose(&mut tx, staff.action(&app), on).await {
        Ok(()) => {
            tx.commit().await?;
            let said = if on {
                "The form to request access offers the NDA from now on."
            } else {
                "The form to request access doesn’t offer the NDA anymore."
            };
            return Ok(see_other_saying(HERE, said));
        }
        Err(TextError::Store(error)) => return Err(error.into()),
        Err(TextError::Stale) => Problems::default(),
        Err(TextError::Invalid(problems)) => problems,
    };
    drop(tx);
    let page = NdaPage {
        problems,
        ..load(&app, &staff, Flash::default()).await?
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// One version, as its signers saw it.
pub(super) async fn version(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(version): Path<String>,
    flash: Flash,
) -> WebResult {
    let version: i64 = page::id(&version)?;
    let mut tx = app.db.read().await?;
    let text = store::nda::texts::by_version(&mut tx, staff.org.id, version).await?;
    let text = text.ok_or(WebError::NotFound)?;
    page::html(&VersionPage {
        shell: Shell::new(&mut tx, &staff, Section::Settings, flash).await?,
        html: markdown::to_html(&text.body),
        text,
    })
}
