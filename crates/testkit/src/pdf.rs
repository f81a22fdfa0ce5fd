//! Real PDF documents: A4 pages with a title, headings, paragraphs, bullets and
//! two-column tables, set in the fonts that every reader has.

use anyhow::{Context as _, Result};
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 64.0;
const BOTTOM: f32 = 76.0;

/// What a document says.
pub struct TextDocument<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// Shown at the foot of each page.
    pub publisher: &'a str,
    /// Red, green and blue, each 0 to 1.
    pub accent: [f32; 3],
    pub blocks: &'a [Block<'a>],
}

pub enum Block<'a> {
    Heading(&'a str),
    Text(&'a str),
    Bullet(&'a str),
    /// A row of a table: a term and what is said of it.
    Row(&'a str, &'a str),
}

#[derive(Clone, Copy)]
enum Font {
    Regular,
    Bold,
}

impl TextDocument<'_> {
    /// The document's bytes.
    pub fn to_pdf(&self) -> Result<Vec<u8>> {
        let mut layout = Layout::new(self.accent);
        layout.title(self.title, self.subtitle);
        for block in self.blocks {
            layout.block(block);
        }
        layout.finish(self)
    }
}

/// Pages so far, and the height at which the next line goes.
struct Layout {
    pages: Vec<Vec<Operation>>,
    y: f32,
    accent: [f32; 3],
}

const INK: [f32; 3] = [0.13, 0.15, 0.19];
const GREY: [f32; 3] = [0.42, 0.45, 0.5];

impl Layout {
    fn new(accent: [f32; 3]) -> Self {
        Self {
            pages: vec![Vec::new()],
            y: HEIGHT - MARGIN,
            accent,
        }
    }

    fn title(&mut self, title: &str, subtitle: &str) {
        let accent = self.accent;
        self.bar(MARGIN, HEIGHT - 44.0, 48.0, 5.0, accent);
        self.y = HEIGHT - 96.0;
        self.wrapped(title, Font::Bold, 25.0, 31.0, MARGIN, WIDTH - MARGIN, INK);
        self.wrapped(
            subtitle,
            Font::Regular,
            11.5,
            17.0,
            MARGIN,
            WIDTH - MARGIN,
            GREY,
        );
        self.y -= 16.0;
    }

    fn block(&mut self, block: &Block<'_>) {
        let right = WIDTH - MARGIN;
        match block {
            Block::Heading(text) => {
                // Never the last line of a page: what it heads begins below it.
                self.room(92.0);
                self.y -= 14.0;
                let accent = self.accent;
                self.wrapped(text, Font::Bold, 13.5, 22.0, MARGIN, right, accent);
            }
            Block::Text(text) => {
                self.wrapped(text, Font::Regular, 10.5, 15.5, MARGIN, right, INK);
                self.y -= 7.0;
            }
            Block::Bullet(text) => {
                self.room(15.5);
                let accent = self.accent;
                self.bar(MARGIN + 2.0, self.y + 2.5, 4.0, 4.0, accent);
                self.wrapped(text, Font::Regular, 10.5, 15.5, MARGIN + 16.0, right, INK);
                self.y -= 3.0;
            }
            Block::Row(term, text) => self.row(term, text),
        }
    }

    fn row(&mut self, term: &str, text: &str) {
        self.room(50.0);
        self.bar(
            MARGIN,
            self.y + 13.0,
            WIDTH - 2.0 * MARGIN,
            0.6,
            [0.85, 0.87, 0.9],
        );
        let top = self.y;
        let middle = MARGIN + 150.0;
        self.wrapped(term, Font::Bold, 10.0, 14.5, MARGIN, middle - 12.0, INK);
        let below_term = self.y;
        self.y = top;
        self.wrapped(text, Font::Regular, 10.0, 14.5, middle, WIDTH - MARGIN, INK);
        self.y = self.y.min(below_term) - 7.0;
    }

    /// Begins a page where less than `height` is left.
    fn room(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.pages.push(Vec::new());
            self.y = HEIGHT - MARGIN;
        }
    }

    #[allow(clippy::too_many_arguments, reason = "how a paragraph is set")]
    fn wrapped(
        &mut self,
        text: &str,
        font: Font,
        size: f32,
        leading: f32,
        left: f32,
        right: f32,
        color: [f32; 3],
    ) {
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if !line.is_empty() && width(&longer, font, size) > right - left {
                self.line(&line, font, size, left, color);
                self.y -= leading;
                self.room(0.0);
                word.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        self.line(&line, font, size, left, color);
        self.y -= leading;
        self.room(0.0);
    }

    fn line(&mut self, text: &str, font: Font, size: f32, x: f32, color: [f32; 3]) {
        let y = self.y;
        self.page().extend(set(text, font, size, x, y, color));
    }

    fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, color: [f32; 3]) {
        self.page().extend([
            Operation::new("rg", color.map(Object::from).to_vec()),
            Operation::new("re", vec![x.into(), y.into(), width.into(), height.into()]),
            Operation::new("f", vec![]),
        ]);
    }

    fn page(&mut self) -> &mut Vec<Operation> {
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    fn finish(self, source: &TextDocument<'_>) -> Result<Vec<u8>> {
        let mut file = Document::with_version("1.7");
        let root = file.new_object_id();
        let mut font = |name: &str| {
            file.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name,
                "Encoding" => "WinAnsiEncoding",
            })
        };
        let fonts = dictionary! { "F1" => font("Helvetica"), "F2" => font("Helvetica-Bold") };
        let resources = file.add_object(dictionary! { "Font" => fonts });
        let count = self.pages.len();
        let mut kids: Vec<Object> = Vec::new();
        for (number, mut operations) in self.pages.into_iter().enumerate() {
            let foot = format!(
                "{} · {} · {} of {count}",
                source.publisher,
                source.title,
                number + 1
            );
            operations.extend(set(&foot, Font::Regular, 8.5, MARGIN, 44.0, GREY));
            let content = Content { operations }.encode()?;
            let content = file.add_object(Stream::new(dictionary! {}, content));
            let page = dictionary! { "Type" => "Page", "Parent" => root, "Contents" => content };
            kids.push(file.add_object(page).into());
        }
        let pages = dictionary! {
            "Type" => "Pages", "Count" => i64::try_from(count)?, "Kids" => kids,
            "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), WIDTH.into(), HEIGHT.into()],
        };
        file.objects.insert(root, pages.into());
        let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
        let info =
            dictionary! { "Title" => text(source.title), "Author" => text(source.publisher) };
        let info = file.add_object(info);
        file.trailer.set("Root", catalog);
        file.trailer.set("Info", info);
        file.compress();
        let mut bytes = Vec::new();
        file.save_to(&mut bytes)?;
        Ok(bytes)
    }
}

fn set(line: &str, font: Font, size: f32, x: f32, y: f32, color: [f32; 3]) -> [Operation; 6] {
    let name = match font {
        Font::Regular => "F1",
        Font::Bold => "F2",
    };
    [
        Operation::new("BT", vec![]),
        Operation::new("rg", color.map(Object::from).to_vec()),
        Operation::new("Tf", vec![name.into(), size.into()]),
        Operation::new("Td", vec![x.into(), y.into()]),
        Operation::new("Tj", vec![text(line)]),
        Operation::new("ET", vec![]),
    ]
}

/// In the fonts' encoding, which is Latin-1 with a few more signs.
fn text(text: &str) -> Object {
    let bytes = text.chars().map(|c| match c {
        '\u{2013}' => 0x96,
        '\u{2014}' => 0x97,
        '\u{2018}' => 0x91,
        '\u{2019}' => 0x92,
        '\u{201c}' => 0x93,
        '\u{201d}' => 0x94,
        '\u{2022}' => 0x95,
        '\u{2026}' => 0x85,
        other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
    });
    Object::String(bytes.collect(), lopdf::StringFormat::Literal)
}

/// How wide the line is, in points.
fn width(line: &str, font: Font, size: f32) -> f32 {
    let sum: f32 = line.chars().map(|c| f32::from(advance(c))).sum();
    let bold = match font {
        Font::Regular => 1.0,
        Font::Bold => 1.07,
    };
    sum / 1000.0 * size * bold
}

/// Helvetica's advance widths, in thousandths of the size.
fn advance(c: char) -> u16 {
    match c {
        'i' | 'j' | 'l' => 222,
        '\'' => 191,
        '|' => 260,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | 'I' | '[' | ']' | '\\' | 'f' | 't' => 278,
        '(' | ')' | '-' | 'r' | '`' => 333,
        '"' => 355,
        '*' => 389,
        'J' | 'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 500,
        '+' | '<' | '=' | '>' | '~' => 584,
        'F' | 'T' | 'Z' => 611,
        '&' | 'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' => 667,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 722,
        'G' | 'O' | 'Q' => 778,
        'M' | 'm' => 833,
        '%' => 889,
        'W' => 944,
        '@' => 1015,
        '\u{2014}' => 1000,
        _ => 556,
    }
}

/// What a page says, and what the forms say that it shows, as often as it shows them.
pub fn text_of(file: &Document, page: u32) -> Result<String> {
    let id = *file.get_pages().get(&page).context("no such page")?;
    let mut words = file.extract_text(&[page])?;
    let (resources, _) = file.get_page_resources(id)?;
    let forms = resources.and_then(|all| all.get(b"XObject").ok());
    let Some(forms) = forms.and_then(|forms| forms.as_dict().ok()) else {
        return Ok(words);
    };
    for operation in Content::decode(&file.get_page_content(id))?.operations {
        let name = operation
            .operands
            .first()
            .and_then(|name| name.as_name().ok());
        let (true, Some(name)) = (operation.operator == "Do", name) else {
            continue;
        };
        let form = forms.get(name)?.as_reference()?;
        let resources = file.get_object(form)?.as_stream()?.dict.get(b"Resources")?;
        let mut alone = file.clone();
        let dictionary = alone.get_dictionary_mut(id)?;
        dictionary.set("Resources", resources.clone());
        dictionary.set("Contents", form);
        words.push_str(&alone.extract_text(&[page])?);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_pdf_with_its_text_on_as_many_pages_as_it_needs() {
        let blocks: Vec<_> = (0..60)
            .map(|_| Block::Text("Access is reviewed every quarter by the owner of each system."))
            .collect();
        let document = TextDocument {
            title: "Security overview",
            subtitle: "2026",
            publisher: "Example",
            accent: [0.1, 0.3, 0.6],
            blocks: &blocks,
        };
        let bytes = document.to_pdf().unwrap();
        assert!(bytes.starts_with(b"%PDF-1.7"));
        let read = Document::load_mem(&bytes).unwrap();
        assert_eq!(read.get_pages().len(), 3);
        assert!(
            read.extract_text(&[1])
                .unwrap()
                .contains("Security overview")
        );
    }
}
