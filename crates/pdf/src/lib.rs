//! Drawing PDFs: text in any script, shaped and in the right order, in fonts that are
//! embedded as far as they are used. Why so: `docs/adr/0010-fonts.md`.

#![warn(missing_docs)]

mod fonts;
mod machine_fonts;
mod pages;
mod readable;
pub mod stamp;
mod text;

pub use fonts::Fonts;
pub use pages::{HEIGHT, Pages, WIDTH};
pub use readable::embedded;
pub use text::{Direction, Style, Text, Typeface, Typesetter};

/// A PDF could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be drawn: {0}")]
pub struct PdfError(String);

impl PdfError {
    /// Closes the document.
    ///
    /// # Errors
    /// It breaks a rule of the standard that it was begun with.
    pub fn finish(document: krilla::Document) -> Result<Vec<u8>, Self> {
        document
            .finish()
            .map_err(|error| Self(format!("{error:?}")))
    }
}
