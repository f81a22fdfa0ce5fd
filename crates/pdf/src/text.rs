//! A text that is shaped and broken into lines, ready to be drawn.

use std::borrow::Cow;
use std::ops::Range;

use krilla::color::rgb;
use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use parley::layout::{Alignment, Glyph, Run};
use parley::style::{
    FontFamily, FontFamilyName, FontStyle, FontWeight, LineHeight, OverflowWrap, StyleProperty,
};
use parley::{AlignmentOptions, BaseDirection, Layout, LayoutContext};

use super::fonts::{Fonts, SANS, SERIF};
use super::readable::{code_point, is_silent, readable};

/// A line's height, in its font sizes.
const LINE: f32 = 1.45;

/// The faces that texts are set in. For a script that they lack, [`Fonts`] is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Typeface {
    /// DejaVu Sans.
    Regular,
    /// DejaVu Sans in bold, for headings.
    Bold,
    /// DejaVu Serif in italics, for a signature.
    Italic,
}

/// Which way a paragraph's words run. Its lines begin on the left either way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From left to right: an English paragraph, even if the names in it aren't.
    LeftToRight,
    /// As its own first letter says.
    ByItself,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The face of all its letters.
    pub typeface: Typeface,
    /// The font's size, in points.
    pub size: f32,
    /// Red, green and blue of sRGB, each from 0 to 255.
    pub colour: [u8; 3],
    /// Which way its words run.
    pub direction: Direction,
}

/// Sets the texts of one document.
pub struct Typesetter<'a> {
    fonts: &'a Fonts,
    layouts: LayoutContext<()>,
    /// Whether a text so far had signs that are written as their code points.
    pub replaced: bool,
}

/// A text in its lines.
pub struct Text {
    fonts: Fonts,
    words: String,
    layout: Layout<()>,
    colour: [u8; 3],
}

impl<'a> Typesetter<'a> {
    /// One that has set no text yet.
    pub fn new(fonts: &'a Fonts) -> Self {
        Self {
            fonts,
            layouts: LayoutContext::new(),
            replaced: false,
        }
    }

    /// Breaks the text where a line would be wider than `room`, in points. A sign that
    /// no font has is written as its code point.
    pub fn set(&mut self, text: &str, style: Style, room: Option<f32>) -> Text {
        let (words, replaced) = readable(text);
        self.replaced |= replaced;
        let layout = self.layout(&words, style, room);
        let gaps = gaps(&layout);
        if gaps.is_empty() {
            return self.text(words, layout, style);
        }
        let words = without(&words, &gaps);
        self.replaced = true;
        let layout = self.layout(&words, style, room);
        self.text(words, layout, style)
    }

    fn text(&self, words: String, layout: Layout<()>, style: Style) -> Text {
        Text {
            fonts: self.fonts.clone(),
            words,
            layout,
            colour: style.colour,
        }
    }

    fn layout(&mut self, words: &str, style: Style, room: Option<f32>) -> Layout<()> {
        let (mut context, more) = self.fonts.context_for(words);
        let (first, weight, slant) = match style.typeface {
            Typeface::Regular => (SANS, FontWeight::NORMAL, FontStyle::Normal),
            Typeface::Bold => (SANS, FontWeight::BOLD, FontStyle::Normal),
            Typeface::Italic => (SERIF, FontWeight::NORMAL, FontStyle::Italic),
        };
        let families: Vec<_> = [first, SANS]
            .into_iter()
            .chain(more.iter().map(String::as_str))
            .map(FontFamilyName::named)
            .collect();
        let mut builder = self.layouts.ranged_builder(&mut context, words, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(
            families,
        ))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(weight));
        builder.push_default(StyleProperty::FontStyle(slant));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(
            LINE,
        )));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.set_base_direction(match style.direction {
            Direction::LeftToRight => BaseDirection::Ltr,
            Direction::ByItself => BaseDirection::Auto,
        });
        let mut layout = builder.build(words);
        layout.break_all_lines(room);
        layout.align(Alignment::Left, AlignmentOptions::default());
        layout
    }
}

impl Text {
    /// What is drawn.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Of the widest line, in points.
    pub fn width(&self) -> f32 {
        self.layout.width()
    }

    /// How many lines the text was broken into.
    pub fn lines(&self) -> usize {
        self.layout.len()
    }

    /// Of all lines, in points.
    pub fn height(&self) -> f32 {
        self.layout.height()
    }

    /// Draws it with the first line's base at `y`, counted from the top.
    pub fn draw(&self, surface: &mut Surface<'_>, x: f32, y: f32) {
        let [red, green, blue] = self.colour;
        surface.set_fill(Some(Fill {
            paint: rgb::Color::new(red, green, blue).into(),
            ..Fill::default()
        }));
        let first = self.layout.first_baseline().unwrap_or_default();
        for line in self.layout.lines() {
            let metrics = line.metrics();
            let mut at = Point::from_xy(x + metrics.offset, y - first + metrics.baseline);
            for run in line.runs() {
                if let Some(font) = self.fonts.opened(run.font(), run.synthesis()) {
                    let glyphs = glyphs(&run);
                    let size = run.font_size();
                    surface.draw_glyphs(at, &glyphs, font, &self.words, size, false);
                }
                at.x += run.advance();
            }
        }
    }
}

/// A run's glyphs as they stand from left to right, each with the part of the text that
/// it stands for. A ligature stands for all of its letters.
fn glyphs(run: &Run<'_, ()>) -> Vec<KrillaGlyph> {
    let mut clusters: Vec<(Range<usize>, Vec<Glyph>)> = Vec::new();
    for cluster in run.clusters() {
        let own = cluster.glyphs();
        match clusters.last_mut() {
            Some((range, glyphs)) if cluster.is_ligature_continuation() => {
                range.end = range.end.max(cluster.text_range().end);
                glyphs.extend(own);
            }
            _ => clusters.push((cluster.text_range(), own.collect())),
        }
    }
    if run.is_rtl() {
        clusters.reverse();
    }
    let size = run.font_size();
    let placed = clusters.into_iter().flat_map(|(range, glyphs)| {
        glyphs.into_iter().map(move |glyph| {
            KrillaGlyph::new(
                GlyphId::new(glyph.id),
                glyph.advance / size,
                glyph.x / size,
                glyph.y / size,
                0.0,
                range.clone(),
                None,
            )
        })
    });
    placed.collect()
}

/// The parts of the text for which no font has a glyph.
fn gaps(layout: &Layout<()>) -> Vec<Range<usize>> {
    let runs = layout.lines().flat_map(|line| line.runs());
    let mut gaps: Vec<_> = runs
        .flat_map(|run| {
            let missing = glyphs(&run).into_iter();
            let missing = missing.filter(|glyph| glyph.glyph_id.to_u32() == 0);
            missing.map(|glyph| glyph.text_range).collect::<Vec<_>>()
        })
        .collect();
    gaps.sort_by_key(|gap| gap.start);
    gaps.dedup();
    gaps
}

/// The text with code points instead of these parts.
fn without(words: &str, gaps: &[Range<usize>]) -> String {
    let mut written = String::with_capacity(words.len() * 2);
    for (at, c) in words.char_indices() {
        if !gaps.iter().any(|gap| gap.contains(&at)) {
            written.push(c);
        } else if !is_silent(c) {
            written.push_str(&code_point(c));
        }
    }
    written
}
