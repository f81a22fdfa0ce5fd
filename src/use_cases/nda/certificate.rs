//! The certificate of a signature: pages that say who signed what, with the exact text
//! and the record attached. It is PDF/A-3a, which is made to be read in decades, and
//! PDF/UA-1, which can be read aloud.

use domain::content::colour::Colour;
use domain::dates::exact_moment;
use domain::nda::NdaText;
use domain::nda::acceptance::NdaAcceptance;
use domain::organizations::Organization;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::{Document, SerializeSettings};
use pdf::{Fonts, Pages, PdfError, Typesetter, embedded};

use crate::use_cases::nda::page_of_facts::Facts;

const TITLE: &str = "Certificate of signature";

/// Where it was signed, which decides on what the certificate says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Signed {
    /// On the NDA's page, by a member of that account.
    ForAccount(String),
    /// In the form to request access, where that company was typed.
    WithRequest(String),
}

impl Signed {
    /// For whom it was signed.
    pub(super) fn party(&self) -> &str {
        match self {
            Self::ForAccount(name) | Self::WithRequest(name) => name,
        }
    }

    const fn party_label(&self) -> &'static str {
        match self {
            Self::ForAccount(_) => "Signed for",
            Self::WithRequest(_) => "Signed for, as typed",
        }
    }

    const fn how(&self) -> &'static str {
        match self {
            Self::ForAccount(_) => {
                "Read the text on the trust center, ticked “I agree”, typed the name"
            }
            Self::WithRequest(_) => {
                "Read the text when requesting access, with a confirmed email address, ticked “I \
                 agree”, typed the name; counts once the request is approved"
            }
        }
    }
}

/// The certificate's bytes.
pub(super) fn pdf(
    fonts: &Fonts,
    org: &Organization,
    signed: &Signed,
    signature: &NdaAcceptance,
    agreement: &NdaText,
) -> Result<Vec<u8>, PdfError> {
    let rows = rows(org, signed, signature);
    fonts.draw(|fonts| {
        let mut document = drawn(fonts, org, signature, &rows);
        let at = date(signature);
        let files = [
            (
                "agreement.md",
                "The exact text that was agreed to",
                agreement.body.clone(),
            ),
            ("record.txt", "The facts of the certificate", record(&rows)),
        ];
        for (name, description, content) in files {
            document.embed_file(EmbeddedFile {
                path: name.to_owned(),
                mime_type: MimeType::new("text/plain"),
                description: Some(description.to_owned()),
                association_kind: AssociationKind::Source,
                data: content.into_bytes().into(),
                modification_date: Some(at),
                compress: None,
                location: None,
            });
        }
        let mut outline = Outline::new();
        let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(TITLE.to_owned(), top));
        document.set_outline(outline);
        document.set_metadata(
            Metadata::new()
                .title(TITLE.to_owned())
                .authors(vec![org.name.clone()])
                .description(format!("{} for {}", signature.full_name, signed.party()))
                .creator("Gatehouse".to_owned())
                .language("en".to_owned())
                .creation_date(at),
        );
        PdfError::finish(document)
    })
}

fn drawn(
    fonts: &Fonts,
    org: &Organization,
    signature: &NdaAcceptance,
    rows: &[(&'static str, String)],
) -> Document {
    let page = Facts {
        title: TITLE,
        subtitle: &format!("Non-disclosure agreement with {}", org.name),
        signed: signature.full_name.as_str(),
        below: &format!(
            "{} · {}",
            signature.email,
            exact_moment(signature.signed_at)
        ),
        rows,
        closing: "Attached to this PDF are agreement.md, the exact text that was agreed to, whose \
                  SHA-256 is the one above, and record.txt, the facts of this page.",
        replaced: "What is written as [U+…] above are Unicode’s numbers of signs that could not \
                   be drawn; record.txt has the signs themselves.",
        foot: &format!("{} · {}", embedded(&org.name), signature.id),
        accent: org.accent.parse::<Colour>().ok(),
    };
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .unwrap_or_default();
    let mut pages = Pages::new(Typesetter::new(fonts));
    page.put_on(&mut pages);
    pages.draw(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    })
}

/// When it was signed, as PDF writes it.
fn date(signature: &NdaAcceptance) -> DateTime {
    let at = signature.signed_at.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn rows(
    org: &Organization,
    signed: &Signed,
    signature: &NdaAcceptance,
) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (
            "Agreement",
            format!("NDA of {}, version {}", org.name, signature.version),
        ),
        ("SHA-256 of the text", signature.sha256.clone()),
        (signed.party_label(), signed.party().to_owned()),
        ("Full name, as typed", signature.full_name.to_string()),
    ];
    if signature.has_another_name() && !signature.known_as.is_empty() {
        rows.push(("Known as", signature.known_as.clone()));
    }
    rows.extend([
        ("Email, confirmed", signature.email.to_string()),
        ("Time", exact_moment(signature.signed_at)),
        ("IP address", signature.ip_address.clone()),
        ("Browser", signature.user_agent.clone()),
        ("How", signed.how().to_owned()),
        ("Reference", signature.id.to_string()),
    ]);
    rows
}

fn record(rows: &[(&str, String)]) -> String {
    rows.iter()
        .map(|(label, value)| format!("{label}: {value}\n"))
        .collect()
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
