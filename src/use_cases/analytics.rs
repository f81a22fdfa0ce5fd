//! Usage: what is counted of views and downloads, for analytics. Whoever is signed in is
//! counted with the act itself; anonymous visitors are counted later, in batches.

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::analytics::anonymous_views::{AnonymousView, AnonymousViews};
use domain::analytics::usage::{Audience, UsageKind};
use domain::content::Item;
use domain::ids::{ItemId, OrganizationId, UsageId};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use store::analytics::usage::Usage;
use store::{Db, Tx};
use tracing::instrument;

use crate::use_cases::limits::{VIEWS_AT_ONCE, VISIT_GAP};
use crate::use_cases::visitors::SignedIn;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// One thing that is counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    pub kind: UsageKind,
    /// With its title; nothing for a page that shows several.
    pub item: Option<(ItemId, String)>,
    /// Empty where no file was meant.
    pub file_name: String,
}

impl Counted {
    pub fn page(item: Option<&Item>) -> Self {
        Self {
            kind: UsageKind::Page,
            item: item.map(|item| (item.id, item.title.clone())),
            file_name: String::new(),
        }
    }
}

/// Counts it for someone who is signed in, in the transaction of the act.
#[instrument(name = "analytics.count", skip_all, fields(%org, visitor = %who.visitor()))]
pub(in crate::use_cases) async fn count(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    what: Counted,
    begins_visit: bool,
) -> store::Result<()> {
    let (audience, account) = match who {
        SignedIn::Member(member) => (Audience::Member, Some(member.account.id)),
        SignedIn::Other(_, account) => (Audience::Guest, account),
    };
    let one = Usage {
        id: ambient.id(UsageId::from_uuid),
        kind: what.kind,
        audience,
        at: ambient.now(),
        account,
        visitor: Some(who.visitor()),
        item: what.item,
        file_name: what.file_name,
    };
    insert(tx, ambient, org, one, begins_visit).await
}

/// The row, after that of the visit that it begins.
async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    one: Usage,
    begins: bool,
) -> store::Result<()> {
    if begins {
        let visit = Usage {
            id: ambient.id(UsageId::from_uuid),
            kind: UsageKind::Visit,
            item: None,
            file_name: String::new(),
            ..one.clone()
        };
        store::analytics::usage::insert(tx, org, &visit).await?;
    }
    store::analytics::usage::insert(tx, org, &one).await
}

/// Writes down what anonymous visitors looked at. What can't be written now waits for
/// the next time.
#[instrument(name = "analytics.write_anonymous_views", skip_all)]
pub async fn write_anonymous_views(
    db: &Db,
    ambient: &Ambient,
    views: &AnonymousViews,
) -> store::Result<()> {
    loop {
        let batch = views.take(VIEWS_AT_ONCE);
        if batch.is_empty() {
            return Ok(());
        }
        if let Err(error) = write(db, ambient, &batch).await {
            views.put_back(batch);
            return Err(error);
        }
    }
}

async fn write(db: &Db, ambient: &Ambient, batch: &[AnonymousView]) -> store::Result<()> {
    let mut tx = db.begin().await?;
    for view in batch {
        write_anonymous_view(&mut tx, ambient, view).await?;
    }
    tx.commit().await
}

/// Writes down one view of an anonymous visitor.
#[instrument(name = "analytics.write_anonymous_view", skip_all, fields(org = %view.org))]
pub async fn write_anonymous_view(
    tx: &mut Tx,
    ambient: &Ambient,
    view: &AnonymousView,
) -> store::Result<()> {
    let key = key_of_day(tx, ambient, view).await?;
    let begins = view.kind != UsageKind::Download
        && store::analytics::anonymous_visits::touch(tx, view.org, &key, view.at, VISIT_GAP)
            .await?;
    let one = Usage {
        id: ambient.id(UsageId::from_uuid),
        kind: view.kind,
        audience: Audience::Anonymous,
        at: view.at,
        account: None,
        visitor: None,
        item: view.item.clone(),
        file_name: view.file_name.clone(),
    };
    insert(tx, ambient, view.org, one, begins).await?;
    // It may have waited for hours, where the database couldn't be reached.
    let day = |at: Timestamp| at.as_microsecond().div_euclid(MICROS_PER_DAY);
    if day(view.at) == day(ambient.now()) {
        return Ok(());
    }
    store::analytics::day_totals::is_late(tx, view.org, day(view.at)).await
}

/// Anonymous visitors are told from others for this day only, by a hash of where they
/// come from.
async fn key_of_day(tx: &mut Tx, ambient: &Ambient, view: &AnonymousView) -> store::Result<String> {
    let day = view.at.as_microsecond().div_euclid(MICROS_PER_DAY);
    let new = new_token(&ambient.random);
    let salt =
        store::analytics::usage_salts::of_day_across_tenants(tx, day, new.expose_secret()).await?;
    let (org, network, user_agent) = (view.org, &view.network, &view.user_agent);
    Ok(token_hash(&format!(
        "{salt}\n{org}\n{network}\n{user_agent}"
    )))
}
