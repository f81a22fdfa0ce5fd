//! The activity NDA Signed, in words.

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::nda::NdaSignature;
use domain::organizations::Organization;

use crate::use_cases::visitors::MemberOf;

pub(super) fn signed_activity(
    member: MemberOf<'_>,
    org: &Organization,
    signature: &NdaSignature,
) -> NewActivity {
    let (place, path) = match signature.request {
        None => ("on the trust center", "nda · NDA"),
        Some(_) => (
            "with the request for access",
            "request-access · Request access",
        ),
    };
    let note = format!(
        "Signed as {} {place}: version {} of the NDA, SHA-256 {}",
        signature.full_name, signature.version, signature.sha256
    );
    NewActivity {
        kind: ActivityKind::NdaSigned,
        person: Some(member.visitor.person()),
        company: member.account.name.clone(),
        account: Some(member.account.id),
        details: Details {
            text: Some(note),
            page: Some(format!("/trust/{}/{path}", org.slug)),
            ..Details::default()
        },
    }
}
