//! What the demo's trust center has beside items: badges, controls, subprocessors,
//! questions with answers.

use anyhow::Result;
use domain::content::entry::{DONE, IN_PROGRESS, SectionKind, Texts};
use domain::organizations::Organization;
use gatehouse::app::App;
use gatehouse::use_cases::content::{self, SectionDraft};
use gatehouse::use_cases::content::{entries, reorder};

use crate::calendar::{minutes, past};
use crate::team::Team;

/// A section to be.
struct Plan {
    kind: SectionKind,
    title: &'static str,
    about: &'static str,
    texts: Vec<Texts>,
    /// Who makes it, and how many days before the demo.
    made: (&'static str, i64),
    /// The same of the last entries, which came one by one.
    later: &'static [(&'static str, i64)],
}

/// Badges come first on the page; the rest after the items.
pub(crate) async fn plant(app: &App, org: &Organization, team: &Team) -> Result<()> {
    for plan in plans() {
        section(app, org, team, plan).await?;
    }
    Ok(())
}

fn plans() -> [Plan; 4] {
    [
        Plan {
            kind: SectionKind::Badges,
            title: "Compliance",
            about: "",
            texts: badges(),
            made: ("oskar", 381),
            later: &[("ada", 196), ("nadia", 118)],
        },
        Plan {
            kind: SectionKind::Controls,
            title: "Controls",
            about: "What we do every day, not only when auditors come.",
            texts: controls(),
            made: ("oskar", 380),
            later: &[],
        },
        Plan {
            kind: SectionKind::Subprocessors,
            title: "Subprocessors",
            about: "Who processes data for us. Customers are told 30 days before a new one starts.",
            texts: subprocessors(),
            made: ("oskar", 379),
            later: &[("ada", 18)],
        },
        Plan {
            kind: SectionKind::Faqs,
            title: "Frequently asked",
            about: "What security teams ask us most.",
            texts: faqs(),
            made: ("emil", 378),
            later: &[("nadia", 240), ("nadia", 178), ("emil", 119), ("nadia", 65)],
        },
    ]
}

async fn section(app: &App, org: &Organization, team: &Team, plan: Plan) -> Result<()> {
    let (key, days) = plan.made;
    let ambient = past(&app.ambient, days, 9);
    let act = team.act(app, org, &ambient, key)?;
    let mut tx = app.db.begin().await?;
    let draft = SectionDraft {
        kind: plan.kind,
        title: plan.title.to_owned(),
        description: plan.about.to_owned(),
    };
    let id = content::add_section(&mut tx, act, &draft).await?;
    let (first, last) = plan.texts.split_at(plan.texts.len() - plan.later.len());
    for one in first {
        ambient.clock.advance(minutes(&app.ambient, 15));
        entries::add(&mut tx, act, id, one).await?;
    }
    if plan.kind == SectionKind::Badges {
        for _ in 0..crate::content::SECTIONS.len() {
            ambient.clock.advance(minutes(&app.ambient, 1));
            reorder::move_section(&mut tx, act, id, reorder::Direction::Up).await?;
        }
    }
    for (one, (key, days)) in last.iter().zip(plan.later) {
        let ambient = past(&app.ambient, *days, 10);
        let act = team.act(app, org, &ambient, key)?;
        entries::add(&mut tx, act, id, one).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn badges() -> Vec<Texts> {
    [
        ("SOC 2 Type II", DONE, "July 2025 to June 2026", ""),
        ("ISO/IEC 27001:2022", DONE, "Certified since 2021", ""),
        ("GDPR", DONE, "Reviewed in October 2026", ""),
        (
            "CSA STAR Level 1",
            DONE,
            "Self-assessment of May 2026",
            "https://northbeam.example/csa-star",
        ),
        ("ISO/IEC 42001:2023", IN_PROGRESS, "Audit in March 2027", ""),
        ("HIPAA", IN_PROGRESS, "Assessment under way", ""),
    ]
    .map(|(title, state, period, link)| Texts {
        title: title.to_owned(),
        state: state.to_owned(),
        period: period.to_owned(),
        link: link.to_owned(),
        ..Texts::default()
    })
    .to_vec()
}

/// Title, description, and whether it is implemented.
type Control = (&'static str, &'static str, bool);

const CONTROLS: &[(&str, &[Control])] = &[
    (
        "Access control",
        &[
            (
                "Multi-factor authentication for all staff",
                "Hardware keys for everyone who can reach production.",
                true,
            ),
            (
                "Least privilege by role",
                "Access is asked for, approved by a second person and ends by itself after eight hours.",
                true,
            ),
            (
                "Access reviewed each quarter",
                "By the owner of each system; the last review was in October.",
                true,
            ),
            (
                "Leavers locked out within an hour",
                "Driven by the HR system, checked daily.",
                true,
            ),
        ],
    ),
    (
        "Infrastructure security",
        &[
            (
                "Encrypted in transit and at rest",
                "TLS 1.3 and AES-256, with keys in hardware security modules.",
                true,
            ),
            (
                "Separate networks for production",
                "No path from office networks; administration over a bastion that records.",
                true,
            ),
            (
                "Immutable, signed builds",
                "What runs was built from reviewed code, and its signature is checked at start.",
                true,
            ),
            (
                "Confidential computing for route planning",
                "Being rolled out region by region.",
                false,
            ),
        ],
    ),
    (
        "Product security",
        &[
            (
                "Two reviewers for each change",
                "Automated tests, dependency and secret scanning on every one.",
                true,
            ),
            (
                "Penetration test each year",
                "By an independent company, with source code at hand.",
                true,
            ),
            (
                "Vulnerability disclosure programme",
                "Reports are answered within one working day.",
                true,
            ),
        ],
    ),
    (
        "Operations and continuity",
        &[
            (
                "Logs kept for 400 days",
                "In an account that production can write to but not change.",
                true,
            ),
            (
                "Recovery rehearsed each quarter",
                "Recovery point five minutes, recovery time four hours.",
                true,
            ),
            (
                "Incident response around the clock",
                "On-call within 15 minutes; customers are told within 24 hours.",
                true,
            ),
        ],
    ),
    (
        "People",
        &[
            (
                "Background checks before the first day",
                "As far as local law allows.",
                true,
            ),
            (
                "Security training each year",
                "And for engineers a second one, on secure development.",
                true,
            ),
        ],
    ),
];

fn controls() -> Vec<Texts> {
    let all = CONTROLS.iter().flat_map(|(category, controls)| {
        controls.iter().map(move |(title, body, done)| Texts {
            title: (*title).to_owned(),
            body: (*body).to_owned(),
            category: (*category).to_owned(),
            state: if *done { DONE } else { IN_PROGRESS }.to_owned(),
            ..Texts::default()
        })
    });
    all.collect()
}

fn subprocessors() -> Vec<Texts> {
    [
        (
            "Halden Cloud SE",
            "Hosting and databases",
            "Frankfurt and Dublin",
            "All customer data, encrypted",
        ),
        (
            "Granite Ridge Compute Inc.",
            "Hosting for customers who choose the US",
            "Ohio and Oregon, USA",
            "All customer data, encrypted",
        ),
        (
            "Postbote Mail GmbH",
            "Delivery of notification mail",
            "Berlin, Germany",
            "Names and email addresses of users",
        ),
        (
            "Cartula Maps B.V.",
            "Maps and travel times",
            "Utrecht, Netherlands",
            "Coordinates without names",
        ),
        (
            "Tallyhook Ltd",
            "Error tracking",
            "Dublin, Ireland",
            "Pseudonymous diagnostics, 30 days",
        ),
        (
            "Kindred Desk ApS",
            "Support tickets",
            "Copenhagen, Denmark",
            "What users write to support",
        ),
    ]
    .map(|(title, body, location, data)| Texts {
        title: title.to_owned(),
        body: body.to_owned(),
        location: location.to_owned(),
        data: data.to_owned(),
        ..Texts::default()
    })
    .to_vec()
}

fn faqs() -> Vec<Texts> {
    [
        (
            "Where is our data stored?",
            "In the region that you choose when you sign up: Frankfurt and Dublin, or Ohio and Oregon. \
             It **stays there**, including backups and logs.",
        ),
        (
            "Who at Northbeam can see our data?",
            "Nobody by default. An engineer who has to help you asks for access, and a second person \
             grants it:\n\n- it ends by itself after eight hours\n- each access is in *your* audit log, \
             with the reason",
        ),
        (
            "How do you tell customers about incidents?",
            "By email to your security contact within 24 hours of our knowing, and on this page. You get \
             a written report within ten working days.",
        ),
        (
            "Do you train models on customer data?",
            "No. Route planning is optimisation, not machine learning, and no customer data leaves the \
             product for training of any kind.",
        ),
        (
            "Can we run our own penetration test?",
            "Yes, against a staging environment that we set up for you. Write to \
             <security@northbeam.example> two weeks ahead.",
        ),
        (
            "What happens to our data when we leave?",
            "You export it in CSV or by the API for 30 days. Then it is deleted, and from backups after \
             another 35 days. You get a certificate of deletion on request.",
        ),
    ]
    .map(|(title, body)| Texts {
        title: title.to_owned(),
        body: body.to_owned(),
        ..Texts::default()
    })
    .to_vec()
}
