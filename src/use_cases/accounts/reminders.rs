//! Telling staff in advance that an access ends.

use clock::Ambient;
use domain::accounts::Ending;
use domain::dates;
use domain::email::notification::NotificationKind;
use jiff::ToSpan as _;
use store::accounts::access_ends::End;
use store::{Db, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::{Notification, NotificationError};

const KIND: NotificationKind = NotificationKind::AccessExpiring;

/// How many days ahead.
const AHEAD: i32 = 7;

/// Writes to the owner of each account whose access, or that of one of its people,
/// ends within a week: once for each end, so that a later one is told again. Answers
/// how many emails' worth of ends there were.
///
/// # Errors
/// An email can't be written, or the database.
#[instrument(name = "accounts.reminders.remind_across_tenants", skip_all)]
pub async fn remind_across_tenants(
    db: &Db,
    ambient: &Ambient,
    public_url: &Url,
) -> Result<usize, NotificationError> {
    let today = ambient.today();
    let mut tx = db.begin().await?;
    let due = store::accounts::access_ends::due_across_tenants(
        &mut tx,
        today,
        today.saturating_add(AHEAD.days()),
    )
    .await?;
    let mut told = 0;
    for end in &due {
        if store::accounts::access_ends::note(&mut tx, end).await? {
            tell(&mut tx, ambient, public_url, end).await?;
            told += 1;
        }
    }
    tx.commit().await?;
    Ok(told)
}

async fn tell(
    tx: &mut Tx,
    ambient: &Ambient,
    public_url: &Url,
    end: &End,
) -> Result<(), NotificationError> {
    let Some(org) = store::organizations::by_id(tx, end.org).await? else {
        return Ok(());
    };
    let name = &end.account_name;
    let who = match &end.member {
        Some((_, email)) => format!("{email} of {name}"),
        None => name.clone(),
    };
    let when = Ending::new(Some(end.until), ambient.today())
        .to_string()
        .to_lowercase();
    let notice = Notification {
        org: &org,
        subject: format!("The access of {who} {when}"),
        heading: "An access ends soon",
        text: format!(
            "The access of {who} {when}, on {}. Give it a later date, or let it end.",
            dates::day(end.until)
        ),
        quote: "",
        button: "Go to the account",
        link: public_url.join(&format!("/dashboard/accounts/{}", end.account))?,
        why: "You receive this because you look after this account, or because nobody does and \
              you are an Editor or Admin.",
    };
    let owner = match end.owner {
        Some(id) => store::staff::users::active_by_id(tx, org.id, id).await?,
        None => None,
    };
    match owner {
        Some(owner) => {
            notice
                .send_to_colleague(KIND, tx, ambient, &org, &owner)
                .await
        }
        None => notice.send_to_staff(KIND, tx, ambient, &org).await,
    }
}
