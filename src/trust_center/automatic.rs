//! Approving a request without a person, where the organization's policy says so.
//!
//! Anybody can type anybody's company, so a name opens no account that exists: only
//! the domain of the email does, and the link that opens it goes to that mailbox.

use jiff::civil::Date;
use url::Url;

use super::admission::Target;
use super::requests::{DecideError, let_in};
use crate::clock::Ambient;
use crate::domain::access::{AccessRequest, Account, HeldBack, Standing};
use crate::domain::access_policy::AutomaticApproval;
use crate::domain::organization::Organization;
use crate::store::{self, Tx};

/// What the policy says of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Let them in there.
    Approve(Target),
    /// A person decides.
    Wait,
    /// A person decides, and is told why the policy didn't.
    Hold(HeldBack),
}

/// What the organization's policy says of the request, as things stand on this day
/// (UTC). An account whose access has ended, or that is rejected or archived, opens to
/// nobody; and what was archived is asked for by its people in vain under any name.
pub async fn judge(
    tx: &mut Tx,
    org: &Organization,
    request: &AccessRequest,
    today: Date,
) -> store::Result<Verdict> {
    let (policy, _) = store::access_policy::of(tx, org.id).await?;
    if policy.automatic == AutomaticApproval::Never {
        return Ok(Verdict::Wait);
    }
    let named = store::account::by_name(tx, org.id, &request.company).await?;
    let of_domain = if request.email.is_free_mail() {
        Vec::new()
    } else {
        store::account::by_domain(tx, org.id, request.email.domain()).await?
    };
    let was_in = store::member::memberships_of(tx, org.id, request.visitor).await?;
    let was_in = was_in.iter().map(|one| &one.account);
    let mut known = named.iter().chain(&of_domain).chain(was_in);
    if known.any(Account::is_archived) {
        return Ok(Verdict::Hold(HeldBack::Archived));
    }
    let mut candidates = named.iter().chain(&of_domain);
    if candidates.any(|account| account.standing(today) != Standing::Open) {
        return Ok(Verdict::Wait);
    }
    let verdict = match (named, of_domain.as_slice()) {
        (Some(named), accounts) if accounts.iter().any(|one| one.id == named.id) => {
            Verdict::Approve(Target::Account(named.id))
        }
        (Some(_), _) => Verdict::Hold(HeldBack::NameTaken),
        // A domain belongs to one account.
        (None, [only, ..]) => Verdict::Approve(Target::Account(only.id)),
        (None, []) if policy.automatic == AutomaticApproval::Always => {
            Verdict::Approve(Target::Named(request.company.clone()))
        }
        (None, []) => Verdict::Wait,
    };
    let turned_away = store::access_request::was_turned_away(tx, org.id, request.visitor).await?;
    if turned_away && matches!(verdict, Verdict::Approve(_)) {
        return Ok(Verdict::Hold(HeldBack::TurnedAwayBefore));
    }
    Ok(verdict)
}

/// Approves the request, which is recorded already and waits.
pub(super) async fn approve(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    request: &AccessRequest,
    target: &Target,
) -> Result<(), DecideError> {
    let_in(tx, ambient, org, public_url, None, request, target).await?;
    Ok(())
}
