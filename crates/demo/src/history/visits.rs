//! Someone looks around: the trust center, a few items, and perhaps their documents.

use std::time::Duration;

use anyhow::Result;
use clock::Ambient;
use domain::audit::Action;
use domain::content::Item;
use domain::documents::Document;
use domain::email::EmailAddress;
use domain::organizations::Organization;
use gatehouse::use_cases::analytics;
use gatehouse::use_cases::documents::read::Offered;
use gatehouse::use_cases::views::Viewed;
use gatehouse::use_cases::visitors::SignedIn;
use gatehouse::use_cases::visitors::access::{Access, ItemAccess, KnownVisitor};
use jiff::Timestamp;
use store::Tx;

/// What the page offers.
pub(super) struct Offer {
    pub items: Vec<Item>,
    documents: Vec<Document>,
}

impl Offer {
    pub(super) async fn load(tx: &mut Tx, org: &Organization) -> Result<Self> {
        Ok(Self {
            items: store::content::items::list(tx, org.id).await?,
            documents: store::documents::list(tx, org.id).await?,
        })
    }
}

/// Who looks around.
enum Reader<'a> {
    Known(&'a KnownVisitor),
    /// Told from the others by this.
    Stranger(&'a str),
}

/// A stranger does.
pub(super) async fn stroll(
    tx: &mut Tx,
    at: &Ambient,
    org: &Organization,
    offer: &Offer,
    network: &str,
) -> Result<()> {
    look_around(tx, at, org, offer, &Reader::Stranger(network)).await
}

/// A member does. `since`: when they last opened the link from an email, which lasts a
/// month.
pub(super) async fn visit(
    tx: &mut Tx,
    at: &Ambient,
    org: &Organization,
    offer: &Offer,
    email: &str,
    since: &mut Option<Timestamp>,
) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(anyhow::Error::msg)?;
    let Some(visitor) = store::visitors::by_email(tx, org.id, &email).await? else {
        return Ok(());
    };
    let known = KnownVisitor::load(tx, org.id, visitor, at.today()).await?;
    if known.accounts.is_empty() {
        return Ok(());
    }
    let now = at.now();
    if since.is_none_or(|since| now - Duration::from_hours(720) > since) {
        *since = Some(now);
        let (actor, action) = (known.visitor.actor(), Action::SignedInToTrustCenter);
        store::visitors::confirm(tx, org.id, known.visitor.id, now).await?;
        store::audit_log::insert(tx, at, org.id, &actor, action, "").await?;
        at.clock.advance(Duration::from_secs(3));
    }
    look_around(tx, at, org, offer, &Reader::Known(&known)).await
}

async fn look_around(
    tx: &mut Tx,
    at: &Ambient,
    org: &Organization,
    offer: &Offer,
    who: &Reader<'_>,
) -> Result<()> {
    let page = format!("/trust/{} · Trust center", org.slug);
    let first = Viewed::Page {
        words: &page,
        item: None,
    };
    who.note(tx, at, org, first).await?;
    let count = offer.items.len() as u64;
    let most = if matches!(who, Reader::Known(_)) {
        4
    } else {
        3
    };
    let mut seen = Vec::new();
    for _ in 0..at.random.below(most) {
        // The smaller of two: some items are liked better.
        let place = at.random.below(count).min(at.random.below(count));
        let item = offer.items.get(usize::try_from(place)?);
        let Some(item) = item.filter(|item| !seen.contains(&item.id)) else {
            continue;
        };
        seen.push(item.id);
        let pause = 40 + at.random.below(200);
        at.clock.advance(Duration::from_secs(pause));
        look_at(tx, at, org, offer, who, item).await?;
    }
    Ok(())
}

/// The item's page, and perhaps its document.
async fn look_at(
    tx: &mut Tx,
    at: &Ambient,
    org: &Organization,
    offer: &Offer,
    who: &Reader<'_>,
    item: &Item,
) -> Result<()> {
    let words = format!("/trust/{}/items/{} · {}", org.slug, item.id, item.title);
    let page = Viewed::Page {
        words: &words,
        item: Some(item),
    };
    who.note(tx, at, org, page).await?;
    let mut documents = offer.documents.iter();
    let document = documents.find(|one| Some(one.id) == item.document);
    let Some(document) = document.filter(|_| who.may_read(item)) else {
        return Ok(());
    };
    let offered = Offered {
        item,
        document,
        name: &document.file_name,
    };
    let what = match at.random.below(10) {
        0..=4 => Viewed::Document {
            words: &words,
            offered,
        },
        5..=7 => Viewed::Download(offered),
        _ => return Ok(()),
    };
    at.clock.advance(Duration::from_secs(25));
    who.note(tx, at, org, what).await
}

impl Reader<'_> {
    fn may_read(&self, item: &Item) -> bool {
        match self {
            Self::Known(known) => {
                let access = Access::for_visitor(Some(known));
                access.item_access(&known.scope, item) == ItemAccess::Open
            }
            Self::Stranger(_) => !item.visibility.is_locked(),
        }
    }

    async fn note(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        org: &Organization,
        what: Viewed<'_>,
    ) -> Result<()> {
        match self {
            Self::Known(known) => {
                let who = match Access::for_visitor(Some(known)) {
                    Access::Open(member) => SignedIn::Member(member),
                    Access::NdaFirst(member) => {
                        SignedIn::Other(member.visitor.id, Some(member.account.id))
                    }
                    Access::Anonymous | Access::NoAccount | Access::Expired(_) => {
                        SignedIn::Other(known.visitor.id, None)
                    }
                };
                what.by_signed_in(tx, at, org.id, who, false).await?;
            }
            Self::Stranger(network) => {
                let view = what.by_anonymous(org.id, at.now(), network, "demo");
                analytics::write_anonymous_view(tx, at, &view).await?;
            }
        }
        Ok(())
    }
}
