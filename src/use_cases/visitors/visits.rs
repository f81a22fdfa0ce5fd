//! What members do on the shared status page: visits and downloads.

use std::time::Duration;

use crate::clock::Ambient;
use crate::domain::accounts::Account;
use crate::domain::activities::{ActivityKind, Details, NewActivity};
use crate::domain::ids::OrganizationId;
use crate::domain::visitors::Visitor;
use crate::store::{self, Tx};
use crate::use_cases::activities::record;

/// Pages closer together than this belong to one visit.
pub(in crate::use_cases) const VISIT_GAP: Duration = Duration::from_secs(30 * 60);

/// A visitor who may see what is shared with an account. Someone who belongs to
/// several acts for the one they joined first.
#[derive(Clone, Copy, Debug)]
pub struct MemberOf<'a> {
    pub visitor: &'a Visitor,
    pub account: &'a Account,
}

impl MemberOf<'_> {
    pub(in crate::use_cases) fn did(self, kind: ActivityKind, details: Details) -> NewActivity {
        NewActivity {
            kind,
            person: Some(self.visitor.person()),
            company: self.account.name.clone(),
            account: Some(self.account.id),
            details,
        }
    }
}

/// Notes that a member looked at a page; the first of a visit is an activity.
/// Answers whether it was that. Called by [`crate::use_cases::analytics::note`] only.
pub(in crate::use_cases) async fn view(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    member: MemberOf<'_>,
    page: &str,
) -> store::Result<bool> {
    let now = ambient.now();
    if !store::visitors::visits::touch(tx, org, member.visitor.id, now, VISIT_GAP).await? {
        return Ok(false);
    }
    let details = Details {
        page: Some(page.to_owned()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::StatusPageView, details);
    record(tx, ambient, org, activity).await?;
    Ok(true)
}

/// Records that a member downloads a file. Called by [`crate::use_cases::analytics::note`] only.
pub(in crate::use_cases) async fn download(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    member: MemberOf<'_>,
    item: &str,
    file: &str,
) -> store::Result<()> {
    let details = Details {
        item: Some(item.to_owned()),
        file: Some(file.to_owned()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::FileDownloaded, details);
    record(tx, ambient, org, activity).await?;
    Ok(())
}
