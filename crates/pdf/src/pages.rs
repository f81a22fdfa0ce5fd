//! A4 pages with their structure: a reader that speaks the page aloud is told what is a
//! heading, what belongs together in a table, and what is ornament.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Rect};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::{Document, SerializeSettings};

use super::{Text, Typesetter};

/// The width of an A4 page, in points.
pub const WIDTH: f32 = 595.0;
/// The height of an A4 page, in points.
pub const HEIGHT: f32 = 842.0;

/// What stands on the pages so far. Points count from the upper left corner.
pub struct Pages<'a> {
    /// Sets the texts of these pages; [`Typesetter::replaced`] is for all of them.
    pub typesetter: Typesetter<'a>,
    /// What stands on each page.
    all: Vec<Vec<Piece>>,
    /// The page that is written on.
    current: usize,
}

enum Piece {
    Bar([f32; 4], [u8; 3]),
    Words(Role, Box<Text>, [f32; 2]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Heading,
    Subheading,
    Paragraph,
    /// The head of a table's row, and what is said of it.
    Term,
    Value,
    /// Of the page and not of the text.
    Foot,
}

impl<'a> Pages<'a> {
    /// One empty page; at least that one is drawn.
    pub fn new(typesetter: Typesetter<'a>) -> Self {
        Self {
            typesetter,
            all: vec![Vec::new()],
            current: 0,
        }
    }

    /// What follows stands on a new page, the last one.
    pub fn turn(&mut self) {
        self.current = self.all.len();
        self.all.push(Vec::new());
    }

    /// What follows stands on that page, counted from 0: for a table of contents, which is
    /// known when everything else has its place. Where there is no such page, nothing
    /// changes.
    pub fn back_to(&mut self, page: usize) {
        if page < self.all.len() {
            self.current = page;
        }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// A filled rectangle: its left edge, its top, how wide and how high.
    pub fn bar(&mut self, place: [f32; 4], colour: [u8; 3]) {
        self.put(Piece::Bar(place, colour));
    }

    /// The document's title, its first line's base at `y`.
    pub fn heading(&mut self, text: Text, x: f32, y: f32) {
        self.put(Piece::Words(Role::Heading, Box::new(text), [x, y]));
    }

    /// The title of a part of the document.
    pub fn subheading(&mut self, text: Text, x: f32, y: f32) {
        self.put(Piece::Words(Role::Subheading, Box::new(text), [x, y]));
    }

    /// A text of its own, its first line's base at `y`; `x` is its left edge.
    pub fn paragraph(&mut self, text: Text, x: f32, y: f32) {
        self.put(Piece::Words(Role::Paragraph, Box::new(text), [x, y]));
    }

    /// A row of a table: its head and its value, each with its left edge, their first
    /// lines' bases at `y`. Rows after one another are one table.
    pub fn row(&mut self, term: (Text, f32), value: (Text, f32), y: f32) {
        self.wide_row(term, [value], y);
    }

    /// The same with any number of values.
    pub fn wide_row(
        &mut self,
        term: (Text, f32),
        values: impl IntoIterator<Item = (Text, f32)>,
        y: f32,
    ) {
        self.put(Piece::Words(Role::Term, Box::new(term.0), [term.1, y]));
        for (text, x) in values {
            self.put(Piece::Words(Role::Value, Box::new(text), [x, y]));
        }
    }

    /// The same words at the foot of every page so far, left edge and first line's base
    /// at `x` and `y`. A reader that speaks the page aloud leaves them out.
    pub fn foot(&mut self, x: f32, y: f32, text: impl Fn(&mut Typesetter<'a>) -> Text) {
        for page in &mut self.all {
            let text = text(&mut self.typesetter);
            page.push(Piece::Words(Role::Foot, Box::new(text), [x, y]));
        }
    }

    fn put(&mut self, piece: Piece) {
        if let Some(page) = self.all.get_mut(self.current) {
            page.push(piece);
        }
    }

    /// Draws all pages. The document's own facts and attachments are the caller's to add.
    pub fn draw(self, settings: SerializeSettings) -> Document {
        let mut document = Document::new_with(settings);
        let mut structure = Structure::default();
        for pieces in self.all {
            let mut page = document.start_page_with(PageSettings::default());
            let mut surface = page.surface();
            for piece in pieces {
                piece.draw(&mut surface, &mut structure);
            }
            surface.finish();
            page.finish();
        }
        document.set_tag_tree(structure.tree());
        document
    }
}

impl Piece {
    fn draw(self, surface: &mut Surface<'_>, structure: &mut Structure) {
        match self {
            Self::Bar(place, colour) => {
                let ornament = Artifact::with_kind(ArtifactType::Layout);
                surface.start_tagged(ContentTag::Artifact(ornament));
                bar(surface, place, colour);
                surface.end_tagged();
            }
            Self::Words(role, text, [x, y]) => {
                let tag = match role {
                    Role::Foot => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
                    _ => ContentTag::Span(SpanTag::empty()),
                };
                let id = surface.start_tagged(tag);
                text.draw(surface, x, y);
                surface.end_tagged();
                structure.add(role, text.words(), id);
            }
        }
    }
}

fn bar(surface: &mut Surface<'_>, [x, y, width, height]: [f32; 4], colour: [u8; 3]) {
    let [red, green, blue] = colour;
    surface.set_fill(Some(Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }));
    let mut path = PathBuilder::new();
    if let Some(place) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(place);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The tree of what the pages say.
#[derive(Default)]
struct Structure {
    tree: TagTree,
    rows: Vec<TagGroup>,
}

impl Structure {
    fn add(&mut self, role: Role, words: &str, id: Identifier) {
        match role {
            Role::Foot => {}
            Role::Heading => self.heading(NonZeroU16::MIN, words, id),
            Role::Subheading => self.heading(NonZeroU16::MIN.saturating_add(1), words, id),
            Role::Paragraph => self.push(TagGroup::with_children(Tag::P, vec![id.into()])),
            Role::Term => {
                let head = Tag::TH(TableHeaderScope::Row);
                let head = TagGroup::with_children(head, vec![id.into()]);
                self.rows
                    .push(TagGroup::with_children(Tag::TR, vec![head.into()]));
            }
            Role::Value => {
                let cell = TagGroup::with_children(Tag::TD, vec![id.into()]);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
        }
    }

    fn heading(&mut self, level: NonZeroU16, words: &str, id: Identifier) {
        let tag = Tag::Hn(level, Some(words.to_owned()));
        self.push(TagGroup::with_children(tag, vec![id.into()]));
    }

    /// Ends the table that is open, if one is, and adds what follows it.
    fn push(&mut self, group: TagGroup) {
        self.end_table();
        self.tree.push(group);
    }

    fn end_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            let rows = rows.into_iter().map(Into::into).collect();
            self.tree.push(TagGroup::with_children(Tag::Table, rows));
        }
    }

    fn tree(mut self) -> TagTree {
        self.end_table();
        self.tree
    }
}
