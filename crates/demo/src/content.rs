//! What the demo's trust center shows.

use crate::sample_documents::{self, Document};

pub(crate) struct Section {
    pub title: &'static str,
    pub description: &'static str,
    pub items: &'static [Item],
}

pub(crate) struct Item {
    pub title: &'static str,
    pub summary: &'static str,
    pub body: &'static str,
    pub locked: bool,
    pub document: Option<&'static Document>,
}

/// What an item's summary said before someone changed it.
pub(crate) struct Revision {
    pub item: &'static str,
    pub was: &'static str,
    /// Days before the demo.
    pub days: i64,
    pub by: &'static str,
}

pub(crate) static REVISIONS: [Revision; 6] = [
    Revision {
        item: "Backups and recovery",
        was: "Recovery point 15 minutes, recovery time 8 hours, rehearsed twice a year.",
        days: 208,
        by: "nadia",
    },
    Revision {
        item: "Hosting",
        was: "Frankfurt and Dublin, or Ohio: you choose, and it stays there.",
        days: 160,
        by: "emil",
    },
    Revision {
        item: "SOC 2 Type II",
        was: "Security, availability and confidentiality, July 2024 to June 2025.",
        days: 132,
        by: "nadia",
    },
    Revision {
        item: "Penetration test summary",
        was: "September 2025, web application and API. No critical or high findings.",
        days: 62,
        by: "nadia",
    },
    Revision {
        item: "Single sign-on",
        was: "SAML on every plan, OpenID Connect on request.",
        days: 25,
        by: "emil",
    },
    Revision {
        item: "Audit log",
        was: "Who did what and when, kept for 90 days, exportable.",
        days: 11,
        by: "nadia",
    },
];

/// Documents that take the place of an earlier one, each with its item's title.
pub(crate) fn renewed() -> impl Iterator<Item = (&'static str, &'static Document)> {
    let items = SECTIONS.iter().flat_map(|section| section.items);
    let documents = items.filter_map(|item| Some((item.title, item.document?)));
    documents.filter(|(_, document)| document.earlier.is_some())
}

pub(crate) const HEADLINE: &str = "Security you can check for yourself";
pub(crate) const INTRODUCTION: &str = "Northbeam plans the working day of 60,000 field engineers. Here is how \
    we look after their data and yours: our reports, our policies and the answers to what security \
    teams ask us most. Locked documents are a short request away.";
pub(crate) const ACCENT: &str = "#1c5c82";
pub(crate) const SECURITY_EMAIL: &str = "security@northbeam.example";

pub(crate) static SECTIONS: &[Section] = &[
    Section {
        title: "Certificates and agreements",
        description: "Independent auditors have looked, and these are their findings.",
        items: &[
            Item {
                title: "SOC 2 Type II",
                summary: "Security, availability and confidentiality, July 2025 to June 2026.",
                body: "Audited each year by Hallam & Voigt Assurance LLP. One exception was noted in \
                    the last period; the report says which, and what we did about it.",
                locked: true,
                document: Some(&sample_documents::SOC2),
            },
            Item {
                title: "ISO/IEC 27001:2022",
                summary: "Certified since 2021; the next surveillance audit is in May.",
                body: "The scope is the whole company: product, operations, support and people. Our \
                    statement of applicability excludes no control.",
                locked: false,
                document: None,
            },
            Item {
                title: "GDPR",
                summary: "Our data processing agreement, ready to sign.",
                body: "It names every subprocessor and region, and our technical and organizational \
                    measures. Your data stays in the region that you choose.",
                locked: false,
                document: Some(&sample_documents::DPA),
            },
        ],
    },
    Section {
        title: "Reports",
        description: "What others found when they tried.",
        items: &[
            Item {
                title: "Penetration test summary",
                summary: "September 2026, web application and API. No critical or high findings.",
                body: "Twelve days of testing with source code at hand, by Kestrel Lane Security.",
                locked: true,
                document: Some(&sample_documents::PENTEST),
            },
            Item {
                title: "Security whitepaper",
                summary: "How we build, run and watch over the product, in a few pages.",
                body: "Start here if you are new to us.",
                locked: false,
                document: Some(&sample_documents::WHITEPAPER),
            },
        ],
    },
    Section {
        title: "Product security",
        description: "What you can turn on, and what is always on.",
        items: &[
            Item {
                title: "Encryption",
                summary: "TLS 1.3 in transit, AES-256 at rest, keys in hardware.",
                body: "Tokens and other secrets are encrypted a second time in the database. Keys are \
                    rotated each year, and at once when someone who could use one leaves.",
                locked: false,
                document: None,
            },
            Item {
                title: "Single sign-on",
                summary: "SAML and OpenID Connect on every plan, with SCIM for joiners and leavers.",
                body: "Administrators can require it for everyone. Sessions end when your identity \
                    provider says so.",
                locked: false,
                document: None,
            },
            Item {
                title: "Audit log",
                summary: "Who did what and when, kept for 400 days, exportable.",
                body: "Includes every access by our own staff, with the reason and who granted it.",
                locked: false,
                document: None,
            },
        ],
    },
    Section {
        title: "Operations",
        description: "Keeping it running, and getting it back.",
        items: &[
            Item {
                title: "Hosting",
                summary: "Frankfurt and Dublin, or Ohio and Oregon: you choose, and it stays there.",
                body: "Three availability zones in each region. Losing one is rehearsed twice a year.",
                locked: false,
                document: None,
            },
            Item {
                title: "Backups and recovery",
                summary: "Recovery point 5 minutes, recovery time 4 hours, rehearsed each quarter.",
                body: "A second copy is kept in another data centre of the same region, where nobody \
                    who can change the first can change it.",
                locked: true,
                document: None,
            },
        ],
    },
];
