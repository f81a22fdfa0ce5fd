//! Approving a request without a person, where the organization's policy says so.
//!
//! Anyone can type anyone's company, so a name opens no account that exists: only
//! the domain of the email does, and the link that opens it goes to that mailbox.

use clock::Ambient;
use domain::access_requests::policy::AutomaticApproval;
use domain::access_requests::{AccessRequest, HeldBack};
use domain::accounts::{Account, Standing};
use domain::ids::OrganizationId;
use domain::organizations::Organization;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::access_requests::{DecideError, let_in};
use crate::use_cases::accounts::admission::Target;
use crate::use_cases::nda::with_request;

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

/// What the organization's policy says of the request, as things stand now. An account
/// whose access has ended, or that is rejected or archived, opens to nobody; and what was
/// archived is asked for by its people in vain under any name.
#[instrument(
    name = "access_requests.automatic_approval.judge",
    skip_all,
    fields(org = %org.id, access_request = %request.id)
)]
pub async fn judge(
    tx: &mut Tx,
    org: &Organization,
    request: &AccessRequest,
    ambient: &Ambient,
) -> store::Result<Verdict> {
    let (policy, _) = store::access_requests::policy::of(tx, org.id).await?;
    if policy.automatic == AutomaticApproval::Never {
        return Ok(Verdict::Wait);
    }
    let named = store::accounts::by_name(tx, org.id, &request.company).await?;
    let of_domain = if request.email.is_free_mail() {
        Vec::new()
    } else {
        store::accounts::by_domain(tx, org.id, request.email.domain()).await?
    };
    let was_in = store::accounts::members::memberships_of(tx, org.id, request.visitor).await?;
    let was_in = was_in.iter().map(|one| &one.account);
    let mut known = named.iter().chain(&of_domain).chain(was_in);
    if known.any(Account::is_archived) {
        return Ok(Verdict::Hold(HeldBack::Archived));
    }
    let mut candidates = named.iter().chain(&of_domain);
    if candidates.any(|account| account.standing(ambient.today()) != Standing::Open) {
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
    if !matches!(verdict, Verdict::Approve(_)) {
        return Ok(verdict);
    }
    let reason = turned_away(tx, org.id, request, ambient).await?;
    Ok(reason.map_or(verdict, Verdict::Hold))
}

/// Why someone whom the policy lets in is left to people: an access that was taken away
/// isn't given back under an alias, nor by a colleague who asks the next day.
async fn turned_away(
    tx: &mut Tx,
    org: OrganizationId,
    request: &AccessRequest,
    ambient: &Ambient,
) -> store::Result<Option<HeldBack>> {
    if store::access_requests::was_turned_away(tx, org, request.visitor).await? {
        return Ok(Some(HeldBack::TurnedAwayBefore));
    }
    if request.email.is_free_mail() {
        return Ok(None);
    }
    let since = ambient.now() - HeldBack::AFTER_REVOCATION;
    let domain = request.email.domain();
    let revoked = store::accounts::members::was_revoked_since(tx, org, domain, since).await?;
    Ok(revoked.then_some(HeldBack::DomainRevoked))
}

/// Approves the request, which is recorded already and waits.
#[instrument(
    name = "access_requests.automatic_approval.approve",
    skip_all,
    fields(org = %org.id, access_request = %request.id)
)]
pub(in crate::use_cases) async fn approve(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    request: &AccessRequest,
    target: &Target,
) -> Result<(), DecideError> {
    let admitted = let_in(tx, ambient, org, public_url, None, request, target).await?;
    let account = admitted.account.id;
    with_request::complete(tx, ambient, org, public_url, request, account).await?;
    Ok(())
}
