//! The page to sign that is sent with a PDF which has no place for a signature.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use serde_json::{Value, json};

const HEIGHT: i64 = 842;
/// Where the fields begin, in points from the left; DocuSign counts from the top.
const LEFT: i64 = 72;
const FIELDS: [(&str, i64); 3] = [("Signature", 250), ("Full name", 330), ("Date", 390)];

/// An A4 page with three lines to fill in.
pub(super) fn pdf(agreement: &str) -> Result<Vec<u8>, lopdf::Error> {
    let mut lines = vec![("F2", 20, 110, "Signature page".to_owned())];
    let plain: String = agreement
        .chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .collect();
    lines.push(("F1", 11, 140, format!("To be signed with: {plain}")));
    for (label, top) in FIELDS {
        lines.push(("F1", 9, top + 32, label.to_owned()));
    }
    let mut operations = Vec::new();
    for (font, size, top, text) in lines {
        operations.extend([
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec![font.into(), size.into()]),
            Operation::new("Td", vec![LEFT.into(), (HEIGHT - top).into()]),
            Operation::new("Tj", vec![Object::string_literal(text)]),
            Operation::new("ET", vec![]),
        ]);
    }
    for (_, top) in FIELDS {
        let y = HEIGHT - top - 20;
        operations.extend([
            Operation::new("m", vec![LEFT.into(), y.into()]),
            Operation::new("l", vec![(LEFT + 280).into(), y.into()]),
            Operation::new("S", vec![]),
        ]);
    }
    assemble(operations)
}

fn assemble(operations: Vec<Operation>) -> Result<Vec<u8>, lopdf::Error> {
    let mut file = Document::with_version("1.5");
    let font = |name: &str| {
        dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name }
    };
    let content = Content { operations }.encode()?;
    let content = file.add_object(Stream::new(dictionary! {}, content));
    let pages = file.new_object_id();
    let page = file.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), HEIGHT.into()],
        "Resources" => dictionary! { "Font" => dictionary! {
            "F1" => font("Helvetica"), "F2" => font("Helvetica-Bold"),
        }},
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    file.objects.insert(pages, tree.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    Ok(bytes)
}

/// The fields on that page, which is the document `document` of the envelope.
pub(super) fn tabs(document: &str) -> Value {
    let at = |top: i64| {
        json!([{
            "documentId": document,
            "pageNumber": "1",
            "xPosition": LEFT.to_string(),
            "yPosition": top.to_string(),
        }])
    };
    json!({
        "signHereTabs": at(FIELDS[0].1 - 20),
        "fullNameTabs": at(FIELDS[1].1),
        "dateSignedTabs": at(FIELDS[2].1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_a_pdf_that_names_what_is_signed() {
        let bytes = pdf("NDA (Übung).pdf").unwrap();
        let file = Document::load_mem(&bytes).unwrap();
        let text = file.extract_text(&[1]).unwrap();
        assert!(text.contains("To be signed with: NDA (bung).pdf"), "{text}");
    }
}
