//! Entries of sections that don't hold items: compliance badges, controls,
//! subprocessors, questions with answers.
//!
//! One form edits them all: a kind of section says which fields its entries have.

use jiff::Timestamp;

use crate::ids::{EntryId, SectionId};
use crate::keyed::keyed;

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SectionKind {
    /// Items with a page, a text and a document of their own.
    #[default]
    Items,
    /// Compliance badges.
    Badges,
    /// What the organization does for security.
    Controls,
    /// Companies that process data for the organization.
    Subprocessors,
    /// Questions with answers.
    Faqs,
}

impl SectionKind {
    /// Every kind, in the order in which staff choose one.
    pub const ALL: [Self; 5] = [
        Self::Items,
        Self::Badges,
        Self::Controls,
        Self::Subprocessors,
        Self::Faqs,
    ];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Badges => "badges",
            Self::Controls => "controls",
            Self::Subprocessors => "subprocessors",
            Self::Faqs => "faqs",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Items => "Items",
            Self::Badges => "Compliance badges",
            Self::Controls => "Controls",
            Self::Subprocessors => "Subprocessors",
            Self::Faqs => "Questions and answers",
        }
    }

    /// What it is for, to choose by.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Items => "Reports, policies and texts: public, or locked for people with access.",
            Self::Badges => "SOC 2, ISO 27001, GDPR …: what you comply with, at a glance.",
            Self::Controls => "What you do for security, line by line, grouped by category.",
            Self::Subprocessors => "Who processes data for you: what for, where, which data.",
            Self::Faqs => "What security teams ask most, each with its own address.",
        }
    }

    /// What one entry is called in the middle of a sentence.
    pub const fn entry(self) -> &'static str {
        match self {
            Self::Items => "item",
            Self::Badges => "badge",
            Self::Controls => "control",
            Self::Subprocessors => "subprocessor",
            Self::Faqs => "question",
        }
    }

    /// Its icon in the dashboard, by the name in `templates/components/icons.html`.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Items => "document",
            Self::Badges => "shield-check",
            Self::Controls => "check",
            Self::Subprocessors => "building",
            Self::Faqs => "comment",
        }
    }

    /// The fields of its entries, in the order of the form.
    pub const fn fields(self) -> &'static [Rule] {
        match self {
            Self::Items => &[],
            Self::Badges => BADGE,
            Self::Controls => CONTROL,
            Self::Subprocessors => SUBPROCESSOR,
            Self::Faqs => FAQ,
        }
    }
}

keyed!(SectionKind, "a kind of section");

/// A field that entries may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The name of a badge or a company, a control, a question.
    Title,
    /// The description of a control, a subprocessor's purpose, the answer to a question.
    Body,
    /// Whether a badge or a control is finished: [`DONE`] or [`IN_PROGRESS`].
    State,
    /// What a control is grouped by.
    Category,
    /// The date or period of a badge, in words.
    Period,
    /// Where a subprocessor processes data.
    Location,
    /// Which data a subprocessor sees.
    Data,
    /// The web address that a badge or a subprocessor leads to.
    Link,
    /// The item that a badge leads to.
    Item,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Body,
        Self::State,
        Self::Category,
        Self::Period,
        Self::Location,
        Self::Data,
        Self::Link,
        Self::Item,
    ];

    /// Its name in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::State => "state",
            Self::Category => "category",
            Self::Period => "period",
            Self::Location => "location",
            Self::Data => "data",
            Self::Link => "link",
            Self::Item => "item",
        }
    }
}

/// How a field is typed and checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// One line of at most so many characters.
    Line(usize),
    /// Text in Markdown, of at most so many characters.
    Markdown(usize),
    /// A web address.
    Link,
    /// [`DONE`] or [`IN_PROGRESS`], in these words.
    State(&'static str, &'static str),
    /// The id of an item of the same page.
    Item,
}

/// What a kind of section asks of one field.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The field that the rule is for.
    pub field: Field,
    /// The field's label in the form.
    pub label: &'static str,
    /// The explanation below the label; may be empty.
    pub hint: &'static str,
    /// How it is typed and checked.
    pub shape: Shape,
    /// Whether it has to be filled in.
    pub required: bool,
}

impl Rule {
    /// The field's text, for templates.
    pub fn of<'a>(&self, texts: &'a Texts) -> &'a str {
        texts.get(self.field)
    }
}

/// The values of [`Field::State`].
pub const DONE: &str = "done";
/// The value of [`Field::State`] for what isn't finished yet.
pub const IN_PROGRESS: &str = "in_progress";

const fn line(field: Field, label: &'static str, hint: &'static str, longest: usize) -> Rule {
    Rule {
        field,
        label,
        hint,
        shape: Shape::Line(longest),
        required: true,
    }
}

const fn optional(rule: Rule) -> Rule {
    Rule {
        required: false,
        ..rule
    }
}

const fn shaped(field: Field, label: &'static str, hint: &'static str, shape: Shape) -> Rule {
    Rule {
        field,
        label,
        hint,
        shape,
        required: false,
    }
}

const BADGE: &[Rule] = &[
    line(
        Field::Title,
        "Name",
        "SOC 2 Type II, ISO/IEC 27001, GDPR, HIPAA, PCI DSS …",
        60,
    ),
    shaped(
        Field::State,
        "Status",
        "",
        Shape::State("Compliant", "In progress"),
    ),
    optional(line(
        Field::Period,
        "Date or period",
        "As visitors read it: “July 2025 to June 2026” or “Expected in May 2027”.",
        60,
    )),
    shaped(
        Field::Item,
        "Links to",
        "The item with the report or certificate; locked ones ask for access.",
        Shape::Item,
    ),
    shaped(
        Field::Link,
        "Or to a web address",
        "Such as the certificate in the auditor’s register.",
        Shape::Link,
    ),
];

const CONTROL: &[Rule] = &[
    line(
        Field::Title,
        "Control",
        "“Access is reviewed each quarter”",
        120,
    ),
    line(
        Field::Category,
        "Category",
        "Controls of the same category stand together: “Access control”, “Infrastructure” …",
        60,
    ),
    optional(line(
        Field::Body,
        "Description",
        "A sentence or two on how it is done.",
        400,
    )),
    shaped(
        Field::State,
        "Status",
        "",
        Shape::State("Implemented", "In progress"),
    ),
];

const SUBPROCESSOR: &[Rule] = &[
    line(Field::Title, "Name", "The company’s legal name.", 120),
    line(Field::Body, "Purpose", "What it does for you.", 200),
    line(
        Field::Location,
        "Location",
        "Where data is processed: “Frankfurt, Germany”.",
        120,
    ),
    optional(line(
        Field::Data,
        "Data",
        "Which data it sees: “Names and email addresses of users”.",
        200,
    )),
    shaped(Field::Link, "Website", "", Shape::Link),
];

const FAQ: &[Rule] = &[
    line(Field::Title, "Question", "", 200),
    Rule {
        required: true,
        ..shaped(
            Field::Body,
            "Answer",
            "In Markdown: an empty line between paragraphs, - for a list, [words](https://…) for a \
             link. HTML isn’t rendered.",
            Shape::Markdown(5_000),
        )
    },
];

/// The texts of an entry; those that its section's kind doesn't use are empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    /// A name, a control, a question.
    pub title: String,
    /// The description of a control, a subprocessor's purpose, or an answer in Markdown.
    pub body: String,
    /// [`DONE`] or [`IN_PROGRESS`].
    pub state: String,
    /// What a control is grouped by on the trust center.
    pub category: String,
    /// The date or period of a badge, in words.
    pub period: String,
    /// Where a subprocessor processes data.
    pub location: String,
    /// Which data a subprocessor sees.
    pub data: String,
    /// The web address that a badge or a subprocessor leads to.
    pub link: String,
    /// The id of the item that a badge leads to; it comes before the link.
    pub item: String,
}

impl Texts {
    /// The text of one field.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Body => &self.body,
            Field::State => &self.state,
            Field::Category => &self.category,
            Field::Period => &self.period,
            Field::Location => &self.location,
            Field::Data => &self.data,
            Field::Link => &self.link,
            Field::Item => &self.item,
        }
    }

    /// Replaces the text of one field.
    pub fn set(&mut self, field: Field, text: String) {
        *match field {
            Field::Title => &mut self.title,
            Field::Body => &mut self.body,
            Field::State => &mut self.state,
            Field::Category => &mut self.category,
            Field::Period => &mut self.period,
            Field::Location => &mut self.location,
            Field::Data => &mut self.data,
            Field::Link => &mut self.link,
            Field::Item => &mut self.item,
        } = text;
    }

    /// Whether a badge or a control is finished.
    pub fn is_done(&self) -> bool {
        self.state == DONE
    }
}

/// An entry as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Names the entry in the dashboard's addresses.
    pub id: EntryId,
    /// The section that it is shown in.
    pub section: SectionId,
    /// What visitors read.
    pub texts: Texts,
    /// Entries are shown by rising position within their section.
    pub position: i64,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    /// When its texts were last changed.
    pub updated_at: Timestamp,
}
