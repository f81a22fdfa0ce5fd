//! The NDA: reading it, signing it, and what was signed.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::documents::Document;
use domain::nda::{FullName, NdaKind, NdaSignature, NdaText, known_as};
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::nda::{self, Draft, SignError, Signing};
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::MemberOf;
use crate::use_cases::visitors::access::Access;
use crate::web::components::markdown;
use crate::web::http::client_ip::ClientAddress;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::pdf_download;
use crate::web::http::visitor::StatusPage;
use crate::web::public::frame::Frame;
use crate::web::public::nda::certificate_file::{self, user_agent};
use crate::web::public::nda::docusign;
use crate::web::public::refused::no_access;
use crate::web::public::requested_item::{self, ItemQuery};

#[derive(Template)]
#[template(path = "public/nda/clickwrap.html")]
struct Signable {
    frame: Frame,
    account: String,
    /// Who signs: the name by which they are known, and the address.
    known_as: String,
    email: String,
    version: i64,
    html: String,
    typed: Typed,
    problems: Problems,
    /// The text is another than the one that was read.
    changed: bool,
}

#[derive(Template)]
#[template(path = "public/nda/signed.html")]
struct Signed {
    frame: Frame,
    account: String,
    signature: NdaSignature,
    html: String,
    /// Whether this visitor signed: the certificate is theirs.
    mine: bool,
}

/// As the browser sends it: what is missing counts as empty.
#[derive(Deserialize, Default)]
pub(super) struct Typed {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    full_name: String,
    #[serde(default)]
    agree: String,
    /// Where to go afterwards.
    #[serde(default)]
    item: String,
}

impl Signable {
    fn longest_name(&self) -> usize {
        FullName::LONGEST
    }
}

pub(super) async fn page(
    State(app): State<App>,
    Query(wish): Query<ItemQuery>,
    flash: Flash,
    page: StatusPage,
) -> WebResult {
    match page.access() {
        Access::Anonymous => {
            let item = requested_item::find(&app, &page, &wish.item).await?;
            Ok(page::see_other(&requested_item::sign_in(
                &page,
                item.map(|item| item.id),
            )))
        }
        Access::NoAccount | Access::Expired(_) => Err(no_access(&page)),
        // Nothing is left to sign: on to what was asked for.
        Access::Open(_) if requested_item::parsed(&wish.item).is_some() => {
            let to = requested_item::path_to_found(&app, &page, &wish.item).await?;
            Ok(page::see_other(&to))
        }
        Access::Open(member) if member.account.nda.kind == NdaKind::Docusign => {
            docusign::signed(&app, &page, member, flash).await
        }
        Access::Open(member) => signed(&app, &page, member, flash).await,
        Access::NdaFirst(member) if member.account.nda.kind == NdaKind::Docusign => {
            docusign::page(&app, &page, member, &wish.item, flash).await
        }
        Access::NdaFirst(member) => {
            let typed = Typed {
                item: wish.item,
                ..Typed::default()
            };
            page::html(&signable(&app, &page, member, typed).await?)
        }
    }
}

pub(super) async fn sign(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    page: StatusPage,
    Form(typed): Form<Typed>,
) -> WebResult {
    let member = match page.access() {
        Access::Anonymous => {
            let to = requested_item::sign_in(&page, requested_item::parsed(&typed.item));
            return Ok(page::see_other(&to));
        }
        Access::NoAccount | Access::Expired(_) => return Err(no_access(&page)),
        Access::Open(_) => return nothing_to_sign(&app, &page, &typed.item).await,
        Access::NdaFirst(member) => member,
    };
    let signing = Signing {
        member,
        version: typed.version,
        full_name: &typed.full_name,
        agrees: typed.agree == "yes",
        ip_address: &address.evidence(),
        user_agent: &user_agent(&headers),
    };
    match keep(&app, &page, signing).await {
        Ok(()) => Ok(see_other_saying(
            &requested_item::path_to_found(&app, &page, &typed.item).await?,
            "Signed. Everything is open to you and your colleagues now; what you signed is in \
             your inbox.",
        )),
        Err(Refusal::Sign(SignError::NothingToSign)) => {
            nothing_to_sign(&app, &page, &typed.item).await
        }
        Err(Refusal::Sign(SignError::Invalid(problems))) => {
            let mut again = signable(&app, &page, member, typed).await?;
            again.problems = problems;
            page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(Refusal::Sign(SignError::Stale)) => {
            // What is agreed to is the new text: it has to be ticked again.
            let typed = Typed {
                agree: String::new(),
                ..typed
            };
            let mut again = signable(&app, &page, member, typed).await?;
            again.changed = true;
            page::html_with(StatusCode::CONFLICT, &again)
        }
        Err(Refusal::Sign(SignError::Store(error))) => Err(error.into()),
        Err(Refusal::Sign(error)) => Err(WebError::Internal(error.into())),
        Err(Refusal::Web(error)) => Err(error),
    }
}

/// The certificate, for whoever signed.
pub(super) async fn certificate(State(app): State<App>, page: StatusPage) -> WebResult {
    let member = match page.access() {
        Access::Anonymous => return Ok(page::see_other(&page.path("/sign-in"))),
        Access::NoAccount | Access::Expired(_) | Access::NdaFirst(_) => {
            return Err(WebError::NotFound);
        }
        Access::Open(member) => member,
    };
    let mut tx = app.db.read().await?;
    let found = store::nda::signatures::of_account(&mut tx, page.org.id, member.account.id).await?;
    drop(tx);
    let signature = found.filter(|signature| signature.visitor == member.visitor.id);
    let signature = signature.ok_or(WebError::NotFound)?;
    pdf_download::download(
        &app,
        page.org.id,
        signature.certificate,
        "nda-certificate.pdf",
    )
    .await
}

/// What is said to whoever comes to sign when nobody has to anymore, on the page of what
/// they asked for.
async fn nothing_to_sign(app: &App, page: &StatusPage, item: &str) -> WebResult<Response> {
    let to = match requested_item::find(app, page, item).await? {
        Some(item) => requested_item::path_to(page, Some(item.id)),
        None => page.path("/nda"),
    };
    let said = "This was signed already: nothing was signed a second time.";
    Ok(see_other_saying(&to, said))
}

async fn signable(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    typed: Typed,
) -> WebResult<Signable> {
    let mut tx = app.db.read().await?;
    let text = store::nda::texts::current(&mut tx, page.org.id).await?;
    let missing = || anyhow::anyhow!("an account has to sign an NDA that has no text");
    let NdaText { version, body, .. } = text.ok_or_else(missing)?;
    let known_as = known_as(&member.visitor.person());
    Ok(Signable {
        frame: Frame::new(page, None),
        account: member.account.name.clone(),
        known_as,
        email: member.visitor.email.to_string(),
        version,
        html: markdown::to_html(&body),
        typed,
        problems: Problems::default(),
        changed: false,
    })
}

/// What the account signed; who needs no NDA has nothing to see here.
async fn signed(
    app: &App,
    page: &StatusPage,
    member: MemberOf<'_>,
    Flash { message: flash, .. }: Flash,
) -> WebResult {
    let org = page.org.id;
    let mut tx = app.db.read().await?;
    let signature = match member.account.nda.kind {
        NdaKind::Clickwrap => {
            store::nda::signatures::of_account(&mut tx, org, member.account.id).await?
        }
        NdaKind::None | NdaKind::Docusign | NdaKind::Elsewhere => None,
    };
    let Some(signature) = signature else {
        return Ok(page::see_other(&page.path("")));
    };
    let text = store::nda::texts::by_version(&mut tx, org, signature.version).await?;
    page::html(&Signed {
        frame: Frame::new(page, flash),
        account: member.account.name.clone(),
        mine: signature.visitor == member.visitor.id,
        html: text.map_or_else(String::new, |text| markdown::to_html(&text.body)),
        signature,
    })
}

enum Refusal {
    Sign(SignError),
    Web(WebError),
}

impl<E: Into<WebError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Web(error.into())
    }
}

/// Makes and stores the certificate, then signs: a file is written in no transaction,
/// and removed again where nothing was signed.
async fn keep(app: &App, page: &StatusPage, signing: Signing<'_>) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let draft = nda::prepare(&mut tx, &app.ambient, &page.org, signing).await;
    drop(tx);
    let draft = draft.map_err(Refusal::Sign)?;
    let drawn = draft.certificate(&page.org, &app.config.fonts).await;
    let drawn = drawn.map_err(Refusal::Sign)?;
    let document = certificate_file::put(app, page, drawn).await?;
    let done = complete(app, page, draft, &document).await;
    if done.is_err() {
        certificate_file::discard(app, &document.storage_key).await;
    }
    done
}

async fn complete(
    app: &App,
    page: &StatusPage,
    draft: Draft<'_>,
    certificate: &Document,
) -> Result<(), Refusal> {
    let url = &app.config.public_url;
    let mut tx = app.db.begin().await?;
    nda::complete(&mut tx, &app.ambient, &page.org, url, draft, certificate)
        .await
        .map_err(Refusal::Sign)?;
    Ok(tx.commit().await?)
}
