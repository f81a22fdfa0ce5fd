//! Sets a document: a title page, a table of contents, and its sections with tables and
//! figures.

use std::cell::Cell;

use anyhow::{Context as _, Result};
use krilla::metadata::Metadata;
use krilla::{Document as File, SerializeSettings};
use pdf::{Direction, Fonts, HEIGHT, Pages, PdfError, Style, Text, Typeface, Typesetter, WIDTH};

use crate::sample_documents::text::{Block, parse};
use crate::sample_documents::{COMPANY, Document, charts};

pub(super) type Rgb = [u8; 3];
pub(super) const INK: Rgb = [33, 38, 48];
pub(super) const GREY: Rgb = [97, 105, 117];
pub(super) const LINE: Rgb = [217, 222, 230];
pub(super) const TINT: Rgb = [239, 244, 248];
pub(super) const ACCENT: Rgb = [28, 92, 130];

pub(super) const MARGIN: f32 = 64.0;
pub(super) const ROOM: f32 = WIDTH - 2.0 * MARGIN;
const TOP: f32 = 92.0;
const LAST: f32 = HEIGHT - 84.0;
const FOOT: f32 = HEIGHT - 44.0;
const BODY: f32 = 9.4;
const CELL: f32 = 8.2;
/// From how many sections on a document has a table of contents.
const LONG: usize = 4;

/// A document on its pages so far.
pub(super) struct Layout<'a> {
    pub pages: Pages<'a>,
    /// Where the next line's base goes.
    pub y: f32,
    /// The sections and what stands in them.
    contents: Vec<Entry>,
}

/// A line of the table of contents.
struct Entry {
    title: String,
    page: usize,
    is_section: bool,
}

impl<'a> Layout<'a> {
    /// The document as a PDF.
    pub(super) fn draw(fonts: &'a Fonts, document: &Document) -> Result<Vec<u8>> {
        let blocks = parse(document.text);
        let sections = blocks
            .iter()
            .filter(|block| matches!(block, Block::Section(_)));
        let is_long = sections.count() >= LONG;
        let mut layout = Self {
            pages: Pages::new(Typesetter::new(fonts)),
            y: TOP,
            contents: Vec::new(),
        };
        layout.title(document, is_long);
        if is_long {
            layout.turn();
        }
        for block in &blocks {
            layout.block(block, is_long)?;
        }
        if is_long {
            layout.table_of_contents();
        }
        layout.foot(document);
        let mut file: File = layout.pages.draw(SerializeSettings::default());
        let metadata = Metadata::new()
            .title(document.title.to_owned())
            .authors(vec![COMPANY.to_owned()])
            .language("en".to_owned());
        file.set_metadata(metadata);
        PdfError::finish(file).context("the pages can't be drawn")
    }

    /// On a page of its own, or at the head of the first one.
    fn title(&mut self, document: &Document, is_long: bool) {
        let start = if is_long { 250.0 } else { TOP };
        let band = if is_long { 180.0 } else { 12.0 };
        self.pages.bar([0.0, 0.0, WIDTH, band], ACCENT);
        let title = self.set(document.title, Typeface::Bold, 25.0, INK, ROOM);
        let below = start + title.height() + 4.0;
        self.pages.heading(title, MARGIN, start);
        let subtitle = self.set(document.subtitle, Typeface::Regular, 11.5, GREY, ROOM);
        self.y = below + subtitle.height() + 14.0;
        self.pages.paragraph(subtitle, MARGIN, below);
        if is_long {
            self.pages.bar([MARGIN, self.y, 48.0, 4.0], ACCENT);
            self.y += 44.0;
            self.paragraph(COMPANY, BODY + 1.0);
            self.paragraph(
                "Confidential. For the recipient’s own assessment, under the agreement by which \
                 it was shared. This is a document of a fictional company, made for a \
                 demonstration.",
                BODY,
            );
        }
    }

    fn block(&mut self, block: &Block<'_>, is_long: bool) -> Result<()> {
        match block {
            Block::Section(title) => self.section(title, is_long),
            Block::Heading(title) => {
                // Never the last line of a page: what it heads begins below it.
                self.keep(78.0);
                self.y += 8.0;
                let text = self.set(title, Typeface::Bold, 11.0, INK, ROOM);
                let height = text.height();
                self.pages.subheading(text, MARGIN, self.y);
                self.y += height + 4.0;
                self.enter(title, false);
            }
            Block::Paragraph(words) => self.paragraph(words, BODY),
            Block::Bullet(words) => self.bullet(words),
            Block::Note(words) => self.note(words),
            Block::Table(widths, rows) => self.table(widths, rows),
            Block::Figure(kind, title, parts) => charts::draw(self, *kind, title, parts)?,
        }
        Ok(())
    }

    fn section(&mut self, title: &str, is_long: bool) {
        if is_long {
            self.turn();
            self.enter(title, true);
        } else {
            self.keep(110.0);
            self.y += 14.0;
        }
        let size = if is_long { 17.0 } else { 13.0 };
        let text = self.set(title, Typeface::Bold, size, ACCENT, ROOM);
        let height = text.height();
        self.pages.subheading(text, MARGIN, self.y);
        self.y += height + if is_long { 10.0 } else { 2.0 };
    }

    pub(super) fn paragraph(&mut self, words: &str, size: f32) {
        let text = self.set(words, Typeface::Regular, size, INK, ROOM);
        let height = text.height();
        self.keep(height - size);
        self.pages.paragraph(text, MARGIN, self.y);
        self.y += height + 6.0;
    }

    fn bullet(&mut self, words: &str) {
        let text = self.set(words, Typeface::Regular, BODY, INK, ROOM - 16.0);
        let height = text.height();
        self.keep(height - BODY);
        self.pages
            .bar([MARGIN + 3.0, self.y - 5.0, 3.6, 3.6], ACCENT);
        self.pages.paragraph(text, MARGIN + 16.0, self.y);
        self.y += height + 3.0;
    }

    fn note(&mut self, words: &str) {
        let text = self.set(words, Typeface::Regular, BODY, INK, ROOM - 32.0);
        let height = text.height();
        self.keep(height + 24.0);
        let top = self.y - 6.0;
        self.pages.bar([MARGIN, top, ROOM, height + 16.0], TINT);
        self.pages.bar([MARGIN, top, 3.0, height + 16.0], ACCENT);
        self.pages.paragraph(text, MARGIN + 16.0, self.y + 12.0);
        self.y += height + 28.0;
    }

    fn table(&mut self, widths: &[f32], rows: &[Vec<&str>]) {
        let Some((head, rows)) = rows.split_first() else {
            return;
        };
        self.keep(76.0);
        self.y += 6.0;
        self.row(widths, head, true);
        for row in rows {
            if self.lacks(self.height(widths, row)) {
                self.turn();
                self.row(widths, head, true);
            }
            self.row(widths, row, false);
        }
        self.y += 12.0;
    }

    fn cells(&mut self, widths: &[f32], row: &[&str], is_head: bool) -> Vec<(Text, f32)> {
        let mut x = MARGIN;
        let mut cells = Vec::new();
        for (number, (words, width)) in row.iter().zip(widths).enumerate() {
            let width = width * ROOM / 100.0;
            let is_bold = is_head || number == 0;
            let typeface = if is_bold {
                Typeface::Bold
            } else {
                Typeface::Regular
            };
            let colour = if is_head { ACCENT } else { INK };
            let text = self.set(words, typeface, CELL, colour, width - 12.0);
            cells.push((text, x + 4.0));
            x += width;
        }
        cells
    }

    /// About as high as the row will be: letters are as wide as usual.
    fn height(&self, widths: &[f32], row: &[&str]) -> f32 {
        let lines = row.iter().zip(widths).map(|(words, width)| {
            let fit = (width * ROOM / 100.0 - 12.0) / (CELL * 0.6);
            (words.chars().count() as f32 / fit).ceil()
        });
        lines.fold(1.0, f32::max) * CELL * 1.45 + 10.0
    }

    fn row(&mut self, widths: &[f32], row: &[&str], is_head: bool) {
        let cells = self.cells(widths, row, is_head);
        let heights = cells.iter().map(|(text, _)| text.height());
        let height = heights.fold(0.0, f32::max);
        let top = self.y - 13.0;
        if is_head {
            self.pages.bar([MARGIN, top, ROOM, height + 9.0], TINT);
        }
        self.pages.bar([MARGIN, top, ROOM, 0.6], LINE);
        let mut cells = cells.into_iter();
        if let Some(first) = cells.next() {
            self.pages.wide_row(first, cells, self.y);
        }
        self.y += height + 9.0;
    }

    fn table_of_contents(&mut self) {
        self.pages.back_to(1);
        self.y = TOP;
        let text = self.set("Contents", Typeface::Bold, 17.0, ACCENT, ROOM);
        self.pages.subheading(text, MARGIN, self.y);
        self.y += 26.0;
        for entry in std::mem::take(&mut self.contents) {
            let (x, size, step, colour) = if entry.is_section {
                self.y += 6.0;
                (MARGIN, BODY, 14.5, INK)
            } else {
                (MARGIN + 14.0, CELL, 12.4, GREY)
            };
            let term = self.set(&entry.title, Typeface::Regular, size, colour, ROOM - 50.0);
            let page = entry.page.to_string();
            let page = self.set(&page, Typeface::Regular, size, colour, ROOM);
            let right = MARGIN + ROOM - page.width();
            self.pages.row((term, x), (page, right), self.y);
            self.y += step;
        }
    }

    fn enter(&mut self, title: &str, is_section: bool) {
        self.contents.push(Entry {
            title: title.to_owned(),
            page: self.pages.count(),
            is_section,
        });
    }

    fn foot(&mut self, document: &Document) {
        let (page, count) = (Cell::new(0), self.pages.count());
        let words = |page| format!("{COMPANY} · {} · Page {page} of {count}", document.title);
        self.pages.foot(MARGIN, FOOT, |typesetter| {
            page.set(page.get() + 1);
            typesetter.set(
                &words(page.get()),
                style(Typeface::Regular, 7.8, GREY),
                Some(ROOM),
            )
        });
    }

    /// Begins a page where less than that is left on this one.
    pub(super) fn keep(&mut self, height: f32) {
        if self.lacks(height) {
            self.turn();
        }
    }

    fn lacks(&self, height: f32) -> bool {
        self.y + height > LAST
    }

    fn turn(&mut self) {
        self.pages.turn();
        self.y = TOP;
    }

    pub(super) fn set(
        &mut self,
        words: &str,
        typeface: Typeface,
        size: f32,
        colour: Rgb,
        room: f32,
    ) -> Text {
        let style = style(typeface, size, colour);
        self.pages.typesetter.set(words, style, Some(room))
    }
}

fn style(typeface: Typeface, size: f32, colour: Rgb) -> Style {
    Style {
        typeface,
        size,
        colour,
        direction: Direction::LeftToRight,
    }
}
