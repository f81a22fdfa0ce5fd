//! Counting what is looked at: one call for a page, a preview or a download. Of
//! members it also records the activities; nobody else's views are told to Salesforce.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use crate::clock::Ambient;
use crate::crypto::{new_token, token_hash};
use crate::domain::analytics::anonymous_views::{AnonymousView, AnonymousViews};
use crate::domain::analytics::usage::{Audience, UsageKind};
use crate::domain::content::Item;
use crate::domain::documents::Document;
use crate::domain::ids::{AccountId, OrganizationId, UsageId, VisitorId};
use crate::store::analytics::usage::Usage;
use crate::store::{self, Db, Tx};
use crate::use_cases::visitors::visits::{self, MemberOf, VISIT_GAP};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    Member(MemberOf<'a>),
    /// Signed in, but nothing locked is open to them; of an account that has to sign
    /// first, or of none.
    Guest(VisitorId, Option<AccountId>),
}

impl Who<'_> {
    const fn visitor(&self) -> VisitorId {
        match self {
            Self::Member(member) => member.visitor.id,
            Self::Guest(visitor, _) => *visitor,
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// A page, with its path and title in words: `/trust/acme · Status page`.
    Page {
        words: &'a str,
        item: Option<&'a Item>,
    },
    /// A document shown in place: of a locked one the reader has the whole file.
    Preview {
        words: &'a str,
        item: &'a Item,
        document: &'a Document,
        name: &'a str,
    },
    Download {
        item: &'a Item,
        document: &'a Document,
        /// The file's name, with its version where there are several.
        name: &'a str,
    },
}

/// Parts of a document closer together than this belong to one download.
const ONE_DOWNLOAD: Duration = Duration::from_hours(1);
/// How many views of anonymous visitors are written down in one transaction: on SQLite
/// everybody who writes waits meanwhile.
const BATCH: usize = 200;

/// Counts it, begins a visit where the last page was half an hour ago, and records
/// what members do as activities. `is_part`: of a document, not all of it is given.
pub async fn note(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    what: What<'_>,
    is_part: bool,
) -> store::Result<()> {
    let (kind, item, document) = what.parts();
    let is_first = match document {
        Some(document) => is_first_part(tx, ambient, org, who, kind, document).await?,
        None => true,
    };
    if is_part && !is_first {
        return Ok(());
    }
    let begins = match what {
        What::Page { words, .. } | What::Preview { words, .. } => {
            begins_visit(tx, ambient, org, who, words).await?
        }
        What::Download { .. } => false,
    };
    let taken = match what {
        What::Download { document, .. } if was_shown(tx, ambient, org, who, document).await? => {
            None
        }
        What::Download { item, name, .. } => Some((item, name)),
        What::Preview { item, name, .. } if is_first && item.visibility.is_locked() => {
            Some((item, name))
        }
        What::Preview { .. } | What::Page { .. } => None,
    };
    if let (Who::Member(member), Some((item, name))) = (who, taken) {
        if let What::Preview { document, .. } = what {
            let key = shown_key(org, who, document);
            store::rate_limits::allow(tx, &key, 1, ONE_DOWNLOAD, ambient.now()).await?;
        }
        visits::download(tx, ambient, org, member, &item.title, name).await?;
    }
    let (audience, account, visitor) = match who {
        Who::Member(member) => (
            Audience::Member,
            Some(member.account.id),
            Some(member.visitor.id),
        ),
        Who::Guest(visitor, account) => (Audience::Guest, account, Some(visitor)),
    };
    let one = Usage {
        id: ambient.id(UsageId::from_uuid),
        kind,
        audience,
        at: ambient.now(),
        account,
        visitor,
        item: item.map(|item| (item.id, item.title.clone())),
        file_name: document.map_or_else(String::new, |document| document.file_name.clone()),
    };
    insert(tx, ambient, org, one, begins).await
}

/// Whether a view of the document in its page has just been recorded as a download:
/// whoever presses Download then has taken the same file once, not twice.
async fn was_shown(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    document: &Document,
) -> store::Result<bool> {
    let key = shown_key(org, who, document);
    store::rate_limits::take(tx, &key, ONE_DOWNLOAD, ambient.now()).await
}

fn shown_key(org: OrganizationId, who: Who<'_>, document: &Document) -> String {
    format!("shown:{org}:{}:{}", who.visitor(), document.id)
}

/// Whether nothing of this document was given to them in the last hour: the parts of
/// one download count once.
async fn is_first_part(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    kind: UsageKind,
    document: &Document,
) -> store::Result<bool> {
    let visitor = who.visitor();
    let key = format!("parts:{org}:{visitor}:{kind}:{}", document.id);
    store::rate_limits::allow(tx, &key, 1, ONE_DOWNLOAD, ambient.now()).await
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

async fn begins_visit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    words: &str,
) -> store::Result<bool> {
    let key = match who {
        Who::Member(member) => return visits::view(tx, ambient, org, member, words).await,
        Who::Guest(visitor, _) => visitor.to_string(),
    };
    store::analytics::anonymous_visits::touch(tx, org, &key, ambient.now(), VISIT_GAP).await
}

/// Writes down what anonymous visitors looked at. What can't be written now waits for
/// the next time.
pub async fn write_anonymous_views(
    db: &Db,
    ambient: &Ambient,
    views: &AnonymousViews,
) -> store::Result<()> {
    loop {
        let batch = views.take(BATCH);
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
    insert(tx, ambient, view.org, one, begins).await
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

impl What<'_> {
    /// The same as an anonymous visitor's view.
    pub fn view(
        self,
        org: OrganizationId,
        at: Timestamp,
        network: &str,
        user_agent: &str,
    ) -> AnonymousView {
        let (kind, item, document) = self.parts();
        AnonymousView {
            org,
            at,
            network: network.to_owned(),
            user_agent: user_agent.to_owned(),
            kind,
            item: item.map(|item| (item.id, item.title.clone())),
            file_name: document.map_or_else(String::new, |document| document.file_name.clone()),
        }
    }
}

impl<'a> What<'a> {
    fn parts(self) -> (UsageKind, Option<&'a Item>, Option<&'a Document>) {
        match self {
            Self::Page { item, .. } => (UsageKind::Page, item, None),
            Self::Preview { item, document, .. } => {
                (UsageKind::Preview, Some(item), Some(document))
            }
            Self::Download { item, document, .. } => {
                (UsageKind::Download, Some(item), Some(document))
            }
        }
    }
}
