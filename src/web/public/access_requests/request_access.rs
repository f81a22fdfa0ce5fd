//! The form by which a visitor asks for access.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use domain::access_requests::form::{Mistakes, NewRequest, RequestForm};
use domain::limits::REASON;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::access_requests::confirm;
use crate::use_cases::visitors::access::Access;
use crate::web::http::client_ip::{ClientAddress, ClientIp};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::{
    REQUEST_LINKS_PER_EMAIL, REQUESTS_PER_DOMAIN, REQUESTS_PER_EMAIL, REQUESTS_PER_IP,
    REQUESTS_PER_ORGANIZATION, WINDOW,
};
use crate::web::public::access_requests::confirm_request as confirm_request_page;
use crate::web::public::access_requests::nda_part::{NdaPart, Sender};
use crate::web::public::access_requests::send::{accept, send};
use crate::web::public::frame::Frame;
use crate::web::public::requested_item::{self, ItemQuery};

#[derive(Template)]
#[template(path = "public/access_requests/request_access.html")]
struct RequestPage {
    frame: Frame,
    form: RequestForm,
    mistakes: Mistakes,
    most_reason: usize,
    /// The NDA, where it can be signed here.
    nda: Option<NdaPart>,
}

impl RequestPage {
    fn mistakes_count(&self) -> usize {
        self.mistakes.count() + self.nda.as_ref().map_or(0, NdaPart::mistakes)
    }

    fn has_new_text(&self) -> bool {
        self.nda.as_ref().is_some_and(|nda| nda.changed)
    }
}

#[derive(Template)]
#[template(path = "public/access_requests/request_received.html")]
struct Received {
    frame: Frame,
}

/// As the browser sends it: what is missing counts as empty.
#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    nda_version: i64,
    #[serde(default)]
    full_name: String,
    #[serde(default)]
    agree: String,
}

/// The form, with what is known of the visitor and of their wish filled in.
pub(super) async fn form(
    State(app): State<App>,
    Query(wish): Query<ItemQuery>,
    page: StatusPage,
) -> WebResult {
    let item = requested_item::find(&app, &page, &wish.item).await?;
    if matches!(page.access(), Access::Open(_) | Access::NdaFirst(_)) {
        return Ok(page::see_other(&requested_item::path_to(
            &page,
            item.map(|item| item.id),
        )));
    }
    let mut form = page
        .visitor
        .as_ref()
        .map_or_else(RequestForm::default, |known| RequestForm {
            first_name: known.visitor.first_name.clone(),
            last_name: known.visitor.last_name.clone(),
            email: known.visitor.email.to_string(),
            company: known.visitor.company.clone(),
            reason: String::new(),
            item: None,
        });
    form.item = item;
    page::html(&RequestPage {
        frame: Frame::new(&page, None),
        form,
        mistakes: Mistakes::default(),
        most_reason: REASON,
        nda: NdaPart::offered(&app, &page).await?,
    })
}

pub(super) async fn submit(
    State(app): State<App>,
    ClientIp(ip): ClientIp,
    address: ClientAddress,
    headers: HeaderMap,
    page: StatusPage,
    Form(fields): Form<Fields>,
) -> WebResult {
    let mut nda = NdaPart::offered(&app, &page).await?;
    let sender = Sender::new(&app, &address, &headers);
    let agreed = nda.as_mut().and_then(|nda| {
        nda.read(
            fields.nda_version,
            &fields.full_name,
            fields.agree == "yes",
            sender,
        )
    });
    let form = RequestForm {
        first_name: fields.first_name,
        last_name: fields.last_name,
        email: fields.email,
        company: fields.company,
        reason: fields.reason,
        item: requested_item::find(&app, &page, &fields.item).await?,
    };
    let is_refused = nda.as_ref().is_some_and(NdaPart::is_refused);
    let new = match accepted(&app, &page, &form).await? {
        Ok(new) if !is_refused => NewRequest { nda: agreed, ..new },
        read => {
            let again = RequestPage {
                frame: Frame::new(&page, None),
                form,
                mistakes: read.err().unwrap_or_default(),
                most_reason: REASON,
                nda,
            };
            let status = if again.has_new_text() {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            return page::html_with(status, &again);
        }
    };
    limit_requests(&app, &page, &ip, &new).await?;
    if must_confirm(&app, &page, &new).await? {
        return ask_to_confirm(&app, &page, &new).await;
    }
    let nda = accept(&app, &page, &new).await?;
    let tx = app.db.begin().await?;
    send(&app, tx, &page, &new, nda).await
}

async fn limit_requests(app: &App, page: &StatusPage, ip: &str, new: &NewRequest) -> WebResult<()> {
    let (org, email) = (page.org.id, &new.person.email);
    let keys = [
        (format!("request-ip:{org}:{ip}"), REQUESTS_PER_IP),
        (
            format!("request-email:{org}:{}", email.mailbox()),
            REQUESTS_PER_EMAIL,
        ),
        (
            format!("request-domain:{org}:{}", email.domain()),
            REQUESTS_PER_DOMAIN,
        ),
        (format!("request-org:{org}"), REQUESTS_PER_ORGANIZATION),
    ];
    limit(app, &keys).await
}

/// Emails the link that sends the request.
async fn ask_to_confirm(app: &App, page: &StatusPage, new: &NewRequest) -> WebResult {
    let (org, email) = (page.org.id, &new.person.email);
    let confirming = [(
        format!("confirm-email:{org}:{}", email.mailbox()),
        REQUEST_LINKS_PER_EMAIL,
    )];
    limit(app, &confirming).await?;
    let mut tx = app.db.begin().await?;
    let public_url = &app.config.public_url;
    confirm::ask(&mut tx, &app.ambient, &page.org, public_url, new).await?;
    tx.commit().await?;
    Ok(page::see_other(&page.path(confirm_request_page::SENT)))
}

/// Whether the address is to be confirmed first: whoever is signed in with it has done so.
/// Who signs the NDA confirms it in any case, because anyone can type anyone's address.
async fn must_confirm(app: &App, page: &StatusPage, new: &NewRequest) -> WebResult<bool> {
    let mut tx = app.db.read().await?;
    let (policy, _) = store::access_requests::policy::of(&mut tx, page.org.id).await?;
    let known = page.visitor.as_ref().map(|known| &known.visitor.email);
    Ok((policy.confirms_address || new.nda.is_some()) && known != Some(&new.person.email))
}

/// The form as it can be recorded, or what to correct: also where the organization
/// takes no requests from this address.
async fn accepted(
    app: &App,
    page: &StatusPage,
    form: &RequestForm,
) -> WebResult<Result<NewRequest, Mistakes>> {
    let new = match form.parse() {
        Ok(new) => new,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let mut tx = app.db.read().await?;
    let (policy, _) = store::access_requests::policy::of(&mut tx, page.org.id).await?;
    Ok(match policy.refusal(&new.person.email) {
        None => Ok(new),
        Some(email) => Err(Mistakes {
            email,
            ..Mistakes::default()
        }),
    })
}

/// Counts in a transaction of its own, so that a refused attempt counts too.
pub(in crate::web::public) async fn limit(app: &App, keys: &[(String, i64)]) -> WebResult<()> {
    let mut tx = app.db.begin().await?;
    let mut allowed = true;
    for (key, most) in keys {
        allowed &=
            store::rate_limits::allow(&mut tx, key, *most, WINDOW, app.ambient.now()).await?;
    }
    tx.commit().await?;
    if allowed {
        return Ok(());
    }
    Err(WebError::TooMany(
        "There were many attempts from here in the last hour. Nothing was sent. Wait an hour and \
         try again, or write to the security contact on the trust center."
            .to_owned(),
    ))
}

pub(super) async fn received(page: StatusPage) -> WebResult {
    page::html(&Received {
        frame: Frame::new(&page, None),
    })
}
