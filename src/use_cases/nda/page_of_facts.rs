//! What stands on the certificate's pages, and where.

use domain::content::colour::Colour;
use pdf::{Direction, HEIGHT, Pages, Style, Text, Typeface, WIDTH};

const MARGIN: f32 = 64.0;
const RIGHT: f32 = WIDTH - MARGIN;
const ROOM: f32 = RIGHT - MARGIN;
/// How wide the terms are.
const TERM: f32 = 114.0;
/// Where the first line of a page stands, and how far down the others may.
const TOP: f32 = 98.0;
const LAST: f32 = HEIGHT - 84.0;
const FOOT: f32 = HEIGHT - 44.0;

/// The sizes of the name above the line: the first in which it fits on one, else the last.
const SIGNED: [f32; 5] = [30.0, 26.0, 22.0, 18.0, 15.0];
/// Of the table, in which a SHA-256 fits on a line.
const ROWS: f32 = 8.8;

type Rgb = [u8; 3];
const INK: Rgb = [33, 38, 48];
const GREY: Rgb = [97, 105, 117];
const LINE: Rgb = [217, 222, 230];

/// What stands on the pages, from top to bottom.
pub(super) struct Facts<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// The name above the line.
    pub signed: &'a str,
    pub below: &'a str,
    pub rows: &'a [(&'static str, String)],
    pub closing: &'a str,
    /// What is added where a sign is written as its code point.
    pub replaced: &'a str,
    pub foot: &'a str,
    pub accent: Option<Colour>,
}

impl Facts<'_> {
    /// Lays everything out, on a second page where the first is full.
    pub(super) fn put_on(&self, pages: &mut Pages<'_>) {
        let accent = self.accent.map_or(INK, Colour::parts);
        pages.bar([MARGIN, 39.0, 48.0, 5.0], accent);
        let title = set(pages, self.title, Typeface::Bold, 25.0, INK);
        let mut y = TOP + title.height() - 10.0;
        pages.heading(title, MARGIN, TOP);
        y = paragraph(pages, self.subtitle, 12.0, y) + 44.0;
        y = self.signature(pages, y, accent);
        y = paragraph(pages, self.below, 10.0, y) + 26.0;
        for (term, value) in self.rows {
            y = row(pages, term, value, y);
        }
        pages.bar([MARGIN, y - 13.6, ROOM, 0.6], LINE);
        y += 14.0;
        let mut closing = self.closing.to_owned();
        if pages.typesetter.replaced {
            closing = format!("{closing} {}", self.replaced);
        }
        let closing = set(pages, &closing, Typeface::Regular, 9.0, GREY);
        y = turned(pages, y, closing.height());
        pages.paragraph(closing, MARGIN, y);
        pages.foot(MARGIN, FOOT, |typesetter| {
            let style = english(Typeface::Regular, 8.5, GREY);
            typesetter.set(self.foot, style, Some(ROOM))
        });
    }

    /// The name as it was typed, on a line as if signed by hand.
    fn signature(&self, pages: &mut Pages<'_>, y: f32, accent: Rgb) -> f32 {
        let mut name = None;
        for size in SIGNED {
            let style = Style {
                direction: Direction::ByItself,
                ..english(Typeface::Italic, size, INK)
            };
            let text = pages.typesetter.set(self.signed, style, Some(ROOM));
            let fits = text.lines() <= 1;
            name = Some((text, size));
            if fits {
                break;
            }
        }
        let Some((name, size)) = name else {
            return y;
        };
        let last = y + name.height() - size * 1.45;
        pages.paragraph(name, MARGIN, y);
        let line = last + 16.0;
        pages.bar([MARGIN, line, ROOM, 1.0], accent);
        line + 19.0
    }
}

fn english(typeface: Typeface, size: f32, colour: Rgb) -> Style {
    Style {
        typeface,
        size,
        colour,
        direction: Direction::LeftToRight,
    }
}

fn set(pages: &mut Pages<'_>, text: &str, typeface: Typeface, size: f32, colour: Rgb) -> Text {
    let style = english(typeface, size, colour);
    pages.typesetter.set(text, style, Some(ROOM))
}

fn paragraph(pages: &mut Pages<'_>, words: &str, size: f32, y: f32) -> f32 {
    let text = set(pages, words, Typeface::Regular, size, GREY);
    let next = y + text.height();
    pages.paragraph(text, MARGIN, y);
    next
}

/// A term and its value under a line; answers where the next row's base is.
fn row(pages: &mut Pages<'_>, term: &str, value: &str, y: f32) -> f32 {
    let head = pages
        .typesetter
        .set(term, english(Typeface::Bold, ROWS, INK), Some(TERM - 8.0));
    let style = Style {
        direction: Direction::ByItself,
        ..english(Typeface::Regular, ROWS, INK)
    };
    let value = pages.typesetter.set(value, style, Some(ROOM - TERM));
    let height = head.height().max(value.height());
    let y = turned(pages, y, height);
    pages.bar([MARGIN, y - 13.6, ROOM, 0.6], LINE);
    pages.row((head, MARGIN), (value, MARGIN + TERM), y);
    y + height + 8.0
}

/// Where something of that height goes: here, or at the top of the next page.
fn turned(pages: &mut Pages<'_>, y: f32, height: f32) -> f32 {
    if y + height <= LAST {
        return y;
    }
    pages.turn();
    TOP
}
