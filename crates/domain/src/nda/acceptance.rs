//! Agreeing to the NDA in the form to request access, before there is an account to sign for.

use jiff::Timestamp;

use crate::email::EmailAddress;
use crate::ids::{AccessRequestId, AccountId, DocumentId, NdaSignatureId, NdaTextId, VisitorId};
use crate::names::name_key;
use crate::nda::{FullName, NdaSignature};

/// What someone agreed to in the form, and from where: kept with the request until the
/// address is confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreedNda {
    /// Of the text that was read.
    pub version: i64,
    /// As it was typed.
    pub full_name: FullName,
    /// When the form was sent.
    pub agreed_at: Timestamp,
    /// The address that the form came from, and how that is known.
    pub ip_address: String,
    /// The `User-Agent` header of the form.
    pub user_agent: String,
}

/// What is kept of an agreement: a signature that is for no account yet. Never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NdaAcceptance {
    /// The id that the signature has, and that the certificate names.
    pub id: NdaSignatureId,
    /// The version of the text that was agreed to.
    pub text: NdaTextId,
    /// The number of that version.
    pub version: i64,
    /// Of the text that was agreed to.
    pub sha256: String,
    /// The company for which it was agreed to, as it was typed; empty on the NDA's page, where
    /// it is an account's member who signs.
    pub company: String,
    /// As it was typed.
    pub full_name: FullName,
    /// The name by which the person was known then.
    pub known_as: String,
    /// The person's confirmed address, as it was then.
    pub email: EmailAddress,
    /// When it was agreed to.
    pub signed_at: Timestamp,
    /// The address that it came from, and how that is known.
    pub ip_address: String,
    /// The `User-Agent` header that came with it.
    pub user_agent: String,
    /// The PDF that says all this.
    pub certificate: DocumentId,
}

impl NdaAcceptance {
    /// Whether it is for that company, as names are compared.
    pub fn is_for(&self, company: &str) -> bool {
        name_key(&self.company) == name_key(company)
    }

    /// Whether the typed name is another than the known one.
    pub fn has_another_name(&self) -> bool {
        !self.full_name.is_like(&self.known_as)
    }

    /// The signature of this person for that account; with a request, where it was made
    /// in one.
    pub fn signed_for(
        self,
        account: AccountId,
        visitor: VisitorId,
        request: Option<AccessRequestId>,
    ) -> NdaSignature {
        NdaSignature {
            id: self.id,
            account,
            visitor,
            text: self.text,
            version: self.version,
            sha256: self.sha256,
            full_name: self.full_name,
            known_as: self.known_as,
            email: self.email,
            signed_at: self.signed_at,
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            certificate: self.certificate,
            request,
        }
    }
}
