//! Signing the clickwrap NDA.
//!
//! The first signature completes the account: one person signs for the company, and
//! its other members need not. Whoever is later is told who did. The activity
//! `NDA Signed` happens once an account, whichever way it signs.

use clock::Ambient;
use domain::documents::Document;
use domain::email::notification::NotificationKind;
use domain::ids::{DocumentId, NdaSignatureId};
use domain::nda::acceptance::NdaAcceptance;
use domain::nda::{AccountNda, FullName, NdaKind, NdaSignature, NdaText, known_as};
use domain::organizations::Organization;
use jiff::Timestamp;
use pdf::{Fonts, PdfError};
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::activities::record;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::nda::certificate::{self, Signed};
use crate::use_cases::nda::email::SignedLetter;
use crate::use_cases::nda::signed_activity::signed_activity;
use crate::use_cases::organizations::address::StatusAddress;
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::MemberOf;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Invalid(#[from] Problems),
    /// Another version than the one that was read is signed now.
    #[error("the text was changed while it was read")]
    Stale,
    #[error("nothing is left to sign for this account")]
    NothingToSign,
    #[error("the certificate could not be made: {0}")]
    Certificate(#[from] PdfError),
    #[error("drawing the certificate broke off: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
    #[error("the email could not be written: {0}")]
    Email(#[from] askama::Error),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotificationError> for SignError {
    fn from(error: NotificationError) -> Self {
        match error {
            NotificationError::Store(error) => Self::Store(error),
            NotificationError::Email(error) => Self::Email(error),
            NotificationError::Address(error) => Self::Address(error),
        }
    }
}

/// What the signer sent, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    pub member: MemberOf<'a>,
    /// Of the text that was read.
    pub version: i64,
    pub full_name: &'a str,
    pub agrees: bool,
    pub ip_address: &'a str,
    pub user_agent: &'a str,
}

/// A signature that is right so far, and its text.
pub struct Draft<'a> {
    member: MemberOf<'a>,
    acceptance: NdaAcceptance,
    text: NdaText,
}

impl Draft<'_> {
    /// The certificate's bytes and its file name. It is stored outside of the
    /// transaction that completes the signature.
    ///
    /// # Errors
    /// The certificate could not be drawn.
    #[instrument(name = "nda.sign.certificate", skip_all, fields(org = %org.id))]
    pub async fn certificate(
        &self,
        org: &Organization,
        fonts: &Fonts,
    ) -> Result<(String, Vec<u8>), SignError> {
        let signed = Signed::ForAccount(self.member.account.name.clone());
        draw(org, fonts, signed, &self.acceptance, &self.text).await
    }
}

/// The certificate's bytes and its file name.
#[instrument(name = "nda.sign.draw", skip_all, fields(org = %org.id))]
pub(super) async fn draw(
    org: &Organization,
    fonts: &Fonts,
    signed: Signed,
    acceptance: &NdaAcceptance,
    text: &NdaText,
) -> Result<(String, Vec<u8>), SignError> {
    let (org, fonts) = (org.clone(), fonts.clone());
    let (acceptance, text) = (acceptance.clone(), text.clone());
    let name = format!("NDA {} with {}, certificate.pdf", org.name, signed.party());
    let drawn = tokio::task::spawn_blocking(move || {
        certificate::pdf(&fonts, &org, &signed, &acceptance, &text)
    });
    Ok((name, drawn.await??))
}

/// Checks what was sent.
///
/// # Errors
/// Nothing is to be signed, the text is another by now, or what is wrong with the form.
#[instrument(
    name = "nda.sign.prepare",
    skip_all,
    fields(org = %org.id, account = %signing.member.account.id, visitor = %signing.member.visitor.id)
)]
pub async fn prepare<'a>(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    signing: Signing<'a>,
) -> Result<Draft<'a>, SignError> {
    let text = text_to_sign(tx, org, signing.member, signing.version).await?;
    let name = FullName::parse(signing.full_name);
    let mut problems = Problems::default();
    if let Err(problem) = &name {
        problems.add("full_name", problem.clone());
    }
    if !signing.agrees {
        problems.add("agree", "Tick the box to say that you agree");
    }
    let (true, Ok(full_name)) = (problems.is_empty(), name) else {
        return Err(problems.into());
    };
    let visitor = signing.member.visitor;
    Ok(Draft {
        member: signing.member,
        acceptance: NdaAcceptance {
            id: ambient.id(NdaSignatureId::from_uuid),
            text: text.id,
            version: text.version,
            sha256: text.sha256.clone(),
            company: String::new(),
            full_name,
            known_as: known_as(&visitor.person()),
            email: visitor.email.clone(),
            signed_at: ambient.now(),
            ip_address: signing.ip_address.to_owned(),
            user_agent: signing.user_agent.to_owned(),
            // Until the certificate is stored.
            certificate: ambient.id(DocumentId::from_uuid),
        },
        text,
    })
}

/// Keeps the signature with its certificate, opens the account, records the
/// activity and queues the email to the signer.
///
/// # Errors
/// Someone else of the account was faster, or the text was changed meanwhile.
#[instrument(
    name = "nda.sign.complete",
    skip_all,
    fields(org = %org.id, document = %certificate.id)
)]
pub async fn complete(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    draft: Draft<'_>,
    certificate: &Document,
) -> Result<(), SignError> {
    let Draft {
        member,
        mut acceptance,
        text,
    } = draft;
    text_to_sign(tx, org, member, text.version).await?;
    acceptance.certificate = certificate.id;
    store::documents::insert(tx, org.id, certificate).await?;
    let signature = acceptance.signed_for(member.account.id, member.visitor.id, None);
    let completed_at = signature.signed_at;
    settle(
        tx,
        ambient,
        org,
        public_url,
        member,
        &signature,
        completed_at,
    )
    .await
}

/// Keeps the signature, opens the account, records the activity and queues the emails.
///
/// # Errors
/// The account has a signature already.
#[instrument(
    name = "nda.sign.settle",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id)
)]
pub(super) async fn settle(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    member: MemberOf<'_>,
    signature: &NdaSignature,
    completed_at: Timestamp,
) -> Result<(), SignError> {
    if !store::nda::signatures::insert(tx, org.id, signature).await? {
        return Err(SignError::NothingToSign);
    }
    let nda = AccountNda {
        completed_at: Some(completed_at),
        ..AccountNda::needing(NdaKind::Clickwrap)
    };
    store::accounts::set_nda(tx, org.id, signature.account, &nda).await?;
    if store::accounts::note_nda_recorded(tx, org.id, signature.account).await? {
        record(tx, ambient, org.id, signed_activity(member, org, signature)).await?;
    }
    let address = StatusAddress::for_organization(tx, org, public_url).await?;
    let email = SignedLetter {
        org,
        account: &member.account.name,
        signature,
        page: &address.page("/nda"),
    };
    store::email::insert(tx, ambient, org.id, &email.to()?).await?;
    tell_staff(tx, ambient, org, public_url, member, signature).await
}

async fn tell_staff(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    member: MemberOf<'_>,
    signature: &NdaSignature,
) -> Result<(), SignError> {
    let (account, name) = (&member.account.name, &signature.full_name);
    let notice = Notification {
        org,
        subject: format!("{account} has signed the NDA"),
        heading: "An NDA was signed",
        text: format!(
            "{name} signed version {} of the NDA for {account}. What is shared with the account \
             is open to its members now.",
            signature.version
        ),
        quote: "",
        button: "Open the account",
        link: public_url.join(&format!("/dashboard/accounts/{}", member.account.id))?,
        why: "You receive this because you are an Editor or Admin.",
    };
    let kind = NotificationKind::NdaSigned;
    Ok(notice.send_to_staff(kind, tx, ambient, org).await?)
}

/// The current text, if the account still has to sign and that version was read.
async fn text_to_sign(
    tx: &mut Tx,
    org: &Organization,
    member: MemberOf<'_>,
    version: i64,
) -> Result<NdaText, SignError> {
    let account = store::accounts::by_id(tx, org.id, member.account.id).await?;
    let to_sign = account.filter(|account| account.nda.kind == NdaKind::Clickwrap);
    if to_sign.is_none_or(|account| account.nda.is_settled()) {
        return Err(SignError::NothingToSign);
    }
    let text = store::nda::texts::current(tx, org.id).await?;
    text.filter(|text| text.version == version)
        .ok_or(SignError::Stale)
}
