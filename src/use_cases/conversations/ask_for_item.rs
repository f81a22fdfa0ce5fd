//! A member asks for an item that their account's profile leaves out.

use clock::Ambient;
use domain::activities::{ActivityKind, Details};
use domain::content::Item;
use domain::email::notification::NotificationKind;
use domain::organizations::Organization;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::activities::record;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::SAME_ITEM_REQUEST;
use crate::use_cases::visitors::MemberOf;

const KIND: NotificationKind = NotificationKind::AccessRequest;

/// Records the wish as the activity Requested Access, and tells the account's owner,
/// or Editors and Admins where it has none. Answers false, and does nothing, where
/// the member asked for the item within a day.
///
/// # Errors
/// The email can't be written, or the database.
#[instrument(
    name = "conversations.ask_for_item.ask_for",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id, item = %item.id)
)]
pub async fn ask_for(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    member: MemberOf<'_>,
    item: &Item,
) -> Result<bool, NotificationError> {
    let key = format!("ask-item:{}:{}", member.visitor.id, item.id);
    if !store::rate_limits::allow(tx, &key, 1, SAME_ITEM_REQUEST, ambient.now()).await? {
        return Ok(false);
    }
    let details = Details {
        item: Some(item.title.clone()),
        page: Some(format!("/trust/{}/items/{}", org.slug, item.id)),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::RequestedAccess, details);
    record(tx, ambient, org.id, activity).await?;
    let who = member.visitor.person().display_name();
    let account = member.account;
    let notice = Notification {
        org,
        subject: format!("{who} asks for {}", item.title),
        heading: "A member asks for more",
        text: format!(
            "{who} of {} asks for {}, which the account’s profile leaves out. To open it, give \
             the account another profile.",
            account.name, item.title
        ),
        quote: "",
        button: "Go to the account",
        link: public_url.join(&format!("/dashboard/accounts/{}", account.id))?,
        why: "You receive this because you look after this account, or because nobody does and \
              you are an Editor or Admin.",
    };
    let owner = match account.owner {
        Some(id) => store::staff::users::active_by_id(tx, org.id, id).await?,
        None => None,
    };
    match owner {
        Some(owner) => {
            notice
                .send_to_colleague(KIND, tx, ambient, org, &owner)
                .await?;
        }
        None => notice.send_to_staff(KIND, tx, ambient, org).await?,
    }
    Ok(true)
}
