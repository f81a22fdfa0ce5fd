//! An account's NDA: what it needs, and who signed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::accounts::Account;
use domain::ids::{AccountId, EnvelopeId};
use domain::nda::docusign::Envelope;
use domain::nda::{NdaKind, NdaSignature};
use serde::Deserialize;
use store::Tx;

use super::detail;
use crate::app::App;
use crate::use_cases::nda::{RequireError, require};
use crate::use_cases::problems::Problems;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::pdf_download;
use crate::web::http::staff_session::{Editor, Staff};

/// The part of the account's page about its NDA.
pub(super) struct NdaView {
    /// What is chosen in the form.
    pub kind: NdaKind,
    pub note: String,
    pub signature: Option<NdaSignature>,
    /// What was sent through DocuSign, the newest first.
    pub envelopes: Vec<Envelope>,
    /// Whether there is a text to sign.
    pub has_text: bool,
    /// Whether DocuSign is set up.
    pub has_docusign: bool,
    pub problems: Problems,
}

impl NdaView {
    pub(super) async fn for_account(
        tx: &mut Tx,
        staff: &Staff,
        account: &Account,
    ) -> store::Result<Self> {
        let org = staff.org.id;
        Ok(Self {
            kind: account.nda.kind,
            note: account.nda.note.clone(),
            signature: store::nda::signatures::of_account(tx, org, account.id).await?,
            envelopes: store::nda::envelopes::of_account(tx, org, account.id).await?,
            has_docusign: store::nda::docusign::is_ready(tx, org).await?,
            has_text: store::nda::texts::current(tx, org).await?.is_some(),
            problems: Problems::default(),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct NdaForm {
    kind: String,
    #[serde(default)]
    note: String,
}

pub(super) async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<NdaForm>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let kind: NdaKind = form.kind.parse().map_err(WebError::BadRequest)?;
    let mut tx = app.db.begin().await?;
    let done = require(&mut tx, staff.action(&app), id, kind, &form.note).await;
    let problems = match done {
        Ok(account) => {
            tx.commit().await?;
            let to = format!("/dashboard/accounts/{id}");
            return Ok(see_other_saying(&to, said(&account)));
        }
        Err(RequireError::NotFound) => return Err(WebError::NotFound),
        Err(RequireError::Store(error)) => return Err(error.into()),
        Err(RequireError::Invalid(problems)) => problems,
    };
    drop(tx);
    let mut tx = app.db.read().await?;
    let page =
        detail::with_nda_problems(&app, &mut tx, &staff, id, kind, form.note, problems).await?;
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn said(account: &Account) -> &'static str {
    match (account.nda.kind, account.nda.is_settled()) {
        (NdaKind::Clickwrap, false) => {
            "From now on nothing locked opens to this account until a member has signed the NDA."
        }
        (NdaKind::Clickwrap, true) => "The signature that this account has counts.",
        (NdaKind::Docusign, false) => {
            "From now on nothing locked opens to this account until a member has signed through \
             DocuSign."
        }
        (NdaKind::Docusign, true) => "What this account signed through DocuSign counts.",
        (NdaKind::None, _) => "This account needs no NDA.",
        (NdaKind::Elsewhere, _) => "Noted: what is locked is open to this account.",
    }
}

pub(super) async fn certificate(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    let found = store::nda::signatures::of_account(&mut tx, staff.org.id, id).await?;
    drop(tx);
    let signature = found.ok_or(WebError::NotFound)?;
    pdf_download::download(
        &app,
        staff.org.id,
        signature.certificate,
        "nda-certificate.pdf",
    )
    .await
}

/// What was signed through DocuSign, and DocuSign's certificate.
pub(super) async fn envelope(
    State(app): State<App>,
    staff: Staff,
    Path((id, envelope, file)): Path<(String, String, String)>,
) -> WebResult {
    let (id, envelope): (AccountId, EnvelopeId) = (page::id(&id)?, page::id(&envelope)?);
    let mut tx = app.db.read().await?;
    let found = store::nda::envelopes::by_id(&mut tx, staff.org.id, envelope).await?;
    drop(tx);
    let found = found.filter(|found| found.account == id);
    let (document, name) = pdf_download::of_envelope(found.as_ref(), &file)?;
    pdf_download::download(&app, staff.org.id, document, name).await
}
