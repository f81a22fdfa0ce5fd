//! Visits: views of one visitor that are less than half an hour apart. The first page of a
//! member's visit becomes the activity Status Page View.

use clock::Ambient;
use domain::activities::{ActivityKind, Details};
use domain::ids::OrganizationId;
use store::Tx;
use tracing::instrument;

use super::{MemberOf, SignedIn};
use crate::use_cases::activities::record;
use crate::use_cases::limits::VISIT_GAP;

/// Their visit goes on, or begins with this page. Answers whether it begins.
#[instrument(
    name = "visitors.visits.continue_visit",
    skip_all,
    fields(%org, visitor = %who.visitor())
)]
pub(in crate::use_cases) async fn continue_visit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    words: &str,
) -> store::Result<bool> {
    let now = ambient.now();
    match who {
        SignedIn::Other(visitor, _) => {
            let key = visitor.to_string();
            store::analytics::anonymous_visits::touch(tx, org, &key, now, VISIT_GAP).await
        }
        SignedIn::Member(member) => {
            let visitor = member.visitor.id;
            let begins = store::visitors::visits::touch(tx, org, visitor, now, VISIT_GAP).await?;
            if begins {
                record_visit(tx, ambient, org, member, words).await?;
            }
            Ok(begins)
        }
    }
}

async fn record_visit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    member: MemberOf<'_>,
    words: &str,
) -> store::Result<()> {
    let details = Details {
        page: Some(words.to_owned()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::StatusPageView, details);
    record(tx, ambient, org, activity).await?;
    Ok(())
}
