//! The certificate of a signature: a page that says who signed what, with the
//! exact text and the record in Unicode attached to it.

use lopdf::{Document, Object, Stream, StringFormat, dictionary};

use super::letter::moment;
use super::page_of_facts::{Facts, text};
use crate::domain::colour::Colour;
use crate::domain::nda::{NdaSignature, NdaText};
use crate::domain::organization::Organization;

/// The certificate's bytes.
pub(super) fn pdf(
    org: &Organization,
    account: &str,
    signature: &NdaSignature,
    agreement: &NdaText,
) -> Result<Vec<u8>, lopdf::Error> {
    let rows = rows(org, account, signature);
    let page = Facts {
        title: "Certificate of signature",
        subtitle: &format!("Non-disclosure agreement with {}", org.name),
        signed: signature.full_name.as_str(),
        below: &format!("{} · {}", signature.email, moment(signature.signed_at)),
        rows: &rows,
        closing: "Attached to this PDF are agreement.md, the exact text that was agreed to, whose \
                  SHA-256 is the one above, and record.txt, the facts of this page in Unicode.",
        foot: &format!("{} · {}", org.name, signature.id),
        accent: org.accent.parse::<Colour>().ok(),
    };
    let mut file = Document::with_version("1.7");
    let pages = page.add_to(&mut file)?;
    let attached = [
        ("agreement.md", agreement.body.clone()),
        ("record.txt", record(&rows)),
    ]
    .map(|(name, content)| (name, attach(&mut file, name, content.into_bytes())));
    let names: Vec<Object> = attached
        .iter()
        .flat_map(|(name, spec)| [text(name), (*spec).into()])
        .collect();
    let specs: Vec<Object> = attached.iter().map(|(_, spec)| (*spec).into()).collect();
    let catalog = file.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => pages,
        "AF" => specs,
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
    });
    let info = file.add_object(dictionary! {
        "Title" => unicode("Certificate of signature"),
        "Author" => unicode(&org.name),
        "Subject" => unicode(&format!("{} for {account}", signature.full_name)),
    });
    file.trailer.set("Root", catalog);
    file.trailer.set("Info", info);
    file.compress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    Ok(bytes)
}

fn rows(
    org: &Organization,
    account: &str,
    signature: &NdaSignature,
) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (
            "Agreement",
            format!("NDA of {}, version {}", org.name, signature.version),
        ),
        ("SHA-256 of the text", signature.sha256.clone()),
        ("Signed for", account.to_owned()),
        ("Full name, as typed", signature.full_name.to_string()),
    ];
    if signature.has_another_name() && !signature.known_as.is_empty() {
        rows.push(("Known as", signature.known_as.clone()));
    }
    rows.extend([
        ("Email, confirmed", signature.email.to_string()),
        ("Time", moment(signature.signed_at)),
        ("IP address", signature.ip_address.clone()),
        ("Browser", signature.user_agent.clone()),
        (
            "How",
            "Read the text on the status page, ticked “I agree”, typed the name".to_owned(),
        ),
        ("Reference", signature.id.to_string()),
    ]);
    rows
}

fn record(rows: &[(&str, String)]) -> String {
    rows.iter()
        .map(|(label, value)| format!("{label}: {value}\n"))
        .collect()
}

fn attach(file: &mut Document, name: &str, content: Vec<u8>) -> lopdf::ObjectId {
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    let kept = file.add_object(Stream::new(
        dictionary! {
            "Type" => "EmbeddedFile", "Subtype" => "text/plain",
            "Params" => dictionary! { "Size" => size },
        },
        content,
    ));
    file.add_object(dictionary! {
        "Type" => "Filespec", "F" => text(name), "UF" => unicode(name),
        "EF" => dictionary! { "F" => kept },
        "AFRelationship" => "Source",
    })
}

/// A string outside of the page, which may have any sign.
fn unicode(words: &str) -> Object {
    let units = words.encode_utf16().flat_map(u16::to_be_bytes);
    let bytes = [0xfe, 0xff].into_iter().chain(units).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}
