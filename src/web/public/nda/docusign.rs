//! Signing through DocuSign: what it is, going there, and coming back.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use domain::ids::ItemId;
use domain::nda::docusign::{Envelope, EnvelopeStatus};
use serde::Deserialize;

use crate::app::App;
use crate::signing::{self, SigningError};
use crate::use_cases::organizations::address::StatusAddress;
use crate::use_cases::visitors::MemberOf;
use crate::use_cases::visitors::access::Access;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::pdf_download;
use crate::web::http::visitor::StatusPage;
use crate::web::public::frame::Frame;
use crate::web::public::refused::no_access;
use crate::web::public::requested_item::{self, ItemQuery};

const SIGNED: &str = "Signed. Everything is open to you and your colleagues now; what you signed \
                      is on its way to you by email.";

#[derive(Template)]
#[template(path = "public/nda/docusign.html")]
struct SignPage {
    frame: Frame,
    account: String,
    name: String,
    email: String,
    /// This member's latest envelope, if there was one.
    status: Option<EnvelopeStatus>,
    /// Why it was declined or withdrawn; may be empty.
    reason: String,
    /// Whether the signer came back and DocuSign has not confirmed yet.
    waiting: bool,
    /// Whether DocuSign is set up.
    ready: bool,
    item: String,
    /// What went wrong just now; empty for nothing.
    problem: String,
}

#[derive(Template)]
#[template(path = "public/nda/docusign_signed.html")]
struct SignedPage {
    frame: Frame,
    account: String,
    envelope: Envelope,
    mine: bool,
}

/// As DocuSign brings the signer back.
#[derive(Deserialize)]
struct Return {
    #[serde(default)]
    item: String,
    /// How the signing ended, in DocuSign's words: a hint, and no more.
    #[serde(default)]
    event: String,
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/nda/docusign", post(start))
        .route("/nda/docusign/return", get(back))
        .route("/nda/docusign/files/{file}", get(file))
}

pub(super) async fn page(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    item: &str,
    Flash { message: flash, .. }: Flash,
) -> WebResult {
    let mut shown = load(app, page, member, item).await?;
    shown.frame.flash = flash;
    page::html(&shown)
}

async fn load(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    item: &str,
) -> WebResult<SignPage> {
    let (org, account, visitor) = (page.org.id, member.account.id, member.visitor.id);
    let mut tx = app.db.read().await?;
    let latest = store::nda::envelopes::latest(&mut tx, org, account, visitor).await?;
    Ok(SignPage {
        frame: Frame::new(page, None),
        account: member.account.name.clone(),
        name: member.visitor.person().display_name(),
        email: member.visitor.email.to_string(),
        status: latest.as_ref().map(|latest| latest.status),
        reason: latest.map(|latest| latest.reason).unwrap_or_default(),
        waiting: false,
        ready: store::nda::docusign::is_ready(&mut tx, org).await?,
        item: item
            .parse::<ItemId>()
            .map_or_else(|_| String::new(), |id| id.to_string()),
        problem: String::new(),
    })
}

/// Whoever has to sign through DocuSign; everyone else is led on, to the item in the end.
fn signer<'a>(page: &'a StatusPage, item: &str) -> Result<MemberOf<'a>, WebResult> {
    let item = requested_item::parsed(item);
    match page.access() {
        Access::Anonymous => Err(Ok(page::see_other(&requested_item::sign_in(page, item)))),
        Access::NoAccount | Access::Expired(_) => Err(Err(no_access(page))),
        Access::Open(_) | Access::NdaFirst(_) if !needs_docusign(page) => {
            Err(Ok(page::see_other(&requested_item::nda(page, item))))
        }
        Access::Open(member) | Access::NdaFirst(member) => Ok(member),
    }
}

fn needs_docusign(page: &StatusPage) -> bool {
    let kind = ::domain::nda::NdaKind::Docusign;
    matches!(page.access(), Access::NdaFirst(member) if member.account.nda.kind == kind)
}

/// To DocuSign: the envelope is sent, and the page to sign it is fetched for this click.
async fn start(State(app): State<App>, page: StatusPage, Form(wish): Form<ItemQuery>) -> WebResult {
    let member = match signer(&page, &wish.item) {
        Ok(member) => member,
        Err(answer) => return answer,
    };
    let mut shown = load(&app, &page, member, &wish.item).await?;
    let mut tx = app.db.read().await?;
    let address =
        StatusAddress::for_organization(&mut tx, &page.org, &app.config.public_url).await?;
    drop(tx);
    let mut back = address.page("/nda/docusign/return");
    if !shown.item.is_empty() {
        back.query_pairs_mut().append_pair("item", &shown.item);
    }
    let error = match signing::begin(&app, &page.org, member, &back).await {
        Ok(url) => return Ok(page::see_other(url.as_str())),
        Err(SigningError::Store(error)) => return Err(error.into()),
        Err(SigningError::NothingToSign) => {
            let to = requested_item::nda(&page, requested_item::parsed(&wish.item));
            return Ok(see_other_saying(&to, SIGNED));
        }
        Err(error @ SigningError::TooMany(_)) => {
            shown.problem = error.to_string();
            return page::html_with(StatusCode::TOO_MANY_REQUESTS, &shown);
        }
        Err(error) => error,
    };
    tracing::warn!(org = %page.org.id, %error, "nobody can be sent to DocuSign");
    shown.problem = apology(&page, &error);
    page::html_with(StatusCode::SERVICE_UNAVAILABLE, &shown)
}

/// What a visitor can do about it; the cause is the organization's business.
fn apology(page: &StatusPage, error: &SigningError) -> String {
    if matches!(error, SigningError::Docusign(error) if error.is_passing()) {
        return "DocuSign can’t be reached right now. Nothing was signed: try again in a few \
                minutes."
            .to_owned();
    }
    let org = &page.org;
    let whom = match org.security_email.as_str() {
        "" => format!("the person who gave you access at {}", org.name),
        address => address.to_owned(),
    };
    format!(
        "{} can’t send you to DocuSign at the moment. Nothing was signed. Tell {whom}: it is \
         something to repair there, and not on your side.",
        org.name
    )
}

/// Back from DocuSign. The address proves nothing: DocuSign itself is asked, or has
/// told already.
async fn back(State(app): State<App>, Query(wish): Query<Return>, page: StatusPage) -> WebResult {
    if page.access().is_open() {
        return Ok(see_other_saying(
            &requested_item::path_to_found(&app, &page, &wish.item).await?,
            SIGNED,
        ));
    }
    let member = match signer(&page, &wish.item) {
        Ok(member) => member,
        Err(answer) => return answer,
    };
    let (org, account, visitor) = (page.org.id, member.account.id, member.visitor.id);
    let mut tx = app.db.read().await?;
    let latest = store::nda::envelopes::latest(&mut tx, org, account, visitor).await?;
    drop(tx);
    let Some(latest) = latest else {
        let to = requested_item::nda(&page, requested_item::parsed(&wish.item));
        return Ok(page::see_other(&to));
    };
    let ended = !matches!(
        wish.event.as_str(),
        "cancel" | "ttl_expired" | "session_timeout" | "exception"
    );
    let status = if ended {
        asked(&app, &page, &latest).await?
    } else {
        latest.status
    };
    if status == EnvelopeStatus::Completed {
        return Ok(see_other_saying(
            &requested_item::path_to_found(&app, &page, &wish.item).await?,
            SIGNED,
        ));
    }
    let mut shown = load(&app, &page, member, &wish.item).await?;
    shown.waiting = status.is_open() && ended;
    let waiting = shown.waiting;
    let mut answer = page::html(&shown)?;
    if waiting {
        // Looks again by itself; that asks us, and not DocuSign.
        let again = HeaderValue::from_static("5");
        answer.headers_mut().insert("refresh", again);
    }
    Ok(answer)
}

/// DocuSign's word, or what is known here where it can't be had.
async fn asked(app: &App, page: &StatusPage, latest: &Envelope) -> WebResult<EnvelopeStatus> {
    match signing::ask(app, page.org.id, latest).await {
        Ok(status) => Ok(status),
        Err(SigningError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::warn!(org = %page.org.id, %error, "DocuSign could not be asked");
            Ok(latest.status)
        }
    }
}

/// What the account signed.
pub(super) async fn signed(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    Flash { message: flash, .. }: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = store::nda::envelopes::signature(&mut tx, page.org.id, member.account.id).await?;
    let Some(envelope) = found else {
        return Ok(page::see_other(&page.path("")));
    };
    page::html(&SignedPage {
        frame: Frame::new(page, flash),
        account: member.account.name.clone(),
        mine: envelope.visitor == member.visitor.id,
        envelope,
    })
}

/// The signed document or DocuSign's certificate, for members of the account.
async fn file(
    State(app): State<App>,
    Path((_, file)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult<Response> {
    let member = match page.access() {
        Access::Anonymous => return Ok(page::see_other(&page.path("/sign-in"))),
        Access::NoAccount | Access::Expired(_) | Access::NdaFirst(_) => {
            return Err(WebError::NotFound);
        }
        Access::Open(member) => member,
    };
    let mut tx = app.db.read().await?;
    let found = store::nda::envelopes::signature(&mut tx, page.org.id, member.account.id).await?;
    drop(tx);
    let (document, name) = pdf_download::of_envelope(found.as_ref(), &file)?;
    pdf_download::download(&app, page.org.id, document, name).await
}
