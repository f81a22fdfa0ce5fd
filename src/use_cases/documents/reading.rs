//! For how long members have which page of a document before them. They are told of it where
//! they read.

use clock::Ambient;
use domain::analytics::reading::PageTimes;
use domain::ids::{DocumentId, OrganizationId};
use store::Tx;
use store::analytics::page_reading::{self, Reader};
use tracing::instrument;

use crate::use_cases::visitors::MemberOf;

/// Adds these times to what the member has read of the document.
#[instrument(
    name = "documents.reading.note",
    skip_all,
    fields(%org, visitor = %member.visitor.id, %document, pages = times.pages.len())
)]
pub async fn note(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    member: MemberOf<'_>,
    document: DocumentId,
    times: &PageTimes,
) -> store::Result<()> {
    let reader = Reader {
        account: member.account.id,
        visitor: member.visitor.id,
    };
    page_reading::add(tx, org, reader, document, times, ambient.now()).await
}
