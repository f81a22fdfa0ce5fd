//! PDFs that bear on every page for whom they were made.

use std::io::Write;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};
use pdf::stamp;

use super::FilesError;
use super::limits::{INFLATED, PAGE_TREE};

/// The names of what a page gets. No other program chooses the same.
const LINE: &str = "GatehouseMarkLine";
const FAINT: &str = "GatehouseMarkFaint";
const SOLID: &str = "GatehouseMarkSolid";

/// Writes the same document with the line of `stamp` at the foot of every page, and
/// faintly across it. The same input gives the same bytes, so that parts of it fit
/// together.
///
/// # Errors
/// The PDF is encrypted, has no pages, or a page that can't be read.
pub(super) fn mark(pdf: &[u8], stamp: &[u8], mut to: impl Write) -> Result<(), FilesError> {
    let options = LoadOptions::with_max_decompressed_size(INFLATED);
    let mut file = Document::load_mem_with_options(pdf, options).map_err(unreadable)?;
    if file.is_encrypted() || file.was_encrypted() {
        return Err(refused("it is encrypted"));
    }
    let pages: Vec<_> = file.get_pages().into_values().collect();
    if pages.is_empty() {
        return Err(refused("it has no pages"));
    }
    let shared = Shared::add_to(&mut file, stamp)?;
    for page in pages {
        mark_page(&mut file, page, shared)?;
    }
    file.save_to(&mut to)
        .map_err(|error| refused(&error.to_string()))
}

/// What all pages refer to.
#[derive(Clone, Copy)]
struct Shared {
    line: ObjectId,
    /// Of the line, in its font sizes.
    width: f32,
    faint: ObjectId,
    solid: ObjectId,
}

impl Shared {
    fn add_to(file: &mut Document, stamp: &[u8]) -> Result<Self, FilesError> {
        let (line, width) = add_line(file, stamp)?;
        let mut alpha = |value: f32| {
            file.add_object(dictionary! {
                "Type" => "ExtGState", "ca" => value, "BM" => "Normal", "SMask" => "None",
            })
        };
        Ok(Self {
            line,
            width,
            faint: alpha(0.09),
            solid: alpha(0.75),
        })
    }
}

/// Takes the stamp's page over as a form that pages can show; answers how wide its line
/// is, too.
fn add_line(file: &mut Document, stamp: &[u8]) -> Result<(ObjectId, f32), FilesError> {
    let mut stamp = Document::load_mem(stamp).map_err(unreadable)?;
    stamp.renumber_objects_with(file.max_id + 1);
    let page = stamp.get_pages().into_values().next();
    let page = page.ok_or_else(|| refused("its mark is empty"))?;
    let place = rectangle(&stamp, inherited(&stamp, page, b"MediaBox"));
    let [x0, y0, x1, y1] = place.ok_or_else(|| refused("its mark has no size"))?;
    let resources = inherited(&stamp, page, b"Resources").cloned();
    let content = stamp.get_page_contents(page).into_iter().next();
    let content = content.ok_or_else(|| refused("its mark is empty"))?;
    let mut form = stamp
        .get_object(content)
        .and_then(Object::as_stream)
        .map_err(unreadable)?
        .clone();
    form.dict.set("Type", "XObject");
    form.dict.set("Subtype", "Form");
    form.dict
        .set("BBox", vec![x0.into(), y0.into(), x1.into(), y1.into()]);
    form.dict.set(
        "Resources",
        resources.unwrap_or_else(|| Dictionary::new().into()),
    );
    let form = stamp.add_object(form);
    // Nothing but the form and what it refers to is taken over.
    stamp.trailer = dictionary! { "Root" => form };
    stamp.prune_objects();
    file.max_id = stamp.max_id;
    file.objects.extend(stamp.objects);
    Ok((form, (x1 - x0 - 2.0 * stamp::MARGIN) / stamp::SIZE))
}

fn mark_page(file: &mut Document, page: ObjectId, shared: Shared) -> Result<(), FilesError> {
    let (before, after) = around(
        &file
            .get_page_content_with_limit(page, INFLATED)
            .map_err(unreadable)?,
    )?;
    let sheet = Sheet::from_page(file, page)?;
    let resources = resources(file, page, shared);
    let before = file.add_object(Stream::new(dictionary! {}, before.into_bytes()));
    let mut after = after.into_bytes();
    after.extend(sheet.marks(shared.width).into_bytes());
    let after = file.add_object(Stream::new(dictionary! {}, after));
    let mut contents = vec![Object::Reference(before)];
    let own = file.get_page_contents(page);
    contents.extend(own.into_iter().map(Object::Reference));
    contents.push(Object::Reference(after));
    let page = file.get_dictionary_mut(page).map_err(unreadable)?;
    page.set("Contents", contents);
    page.set("Resources", resources);
    Ok(())
}

/// What to put before and after a page's own content, so that the marks are set in
/// the state the page began with, however many `q` and `Q` it has too many.
fn around(content: &[u8]) -> Result<(String, String), FilesError> {
    let content = Content::decode(content).map_err(unreadable)?;
    let (mut depth, mut lowest) = (0i64, 0i64);
    for operation in &content.operations {
        match operation.operator.as_str() {
            "q" => depth += 1,
            "Q" => depth -= 1,
            _ => {}
        }
        lowest = lowest.min(depth);
    }
    let saved = usize::try_from(1 - lowest).unwrap_or(1);
    let open = usize::try_from(1 - lowest + depth).unwrap_or(1);
    Ok(("q\n".repeat(saved), format!("\n{}", "Q\n".repeat(open))))
}

/// A page as it is looked at: turned, and cut to its visible part.
struct Sheet {
    width: f32,
    height: f32,
    /// From the sheet's coordinates to the page's.
    matrix: [f32; 6],
}

impl Sheet {
    fn from_page(file: &Document, page: ObjectId) -> Result<Self, FilesError> {
        let media = rectangle(file, inherited(file, page, b"MediaBox"));
        let media = media.ok_or_else(|| refused("a page has no size"))?;
        let cut = rectangle(file, inherited(file, page, b"CropBox"));
        let [x0, y0, x1, y1] = cut.map_or(media, |cut| within(cut, media));
        let turn = inherited(file, page, b"Rotate")
            .and_then(|turn| number(file, turn))
            .unwrap_or(0.0);
        let (width, height) = (x1 - x0, y1 - y0);
        let (width, height, matrix) = match whole_degrees(turn) {
            90 => (height, width, [0.0, 1.0, -1.0, 0.0, x1, y0]),
            180 => (width, height, [-1.0, 0.0, 0.0, -1.0, x1, y1]),
            270 => (height, width, [0.0, -1.0, 1.0, 0.0, x0, y1]),
            _ => (width, height, [1.0, 0.0, 0.0, 1.0, x0, y0]),
        };
        Ok(Self {
            width,
            height,
            matrix,
        })
    }

    /// The line at the foot on a light ground, and the same large and faint from
    /// corner to corner. `unit` is its width in font sizes.
    fn marks(&self, unit: f32) -> String {
        let [a, b, c, d, e, f] = self.matrix;
        let unit = unit.max(1.0);
        let small = (0.9 * self.width / unit).min(8.0);
        let wide = unit * small;
        let left = (self.width - wide) / 2.0;
        let foot = 3.0 + small * 0.75;
        let across = self.width.hypot(self.height);
        let large = (0.72 * across / unit).min(self.width.min(self.height) / 6.0);
        let (sine, cosine) = (self.height / across, self.width / across);
        let half = unit * large / 2.0;
        let (x, y) = (
            self.width / 2.0 - half * cosine + large * 0.35 * sine,
            self.height / 2.0 - half * sine - large * 0.35 * cosine,
        );
        let ground = (left - 4.0, foot - small * 0.35, wide + 8.0, small * 1.3);
        format!(
            "q {a} {b} {c} {d} {e} {f} cm\n\
             q /{FAINT} gs {} Q\n\
             q /{SOLID} gs 1 1 1 rg {} {} {} {} re f {} Q\nQ\n",
            line(large, [cosine, sine], [x, y]),
            ground.0,
            ground.1,
            ground.2,
            ground.3,
            line(small, [1.0, 0.0], [left, foot]),
        )
    }
}

/// Shows the line in that font size, running that way, with its base beginning there.
fn line(size: f32, [cosine, sine]: [f32; 2], [x, y]: [f32; 2]) -> String {
    let scale = size / stamp::SIZE;
    let (cosine, sine) = (cosine * scale, sine * scale);
    let (right, up) = (stamp::MARGIN, stamp::BASE);
    let x = x - right * cosine + up * sine;
    let y = y - right * sine - up * cosine;
    format!("{cosine} {sine} {} {cosine} {x} {y} cm /{LINE} Do", -sine)
}

/// A dictionary of the page's own, with what it had, shared or inherited, and
/// what the marks need.
fn resources(file: &Document, page: ObjectId, shared: Shared) -> Dictionary {
    let had = inherited(file, page, b"Resources");
    let mut all = had.map_or_else(Dictionary::new, |had| dictionary(file, had));
    for (kind, entries) in [
        ("XObject", vec![(LINE, shared.line)]),
        (
            "ExtGState",
            vec![(FAINT, shared.faint), (SOLID, shared.solid)],
        ),
    ] {
        let had = all.get(kind.as_bytes()).ok();
        let mut group = had.map_or_else(Dictionary::new, |had| dictionary(file, had));
        for (name, id) in entries {
            group.set(name, Object::Reference(id));
        }
        all.set(kind, group);
    }
    all
}

/// A page's value, or that of the nearest of its ancestors that has one.
fn inherited<'a>(file: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = file.get_dictionary(page).ok()?;
    for _ in 0..PAGE_TREE {
        if let Ok(value) = node.get(key) {
            return Some(value);
        }
        let parent = node.get(b"Parent").ok()?.as_reference().ok()?;
        node = file.get_dictionary(parent).ok()?;
    }
    None
}

fn dictionary(file: &Document, object: &Object) -> Dictionary {
    let found = file.dereference(object).map(|(_, object)| object);
    let found = found.and_then(Object::as_dict);
    found.cloned().unwrap_or_default()
}

fn number(file: &Document, object: &Object) -> Option<f32> {
    file.dereference(object).ok()?.1.as_float().ok()
}

/// The corners, lower left first, whichever two were given.
fn rectangle(file: &Document, object: Option<&Object>) -> Option<[f32; 4]> {
    let (_, object) = file.dereference(object?).ok()?;
    let corners = object.as_array().ok()?;
    let [x0, y0, x1, y1] = corners
        .iter()
        .map(|corner| number(file, corner))
        .collect::<Option<Vec<_>>>()?
        .try_into()
        .ok()?;
    let sorted = [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)];
    (sorted[0] < sorted[2] && sorted[1] < sorted[3]).then_some(sorted)
}

/// What of `cut` lies within `media`; all of `media` where that is nothing.
fn within(cut: [f32; 4], media: [f32; 4]) -> [f32; 4] {
    let inner = [
        cut[0].max(media[0]),
        cut[1].max(media[1]),
        cut[2].min(media[2]),
        cut[3].min(media[3]),
    ];
    if inner[0] < inner[2] && inner[1] < inner[3] {
        inner
    } else {
        media
    }
}

/// An angle of a page between 0 and 359. What isn't a number is no turn.
#[expect(clippy::cast_possible_truncation, reason = "pages turn by quarters")]
fn whole_degrees(turn: f32) -> i64 {
    (turn as i64).rem_euclid(360)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: lopdf::Error) -> FilesError {
    refused(&error.to_string())
}

fn refused(why: &str) -> FilesError {
    FilesError::NotAllowed(format!(
        "This PDF can’t be marked with its reader’s address ({why}): export it again, or turn the \
         watermark off for it"
    ))
}

#[cfg(test)]
#[path = "watermark_tests.rs"]
mod tests;
