//! A signed-in visitor reads a document: in its page, or as a download. Of a member that
//! becomes the activity File Downloaded; of everyone it is counted as usage, in the same
//! transaction.

use std::time::Duration;

use clock::Ambient;
use domain::activities::{ActivityKind, Details};
use domain::analytics::usage::UsageKind;
use domain::content::Item;
use domain::documents::Document;
use domain::ids::OrganizationId;
use store::Tx;
use tracing::instrument;

use crate::use_cases::activities::record;
use crate::use_cases::analytics::{self, Counted};
use crate::use_cases::limits::{ONE_DOWNLOAD, ONE_READING};
use crate::use_cases::visitors::SignedIn;
use crate::use_cases::visitors::visits;

/// A document as an item offers it.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    pub item: &'a Item,
    pub document: &'a Document,
    /// The file's name, with its version where there are several.
    pub name: &'a str,
}

/// Records a download. `is_part`: of the document, not all of it is given; the parts of an
/// hour are one download.
#[instrument(
    name = "documents.read.download",
    skip_all,
    fields(%org, visitor = %who.visitor(), document = %what.document.id)
)]
pub async fn download(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    what: Offered<'_>,
    is_part: bool,
) -> store::Result<()> {
    let kind = UsageKind::Download;
    let until = ONE_DOWNLOAD;
    if !is_first_part(tx, ambient, org, who, (kind, until), what.document).await? && is_part {
        return Ok(());
    }
    if !was_shown(tx, ambient, org, who, what.document).await? {
        record_download(tx, ambient, org, who, what).await?;
    }
    analytics::count(tx, ambient, org, who, what.counted(kind), false).await
}

/// Records that the document was shown in its page. Of a locked one the reader has the
/// whole file: that is a download, too, the first time within an hour.
#[instrument(
    name = "documents.read.show",
    skip_all,
    fields(%org, visitor = %who.visitor(), document = %what.document.id)
)]
pub async fn show(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    (what, words): (Offered<'_>, &str),
    is_part: bool,
) -> store::Result<()> {
    let kind = UsageKind::Preview;
    let until = if is_part { ONE_READING } else { ONE_DOWNLOAD };
    let is_first = is_first_part(tx, ambient, org, who, (kind, until), what.document).await?;
    if is_part && !is_first {
        return Ok(());
    }
    let begins_visit = visits::continue_visit(tx, ambient, org, who, words).await?;
    if is_first && what.item.visibility.is_locked() && matches!(who, SignedIn::Member(_)) {
        let key = shown_key(org, who, what.document);
        store::rate_limits::allow(tx, &key, 1, ONE_DOWNLOAD, ambient.now()).await?;
        record_download(tx, ambient, org, who, what).await?;
    }
    analytics::count(tx, ambient, org, who, what.counted(kind), begins_visit).await
}

impl Offered<'_> {
    /// As usage counts it.
    pub fn counted(&self, kind: UsageKind) -> Counted {
        Counted {
            kind,
            item: Some((self.item.id, self.item.title.clone())),
            file_name: self.document.file_name.clone(),
        }
    }
}

/// Only what members do is told to Salesforce.
async fn record_download(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    what: Offered<'_>,
) -> store::Result<()> {
    let SignedIn::Member(member) = who else {
        return Ok(());
    };
    let details = Details {
        item: Some(what.item.title.clone()),
        file: Some(what.name.to_owned()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::FileDownloaded, details);
    record(tx, ambient, org, activity).await?;
    Ok(())
}

/// Whether a view of the document in its page has just been recorded as a download:
/// whoever presses Download then has taken the same file once, not twice.
async fn was_shown(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    document: &Document,
) -> store::Result<bool> {
    let key = shown_key(org, who, document);
    store::rate_limits::take(tx, &key, ONE_DOWNLOAD, ambient.now()).await
}

fn shown_key(org: OrganizationId, who: SignedIn<'_>, document: &Document) -> String {
    format!("shown:{org}:{}:{}", who.visitor(), document.id)
}

/// Whether nothing of this document was given to them for so long: the parts of one
/// download, or of one reading, count once.
async fn is_first_part(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    (kind, until): (UsageKind, Duration),
    document: &Document,
) -> store::Result<bool> {
    let visitor = who.visitor();
    let key = format!("parts:{org}:{visitor}:{kind}:{}", document.id);
    store::rate_limits::allow(tx, &key, 1, until, ambient.now()).await
}
