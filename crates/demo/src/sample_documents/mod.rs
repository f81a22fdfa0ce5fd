//! The documents of the demo's organization.

mod dpa;
mod pentest;
mod soc2;
mod whitepaper;

use anyhow::Result;
use testkit::pdf::{Block, TextDocument};

/// The company whose trust center it is.
pub(crate) const COMPANY: &str = "Northbeam Software";

/// A document by its file name.
pub(crate) struct Document {
    pub file_name: &'static str,
    title: &'static str,
    subtitle: &'static str,
    blocks: &'static [Block<'static>],
}

pub(crate) static SOC2: Document = Document {
    file_name: "Northbeam SOC 2 Type II report 2026.pdf",
    title: "SOC 2 Type II report",
    subtitle: "Security, availability and confidentiality · 1 July 2025 to 30 June 2026",
    blocks: soc2::BLOCKS,
};

pub(crate) static PENTEST: Document = Document {
    file_name: "Northbeam penetration test summary 2026.pdf",
    title: "Penetration test summary",
    subtitle: "Web application and API · September 2026",
    blocks: pentest::BLOCKS,
};

pub(crate) static WHITEPAPER: Document = Document {
    file_name: "Northbeam security whitepaper.pdf",
    title: "Security at Northbeam",
    subtitle: "How we build, run and watch over the product · Edition of October 2026",
    blocks: whitepaper::BLOCKS,
};

pub(crate) static DPA: Document = Document {
    file_name: "Northbeam data processing agreement.pdf",
    title: "Data processing agreement",
    subtitle: "Annex to the subscription agreement · Version 4.1",
    blocks: dpa::BLOCKS,
};

impl Document {
    pub(crate) fn to_pdf(&self) -> Result<Vec<u8>> {
        let document = TextDocument {
            title: self.title,
            subtitle: self.subtitle,
            publisher: COMPANY,
            accent: [0.11, 0.36, 0.51],
            blocks: self.blocks,
        };
        document.to_pdf()
    }
}
