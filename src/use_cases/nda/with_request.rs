//! Signing the NDA in the form to request access, where the organization offers that.
//!
//! There is no account yet, so what is kept first is an acceptance with its certificate. It
//! becomes the account's signature when the request is approved, if the account still has to
//! sign and the text is still the current one; a request that is denied gives nothing.
//! Whoever signs has confirmed the address, and reads the text and agrees after that: a
//! signature in the name of somebody else's mailbox would open that company's account.

use clock::Ambient;
use domain::access_requests::AccessRequest;
use domain::access_requests::form::NewRequest;
use domain::audit::{Action, Changes};
use domain::documents::Document;
use domain::ids::{AccessRequestId, AccountId, DocumentId, NdaSignatureId, OrganizationId};
use domain::nda::acceptance::NdaAcceptance;
use domain::nda::{NdaKind, NdaText, known_as};
use domain::organizations::Organization;
use pdf::Fonts;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::nda::certificate::Signed;
use crate::use_cases::nda::sign::{SignError, draw, settle};
use crate::use_cases::nda::text::TextError;
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::MemberOf;

/// The text that the form offers: `None` where the organization doesn't want that, or new
/// accounts sign in another way or not at all.
#[instrument(name = "nda.with_request.offered", skip_all, fields(%org))]
pub async fn offered(tx: &mut Tx, org: OrganizationId) -> store::Result<Option<NdaText>> {
    let is_on = store::organizations::nda_in_request(tx, org).await?;
    if !is_on || store::organizations::nda_default(tx, org).await? != NdaKind::Clickwrap {
        return Ok(None);
    }
    store::nda::texts::current(tx, org).await
}

/// Chooses whether the form offers it.
///
/// # Errors
/// New accounts don't sign on the trust center.
#[instrument(
    name = "nda.with_request.choose",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn choose(tx: &mut Tx, act: StaffAction<'_>, on: bool) -> Result<(), TextError> {
    let default = store::organizations::nda_default(tx, act.org.id).await?;
    if on && default != NdaKind::Clickwrap {
        let mut problems = Problems::default();
        let what = "New accounts don’t sign on the trust center: choose that above first";
        problems.add("in_request", what);
        return Err(problems.into());
    }
    let before = store::organizations::nda_in_request(tx, act.org.id).await?;
    store::organizations::set_nda_in_request(tx, act.org.id, on).await?;
    let mut changes = Changes::new("");
    changes.note_switch("Sign with the request for access", before, on);
    act.audit(tx, Action::ChoseNdaInRequest, &changes.to_string())
        .await?;
    Ok(())
}

/// What was agreed to, and its text, before the certificate is stored.
pub struct RequestDraft {
    acceptance: NdaAcceptance,
    text: NdaText,
    company: String,
}

/// What was agreed to, with the certificate that is stored.
pub struct Accepted {
    acceptance: NdaAcceptance,
    certificate: Document,
}

impl RequestDraft {
    /// The certificate's bytes and its file name. It is stored outside of the
    /// transaction that records the request.
    ///
    /// # Errors
    /// The certificate could not be drawn.
    #[instrument(name = "nda.with_request.certificate", skip_all, fields(org = %org.id))]
    pub async fn certificate(
        &self,
        org: &Organization,
        fonts: &Fonts,
    ) -> Result<(String, Vec<u8>), SignError> {
        let signed = Signed::WithRequest(self.company.clone());
        draw(org, fonts, signed, &self.acceptance, &self.text).await
    }

    /// With the certificate as it is stored.
    #[must_use]
    pub fn with_certificate(self, certificate: Document) -> Accepted {
        let acceptance = NdaAcceptance {
            certificate: certificate.id,
            ..self.acceptance
        };
        Accepted {
            acceptance,
            certificate,
        }
    }
}

impl Accepted {
    /// Where the certificate is stored.
    pub fn storage_key(&self) -> &str {
        &self.certificate.storage_key
    }
}

/// What was agreed to in the form of a request whose address is confirmed.
#[instrument(name = "nda.with_request.prepare", skip_all, fields(org = %org.id))]
pub async fn prepare(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    new: &NewRequest,
) -> store::Result<Option<RequestDraft>> {
    let Some(agreed) = new.nda.clone() else {
        return Ok(None);
    };
    let text = store::nda::texts::by_version(tx, org.id, agreed.version).await?;
    Ok(text.map(|text| RequestDraft {
        acceptance: NdaAcceptance {
            id: ambient.id(NdaSignatureId::from_uuid),
            text: text.id,
            version: text.version,
            sha256: text.sha256.clone(),
            company: new.company.clone(),
            full_name: agreed.full_name,
            known_as: known_as(&new.person),
            email: new.person.email.clone(),
            signed_at: agreed.agreed_at,
            ip_address: agreed.ip_address,
            user_agent: agreed.user_agent,
            // Until the certificate is stored.
            certificate: ambient.id(DocumentId::from_uuid),
        },
        text,
        company: new.company.clone(),
    }))
}

/// Keeps it with the request that is recorded.
#[instrument(
    name = "nda.with_request.keep",
    skip_all,
    fields(%org, access_request = %request)
)]
pub(in crate::use_cases) async fn keep(
    tx: &mut Tx,
    org: OrganizationId,
    request: AccessRequestId,
    accepted: &Accepted,
) -> store::Result<()> {
    store::documents::insert(tx, org, &accepted.certificate).await?;
    store::nda::acceptances::insert(tx, org, request, &accepted.acceptance).await
}

/// The request was approved into this account: what was agreed to with it becomes the
/// account's signature, if the account still has to sign and the text is the current one.
/// Answers whether it did.
///
/// # Errors
/// The emails can't be written.
#[instrument(
    name = "nda.with_request.complete",
    skip_all,
    fields(org = %org.id, access_request = %request.id, %account)
)]
pub(in crate::use_cases) async fn complete(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    request: &AccessRequest,
    account: AccountId,
) -> Result<bool, SignError> {
    let Some(agreed) = store::nda::acceptances::of_request(tx, org.id, request.id).await? else {
        return Ok(false);
    };
    // Whoever asked again for another company hasn't signed for that one.
    if !agreed.is_for(&request.company) {
        return Ok(false);
    }
    // As it stands now: the approval may have chosen what a new account needs.
    let account = store::accounts::by_id(tx, org.id, account).await?;
    let signs = |account: &domain::accounts::Account| {
        account.nda.kind == NdaKind::Clickwrap && !account.nda.is_settled()
    };
    let Some(account) = account.filter(signs) else {
        return Ok(false);
    };
    let current = store::nda::texts::current(tx, org.id).await?;
    if current.is_none_or(|current| current.id != agreed.text) {
        return Ok(false);
    }
    let Some(visitor) = store::visitors::by_id(tx, org.id, request.visitor).await? else {
        return Ok(false);
    };
    let member = MemberOf {
        visitor: &visitor,
        account: &account,
    };
    let signature = agreed.signed_for(account.id, visitor.id, Some(request.id));
    let now = ambient.now();
    match settle(tx, ambient, org, public_url, member, &signature, now).await {
        Ok(()) => Ok(true),
        // Signed by someone else just now.
        Err(SignError::NothingToSign) => Ok(false),
        Err(error) => Err(error),
    }
}
