//! The documents of the demo's organization: their texts are in the folder `documents`.

mod charts;
mod layout;
mod text;

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use pdf::Fonts;

use crate::sample_documents::layout::Layout;

/// The company whose trust center it is.
pub(crate) const COMPANY: &str = "Northbeam Software";

/// A document by its file name.
pub(crate) struct Document {
    pub file_name: &'static str,
    title: &'static str,
    subtitle: &'static str,
    /// In the words of [`text`].
    text: &'static str,
    /// Days before the demo; the first versions were there from the beginning.
    pub published: i64,
    /// What is said of this version in the dashboard.
    pub note: &'static str,
    /// The version that it takes the place of.
    pub earlier: Option<&'static Document>,
}

pub(crate) static SOC2: Document = Document {
    file_name: "Northbeam SOC 2 Type II report 2026.pdf",
    title: "SOC 2 Type II report",
    subtitle: "Security, availability and confidentiality · July 1, 2025 to June 30, 2026",
    text: include_str!("../../documents/soc2.md"),
    published: 133,
    note: "July 2025 to June 2026",
    earlier: Some(&SOC2_BEFORE),
};

static SOC2_BEFORE: Document = Document {
    file_name: "Northbeam SOC 2 Type II report 2025, summary.pdf",
    title: "SOC 2 Type II report, summary",
    subtitle: "Security, availability and confidentiality · July 1, 2024 to June 30, 2025",
    text: include_str!("../../documents/soc2-2025.md"),
    published: 387,
    note: "July 2024 to June 2025",
    earlier: None,
};

pub(crate) static PENTEST: Document = Document {
    file_name: "Northbeam penetration test summary 2026.pdf",
    title: "Penetration test summary",
    subtitle: "Web application and API · September 2026",
    text: include_str!("../../documents/pentest.md"),
    published: 63,
    note: "September 2026",
    earlier: Some(&PENTEST_BEFORE),
};

static PENTEST_BEFORE: Document = Document {
    file_name: "Northbeam penetration test summary 2025.pdf",
    title: "Penetration test summary",
    subtitle: "Web application and API · September 2025",
    text: include_str!("../../documents/pentest-2025.md"),
    published: 387,
    note: "September 2025",
    earlier: None,
};

pub(crate) static WHITEPAPER: Document = Document {
    file_name: "Northbeam security whitepaper.pdf",
    title: "Security at Northbeam",
    subtitle: "How we build, run and watch over the product · Edition of October 2026",
    text: WHITEPAPER_TEXT,
    published: 45,
    note: "Availability of the last twelve months",
    earlier: Some(&WHITEPAPER_BEFORE),
};

static WHITEPAPER_BEFORE: Document = Document {
    file_name: "Northbeam security whitepaper, 2025 edition.pdf",
    title: "Security at Northbeam",
    subtitle: "How we build, run and watch over the product · Edition of October 2025",
    text: WHITEPAPER_TEXT,
    published: 387,
    note: "Edition of October 2025",
    earlier: None,
};

const WHITEPAPER_TEXT: &str = include_str!("../../documents/whitepaper.md");

pub(crate) static DPA: Document = Document {
    file_name: "Northbeam data processing agreement.pdf",
    title: "Data processing agreement",
    subtitle: "Annex to the subscription agreement · Version 4.1",
    text: include_str!("../../documents/dpa.md"),
    published: 387,
    note: "Version 4.1",
    earlier: None,
};

/// What was there from the beginning.
const FIRST: [&Document; 4] = [&SOC2_BEFORE, &PENTEST_BEFORE, &WHITEPAPER_BEFORE, &DPA];

const RENEWED: [&Document; 3] = [&SOC2, &PENTEST, &WHITEPAPER];

impl Document {
    /// Whether this version was published so many days before the demo.
    pub(crate) const fn is_from(&self, days: i64) -> bool {
        self.published == days
    }
}

/// Documents as PDFs, by file name.
pub(crate) struct Drawn(HashMap<&'static str, Vec<u8>>);

impl Drawn {
    /// The first versions.
    pub(crate) fn first() -> Result<Self> {
        Self::all(&FIRST)
    }

    /// Those that took their place.
    pub(crate) fn renewed() -> Result<Self> {
        Self::all(&RENEWED)
    }

    fn all(documents: &[&Document]) -> Result<Self> {
        let fonts = Fonts::own();
        let drawn = documents.iter().map(|document| {
            let bytes = Layout::draw(&fonts, document);
            let bytes = bytes.with_context(|| format!("{} can't be drawn", document.file_name));
            Ok((document.file_name, bytes?))
        });
        Ok(Self(drawn.collect::<Result<_>>()?))
    }

    pub(crate) fn bytes(&self, document: &Document) -> Result<Vec<u8>> {
        let found = self.0.get(document.file_name).cloned();
        found.with_context(|| format!("{} wasn't drawn", document.file_name))
    }
}
