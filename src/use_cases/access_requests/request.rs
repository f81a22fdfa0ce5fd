//! A visitor asks for access on the public trust center.

use clock::Ambient;
use crypto::token_hash;
use domain::access_requests::form::NewRequest;
use domain::access_requests::{AccessRequest, RequestState};
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::email::notification::NotificationKind;
use domain::ids::{AccessRequestId, AccountId};
use domain::organizations::Organization;
use domain::visitors::Visitor;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::access_requests::DecideError;
use crate::use_cases::access_requests::automatic_approval::{self, Verdict};
use crate::use_cases::activities::record;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::email::visitor_emails::Occasion;
use crate::use_cases::limits::{REQUEST_EMAILS, REQUEST_EMAILS_WINDOW, SAME_REQUEST};
use crate::use_cases::nda::with_request::{self, Accepted};
use crate::use_cases::visitors::magic_link::{Purpose, send_link};

/// Records the request, and the activity Requested Access.
///
/// Anyone can type anyone's address, so nothing here may tell the asker what is
/// known about it; the answer is the same in each of these cases:
///
/// - The address already has access: a sign-in link is emailed to it, and there
///   is nothing to decide. The activity is recorded: they did ask.
/// - A request is waiting and said the same within a minute: an impatient click.
///   Nothing is recorded, so that sales doesn't see one wish as five.
/// - A request is waiting but the words are new, or a minute has passed: the
///   activity is recorded again, because asking again is news, and the waiting
///   request gets the new words, so that there is one to decide.
///
/// Then the organization's policy may approve the request at once; it says where
/// it leaves that to people, and why.
///
/// Answers whether there is a request, with which the NDA is kept that was signed in the
/// form: someone who has access signs on the NDA's page, for the account that it is for.
#[instrument(name = "access_requests.request.request_access", skip_all, fields(org = %org.id))]
pub async fn request_access(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    new: &NewRequest,
    nda: Option<&Accepted>,
    page: &str,
) -> Result<bool, DecideError> {
    let visitor = store::visitors::upsert(tx, ambient, org.id, &new.person, &new.company).await?;
    let accounts =
        store::accounts::members::accounts_of(tx, org.id, visitor.id, ambient.today()).await?;
    let is_news = is_news(tx, ambient, &visitor, new).await?;
    if let Some(account) = accounts.first() {
        let purpose = Purpose {
            occasion: Occasion::SignIn,
            item: new.item.as_ref(),
        };
        send_link(tx, ambient, org, public_url, &visitor, purpose).await?;
        if is_news {
            tell(tx, ambient, org, new, Some(account.id), page).await?;
        }
        return Ok(false);
    }
    let waiting = store::access_requests::pending_of(tx, org.id, visitor.id).await?;
    let is_first = waiting.is_none();
    let mut request = match waiting {
        Some(waiting) => with_words(waiting, new),
        None => first_request(ambient, &visitor, new),
    };
    let verdict = automatic_approval::judge(tx, org, &request, ambient).await?;
    request.held_back = match verdict {
        Verdict::Hold(reason) => Some(reason),
        Verdict::Approve(_) | Verdict::Wait => None,
    };
    if is_first {
        store::access_requests::insert(tx, org.id, &request).await?;
    } else {
        store::access_requests::update_words(tx, org.id, &request).await?;
    }
    if let Some(nda) = nda {
        with_request::keep(tx, org.id, request.id, nda).await?;
    }
    if is_first || is_news {
        tell(tx, ambient, org, new, None, page).await?;
    }
    if let Verdict::Approve(target) = verdict {
        automatic_approval::approve(tx, ambient, org, public_url, &request, &target).await?;
    } else if is_first {
        announce(tx, ambient, org, public_url, new).await?;
    }
    Ok(true)
}

/// Tells staff that a request waits for them. From the eleventh of an hour on they are told
/// once that there are many.
async fn announce(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    new: &NewRequest,
) -> Result<(), NotificationError> {
    let (single, many) = (format!("announced:{}", org.id), format!("many:{}", org.id));
    let now = ambient.now();
    let is_many =
        !store::rate_limits::allow(tx, &single, REQUEST_EMAILS, REQUEST_EMAILS_WINDOW, now).await?;
    if is_many && !store::rate_limits::allow(tx, &many, 1, REQUEST_EMAILS_WINDOW, now).await? {
        return Ok(());
    }
    let (who, company) = (new.person.display_name(), &new.company);
    let (subject, text, quote) = if is_many {
        let text = format!(
            "More than {REQUEST_EMAILS} people have asked for access within an hour. Their requests \
             wait in the dashboard; for an hour no further email is sent about single ones."
        );
        ("Many requests for access".to_owned(), text, "")
    } else {
        let email = &new.person.email;
        let text = match &new.item {
            Some(item) => format!(
                "{who} of {company} ({email}) requests access to {}.",
                item.title
            ),
            None => format!("{who} of {company} ({email}) requests access."),
        };
        let subject = format!("{who} of {company} requests access");
        (subject, text, new.reason.as_str())
    };
    let notice = Notification {
        org,
        subject,
        heading: "A request for access",
        text,
        quote,
        button: "Decide in the dashboard",
        link: public_url.join("/dashboard/requests")?,
        why: "You receive this because you are an Editor or Admin.",
    };
    let kind = NotificationKind::AccessRequest;
    notice.send_to_staff(kind, tx, ambient, org).await
}

/// Whether the visitor has not said the same within a minute.
async fn is_news(
    tx: &mut Tx,
    ambient: &Ambient,
    visitor: &Visitor,
    new: &NewRequest,
) -> store::Result<bool> {
    let item = new.item.as_ref().map(|item| item.id.to_string());
    let item = item.unwrap_or_default();
    let words = token_hash(&format!("{}\n{item}\n{}", new.company, new.reason));
    let key = format!("asked:{}:{words}", visitor.id);
    store::rate_limits::allow(tx, &key, 1, SAME_REQUEST, ambient.now()).await
}

async fn tell(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    new: &NewRequest,
    account: Option<AccountId>,
    page: &str,
) -> store::Result<()> {
    let activity = NewActivity {
        kind: ActivityKind::RequestedAccess,
        person: Some(new.person.clone()),
        company: new.company.clone(),
        account,
        details: Details {
            item: new.item.as_ref().map(|item| item.title.clone()),
            text: Some(new.reason.clone()).filter(|reason| !reason.is_empty()),
            page: Some(page.to_owned()),
            ..Details::default()
        },
    };
    record(tx, ambient, org.id, activity).await?;
    Ok(())
}

fn with_words(waiting: AccessRequest, new: &NewRequest) -> AccessRequest {
    AccessRequest {
        first_name: new.person.first_name.clone(),
        last_name: new.person.last_name.clone(),
        company: new.company.clone(),
        reason: new.reason.clone(),
        item: new.item.clone().or(waiting.item),
        ..waiting
    }
}

fn first_request(ambient: &Ambient, visitor: &Visitor, new: &NewRequest) -> AccessRequest {
    AccessRequest {
        id: ambient.id(AccessRequestId::from_uuid),
        visitor: visitor.id,
        email: new.person.email.clone(),
        first_name: new.person.first_name.clone(),
        last_name: new.person.last_name.clone(),
        company: new.company.clone(),
        reason: new.reason.clone(),
        item: new.item.clone(),
        state: RequestState::Pending,
        created_at: ambient.now(),
        held_back: None,
        decision: None,
    }
}
