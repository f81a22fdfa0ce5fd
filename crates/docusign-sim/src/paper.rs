//! Real PDFs: what was signed, and the certificate of completion.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

use crate::model::Envelope;

/// What was signed, with the certificate's facts at its end.
pub(crate) fn combined(envelope: &Envelope) -> Result<Vec<u8>, lopdf::Error> {
    let mut lines = envelope.documents.clone();
    lines.push(format!("Signed by {} <{}>", envelope.name, envelope.email));
    lines.push(format!("Envelope {}", envelope.id));
    pdf(&envelope.subject, &lines)
}

pub(crate) fn certificate(envelope: &Envelope) -> Result<Vec<u8>, lopdf::Error> {
    let at = envelope.completed_at.map(|at| at.to_string());
    let lines = [
        format!("Envelope {}", envelope.id),
        format!("Status: {}", envelope.status.word()),
        format!("Signer: {} <{}>", envelope.name, envelope.email),
        format!("Completed: {}", at.unwrap_or_else(|| "not yet".to_owned())),
    ];
    pdf("Certificate of Completion", &lines)
}

fn pdf(title: &str, lines: &[String]) -> Result<Vec<u8>, lopdf::Error> {
    let mut operations = Vec::new();
    let titled = std::iter::once((20, title)).chain(lines.iter().map(|line| (11, line.as_str())));
    for (row, (size, line)) in (0_i64..).zip(titled) {
        operations.extend([
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), size.into()]),
            Operation::new("Td", vec![72.into(), (740 - row * 26).into()]),
            Operation::new("Tj", vec![Object::string_literal(line)]),
            Operation::new("ET", vec![]),
        ]);
    }
    let mut file = Document::with_version("1.5");
    let content = Content { operations }.encode()?;
    let content = file.add_object(Stream::new(dictionary! {}, content));
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let pages = file.new_object_id();
    let page = file.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    file.objects.insert(pages, tree.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    Ok(bytes)
}
