//! A line on a page of its own, to be laid over the pages of other PDFs. The page is as
//! wide as the line; the caller scales it, by these measures.

use krilla::configure::{ConfigurationBuilder, PdfVersion};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::{Direction, Fonts, PdfError, Style, Typeface, Typesetter};

/// The font's size, in points.
pub const SIZE: f32 = 10.0;
/// The room on the left and on the right of the line, in points.
pub const MARGIN: f32 = 5.0;
/// The height of the line's base over the lower edge of the page, in points.
pub const BASE: f32 = 12.0;
const HEIGHT: f32 = 30.0;

const COLOUR: [u8; 3] = [51, 56, 66];

/// The page as a PDF. The same line gives the same bytes on one machine.
///
/// # Errors
/// The line could not be drawn.
pub fn pdf(fonts: &Fonts, line: &str) -> Result<Vec<u8>, PdfError> {
    fonts.draw(|fonts| {
        let style = Style {
            typeface: Typeface::Regular,
            size: SIZE,
            colour: COLOUR,
            direction: Direction::LeftToRight,
        };
        let text = Typesetter::new(fonts).set(line, style, None);
        let mut document = Document::new_with(SerializeSettings {
            xmp_metadata: false,
            enable_tagging: false,
            configuration: ConfigurationBuilder::new()
                .with_version(PdfVersion::Pdf14)
                .finish()
                .unwrap_or_default(),
            ..SerializeSettings::default()
        });
        let size = PageSettings::from_wh(text.width() + 2.0 * MARGIN, HEIGHT);
        let mut page = document.start_page_with(size.unwrap_or_default());
        let mut surface = page.surface();
        text.draw(&mut surface, MARGIN, HEIGHT - BASE);
        surface.finish();
        page.finish();
        PdfError::finish(document)
    })
}
