//! The certificate's page, set in the fonts that every reader of PDF has.

use crate::domain::colour::Colour;
use crate::domain::latin_text::{self, width};
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, ObjectId, Stream, StringFormat, dictionary};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 64.0;
const RIGHT: f32 = WIDTH - MARGIN;
const TERM: f32 = 114.0;
/// Long values are cut after so many lines: the attached record has all of them.
const LINES: usize = 3;

type Rgb = [f32; 3];
const INK: Rgb = [0.13, 0.15, 0.19];
const GREY: Rgb = [0.42, 0.45, 0.5];
const LINE: Rgb = [0.85, 0.87, 0.9];

/// What stands on the page, from top to bottom.
pub(super) struct Facts<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// The name above the line.
    pub signed: &'a str,
    pub below: &'a str,
    pub rows: &'a [(&'static str, String)],
    pub closing: &'a str,
    pub foot: &'a str,
    pub accent: Option<Colour>,
}

/// The names under which the page knows its fonts.
#[derive(Clone, Copy)]
enum Font {
    Regular,
    Bold,
    Italic,
}

impl Font {
    const ALL: [(&str, &str); 3] = [
        ("F1", "Helvetica"),
        ("F2", "Helvetica-Bold"),
        ("F3", "Times-Italic"),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Regular => "F1",
            Self::Bold => "F2",
            Self::Italic => "F3",
        }
    }
}

impl Facts<'_> {
    /// Adds the tree of pages with its one page.
    pub fn add_to(&self, file: &mut Document) -> Result<ObjectId, lopdf::Error> {
        let mut sheet = Sheet::default();
        self.set(&mut sheet);
        let content = Content {
            operations: sheet.operations,
        };
        let content = file.add_object(Stream::new(dictionary! {}, content.encode()?));
        let mut fonts = lopdf::Dictionary::new();
        for (name, base) in Font::ALL {
            let font = file.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => base,
                "Encoding" => "WinAnsiEncoding",
            });
            fonts.set(name, font);
        }
        let pages = file.new_object_id();
        let page = file.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
        });
        let tree = dictionary! {
            "Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()],
            "Resources" => dictionary! { "Font" => fonts },
            "MediaBox" => vec![0.into(), 0.into(), WIDTH.into(), HEIGHT.into()],
        };
        file.objects.insert(pages, tree.into());
        Ok(pages)
    }

    fn set(&self, sheet: &mut Sheet) {
        let accent = self.accent.map_or(INK, rgb);
        sheet.bar(MARGIN, HEIGHT - 44.0, 48.0, 5.0, accent);
        sheet.y = HEIGHT - 98.0;
        sheet.paragraph(self.title, Font::Bold, 25.0, MARGIN, INK);
        sheet.y += 10.0;
        sheet.paragraph(self.subtitle, Font::Regular, 12.0, MARGIN, GREY);
        sheet.y -= 44.0;
        sheet.paragraph(self.signed, Font::Italic, 30.0, MARGIN, INK);
        sheet.y += 28.0;
        sheet.bar(MARGIN, sheet.y, RIGHT - MARGIN, 1.0, accent);
        sheet.y -= 18.0;
        sheet.paragraph(self.below, Font::Regular, 10.0, MARGIN, GREY);
        sheet.y -= 26.0;
        for (term, value) in self.rows {
            sheet.row(term, value);
        }
        sheet.bar(MARGIN, sheet.y + 13.0, RIGHT - MARGIN, 0.6, LINE);
        sheet.y -= 14.0;
        sheet.paragraph(self.closing, Font::Regular, 9.0, MARGIN, GREY);
        sheet.y = 44.0;
        sheet.paragraph(self.foot, Font::Regular, 8.5, MARGIN, GREY);
    }
}

/// The page so far, and the height at which the next line goes.
#[derive(Default)]
struct Sheet {
    operations: Vec<Operation>,
    y: f32,
}

impl Sheet {
    fn row(&mut self, term: &str, value: &str) {
        self.bar(MARGIN, self.y + 13.0, RIGHT - MARGIN, 0.6, LINE);
        self.line(term, Font::Bold, 9.5, MARGIN, INK);
        self.paragraph(value, Font::Regular, 9.5, MARGIN + TERM, INK);
        self.y -= 8.0;
    }

    /// Wraps at spaces, and within what has none.
    fn paragraph(&mut self, words: &str, font: Font, size: f32, left: f32, colour: Rgb) {
        for line in wrapped(words, size, RIGHT - left).iter().take(LINES) {
            self.line(line, font, size, left, colour);
            self.y -= size * 1.45;
        }
    }

    fn line(&mut self, words: &str, font: Font, size: f32, x: f32, [r, g, b]: Rgb) {
        self.operations.extend([
            Operation::new("BT", vec![]),
            Operation::new("rg", vec![r.into(), g.into(), b.into()]),
            Operation::new("Tf", vec![font.name().into(), size.into()]),
            Operation::new("Td", vec![x.into(), self.y.into()]),
            Operation::new("Tj", vec![text(words)]),
            Operation::new("ET", vec![]),
        ]);
    }

    fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, [r, g, b]: Rgb) {
        self.operations.extend([
            Operation::new("rg", vec![r.into(), g.into(), b.into()]),
            Operation::new("re", vec![x.into(), y.into(), width.into(), height.into()]),
            Operation::new("f", vec![]),
        ]);
    }
}

/// The lines: words are kept whole unless one is wider than a line.
fn wrapped(words: &str, size: f32, room: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let last = lines.len() - 1;
        let longer = format!("{} {word}", lines[last]);
        if width(longer.trim_start(), size) <= room {
            longer.trim_start().clone_into(&mut lines[last]);
            continue;
        }
        lines.push(String::new());
        for c in word.chars() {
            let last = lines.len() - 1;
            if width(&format!("{}{c}", lines[last]), size) > room {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn rgb(colour: Colour) -> Rgb {
    let [r, g, b] = colour.parts();
    [r, g, b].map(|part| f32::from(part) / 255.0)
}

/// In the fonts' encoding: the attached record has the signs that it lacks.
pub(super) fn text(words: &str) -> Object {
    Object::String(latin_text::encode(words), StringFormat::Literal)
}
