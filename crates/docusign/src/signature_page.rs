//! The page to sign that is sent with a PDF which has no place for a signature.

use krilla::SerializeSettings;
use krilla::metadata::Metadata;
use serde_json::{Value, json};

use pdf::{Direction, Fonts, Pages, PdfError, Style, Typeface, Typesetter, WIDTH, embedded};

/// Where the fields begin, in points from the left and from the top, as DocuSign counts.
const LEFT: u16 = 72;
const FIELDS: [(&str, u16); 3] = [("Signature", 250), ("Full name", 330), ("Date", 390)];

/// An A4 page with three lines to fill in.
pub(super) fn pdf(fonts: &Fonts, agreement: &str) -> Result<Vec<u8>, PdfError> {
    fonts.draw(|fonts| drawn(fonts, agreement))
}

fn drawn(fonts: &Fonts, agreement: &str) -> Result<Vec<u8>, PdfError> {
    let style = |typeface, size| Style {
        typeface,
        size,
        colour: [0, 0, 0],
        direction: Direction::LeftToRight,
    };
    let left = f32::from(LEFT);
    let room = Some(WIDTH - 2.0 * left);
    let mut pages = Pages::new(Typesetter::new(fonts));
    let title = "Signature page";
    let heading = pages
        .typesetter
        .set(title, style(Typeface::Bold, 20.0), room);
    pages.heading(heading, left, 110.0);
    let words = format!("To be signed with: {}", embedded(agreement));
    let words = pages
        .typesetter
        .set(&words, style(Typeface::Regular, 11.0), room);
    pages.paragraph(words, left, 140.0);
    for (label, top) in FIELDS {
        let label = pages
            .typesetter
            .set(label, style(Typeface::Regular, 9.0), room);
        let top = f32::from(top);
        pages.bar([left, top + 20.0, 280.0, 0.8], [0, 0, 0]);
        pages.paragraph(label, left, top + 32.0);
    }
    let mut document = pages.draw(SerializeSettings::default());
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language("en".to_owned()),
    );
    PdfError::finish(document)
}

/// The fields on that page, which is the document `document` of the envelope.
pub(super) fn tabs(document: &str) -> Value {
    let at = |top: u16| {
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
    use lopdf::Document;

    use super::*;

    #[test]
    fn the_page_is_a_pdf_that_names_what_is_signed() {
        for name in ["NDA (Übung).pdf", "Соглашение.pdf", "Σύμβαση.pdf"] {
            let bytes = pdf(&Fonts::own(), name).unwrap();
            let file = Document::load_mem(&bytes).unwrap();
            let text = file.extract_text(&[1]).unwrap();
            let flat = |text: &str| text.split_whitespace().collect::<String>();
            let words = flat(&format!("To be signed with: {name}"));
            assert!(flat(&text).contains(&words), "{text}");
        }
    }
}
