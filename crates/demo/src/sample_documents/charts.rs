//! Charts and diagrams, drawn of rectangles and words.

use anyhow::{Context as _, Result};
use pdf::Typeface;

use crate::sample_documents::layout::{ACCENT, GREY, INK, LINE, Layout, MARGIN, ROOM, TINT};
use crate::sample_documents::text::Kind;

const WORDS: f32 = 8.0;
/// How high columns can be.
const HEIGHT: f32 = 120.0;
const BAR: f32 = 13.0;
const BOX: f32 = 30.0;

pub(super) fn draw(layout: &mut Layout<'_>, kind: Kind, title: &str, parts: &[&str]) -> Result<()> {
    let rows = parts.len().saturating_sub(1) as f32;
    layout.keep(match kind {
        Kind::Columns => HEIGHT + 76.0,
        Kind::Bars => rows * (BAR + 8.0) + 66.0,
        Kind::Layers => rows * (BOX + 40.0) + 110.0,
    });
    layout.y += 6.0;
    let text = layout.set(title, Typeface::Bold, WORDS + 0.4, INK, ROOM);
    let height = text.height();
    layout.pages.paragraph(text, MARGIN, layout.y);
    layout.y += height + 2.0;
    match kind {
        Kind::Columns => columns(layout, parts)?,
        Kind::Bars => bars(layout, parts)?,
        Kind::Layers => layers(layout, parts),
    }
    Ok(())
}

/// A name and its value, which is the last word.
fn named(part: &str) -> Result<(&str, f32)> {
    let (name, value) = part.rsplit_once(' ').unwrap_or(("", part));
    let value = value.parse();
    Ok((
        name,
        value.with_context(|| format!("`{part}` has no value"))?,
    ))
}

fn columns(layout: &mut Layout<'_>, parts: &[&str]) -> Result<()> {
    let (range, parts) = parts.split_first().context("columns without a range")?;
    let (least, most) = range.split_once(' ').context("a range of one value")?;
    let (least, most): (f32, f32) = (least.parse()?, most.parse()?);
    let (top, left) = (layout.y + 8.0, MARGIN + 44.0);
    let step = (ROOM - 44.0) / parts.len().max(1) as f32;
    for fifth in 0..=4_u8 {
        let share = f32::from(fifth) / 4.0;
        let y = top + HEIGHT * (1.0 - share);
        layout.pages.bar([left, y, ROOM - 44.0, 0.5], LINE);
        let value = least + (most - least) * share;
        let digits = if most - least < 5.0 { 2 } else { 0 };
        let words = format!("{value:.digits$}");
        let text = layout.set(&words, Typeface::Regular, WORDS - 1.0, GREY, 42.0);
        let x = left - 6.0 - text.width();
        layout.pages.paragraph(text, x, y + 3.0);
    }
    for (number, part) in parts.iter().enumerate() {
        let (name, value) = named(part)?;
        let share = ((value - least) / (most - least)).clamp(0.0, 1.0);
        let x = left + step * number as f32;
        let height = HEIGHT * share;
        let place = [x + step * 0.2, top + HEIGHT - height, step * 0.6, height];
        layout.pages.bar(place, ACCENT);
        let text = layout.set(name, Typeface::Regular, WORDS - 1.0, GREY, step);
        let x = x + (step - text.width()) / 2.0;
        layout.pages.paragraph(text, x, top + HEIGHT + 13.0);
    }
    layout.y = top + HEIGHT + 38.0;
    Ok(())
}

fn bars(layout: &mut Layout<'_>, parts: &[&str]) -> Result<()> {
    let (scale, parts) = parts.split_first().context("bars without a scale")?;
    let (whole, about) = scale.split_once(' ').unwrap_or((scale, ""));
    let whole: f32 = whole.parse()?;
    let (left, room) = (MARGIN + 130.0, ROOM - 180.0);
    for part in parts {
        let (name, value) = named(part)?;
        let text = layout.set(name, Typeface::Regular, WORDS, INK, 124.0);
        layout.pages.paragraph(text, MARGIN, layout.y + 9.5);
        layout.pages.bar([left, layout.y, room, BAR], TINT);
        let width = room * (value / whole).clamp(0.0, 1.0);
        layout.pages.bar([left, layout.y, width, BAR], ACCENT);
        let text = layout.set(&value.to_string(), Typeface::Bold, WORDS, INK, 44.0);
        layout
            .pages
            .paragraph(text, left + room + 8.0, layout.y + 9.5);
        layout.y += BAR + 8.0;
    }
    if !about.is_empty() {
        let text = layout.set(about, Typeface::Regular, WORDS - 0.6, GREY, room);
        layout.pages.paragraph(text, left, layout.y + 6.0);
        layout.y += 12.0;
    }
    layout.y += 18.0;
    Ok(())
}

fn layers(layout: &mut Layout<'_>, parts: &[&str]) {
    for (number, part) in parts.iter().enumerate() {
        let boxes: Vec<_> = part.split(';').map(str::trim).collect();
        layout.pages.bar([MARGIN, layout.y, ROOM, BOX + 16.0], TINT);
        let gap = 10.0;
        let width = (ROOM - gap) / boxes.len().max(1) as f32 - gap;
        for (place, words) in boxes.iter().enumerate() {
            let x = MARGIN + gap + (width + gap) * place as f32;
            let y = layout.y + 8.0;
            layout.pages.bar([x, y, width, BOX], ACCENT);
            layout
                .pages
                .bar([x + 1.0, y + 1.0, width - 2.0, BOX - 2.0], [255; 3]);
            let text = layout.set(words, Typeface::Regular, WORDS - 0.6, INK, width - 8.0);
            let at = x + (width - text.width()) / 2.0;
            let base = y + BOX / 2.0 + 2.6 - (text.height() - (WORDS - 0.6) * 1.45) / 2.0;
            layout.pages.paragraph(text, at, base);
        }
        layout.y += BOX + 16.0;
        if number + 1 < parts.len() {
            let text = layout.set("▼", Typeface::Regular, 9.0, ACCENT, ROOM);
            let x = MARGIN + (ROOM - text.width()) / 2.0;
            layout.pages.paragraph(text, x, layout.y + 14.0);
            layout.y += 20.0;
        }
    }
    layout.y += 26.0;
}
