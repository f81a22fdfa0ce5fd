//! What the organization's pages show.

use crate::support::{World, people};

use super::world::send;

/// A picture of one red point.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T',
    0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 0, 3, 0, 1, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Kind of section, title, what an entry is called.
const SECTIONS: [(&str, &str, &str); 4] = [
    ("badges", "Compliance", "badge"),
    ("controls", "Controls", "control"),
    ("subprocessors", "Subprocessors", "subprocessor"),
    ("faqs", "Frequently asked", "question"),
];

type Fields = &'static [(&'static str, &'static str)];

/// Entries by what they are called.
const ENTRIES: [(&str, Fields); 8] = [
    (
        "badge",
        &[
            ("title", "SOC 2 Type II"),
            ("state", "done"),
            ("period", "July 2025 to June 2026"),
        ],
    ),
    (
        "badge",
        &[
            ("title", "ISO/IEC 42001:2023"),
            ("state", "in_progress"),
            ("period", "Audit in March 2027"),
        ],
    ),
    (
        "control",
        &[
            ("title", "Multi-factor authentication for all staff"),
            (
                "body",
                "Hardware keys for everyone who can reach production.",
            ),
            ("category", "Access control"),
            ("state", "done"),
        ],
    ),
    (
        "control",
        &[
            ("title", "Confidential computing"),
            ("category", "Infrastructure"),
            ("state", "in_progress"),
        ],
    ),
    (
        "subprocessor",
        &[
            ("title", "Halden Cloud SE"),
            ("body", "Hosting and databases"),
            ("location", "Frankfurt and Dublin"),
            ("data", "All customer data, encrypted"),
            ("link", "https://halden.example/security"),
        ],
    ),
    (
        "subprocessor",
        &[
            ("title", "Postbote Mail GmbH"),
            ("body", "Notification mail"),
            ("location", "Berlin"),
            ("data", "Names and email addresses"),
        ],
    ),
    (
        "question",
        &[
            ("title", "Where is our data stored?"),
            (
                "body",
                "In the region that you choose. It **stays there**:\n\n- backups\n- logs\n\nSee `docs/regions`.",
            ),
        ],
    ),
    (
        "question",
        &[
            ("title", "Can we run our own penetration test?"),
            (
                "body",
                "Yes. Write to <security@northgate.example> two weeks ahead.",
            ),
        ],
    ),
];

pub async fn fill(world: &World) {
    let editor = &world.editor;
    for (kind, title, _) in SECTIONS {
        let fields = [
            ("kind", kind),
            ("title", title),
            ("description", "What we do every day."),
        ];
        send(
            editor,
            "/dashboard/content/sections/new",
            "/sections",
            &fields,
        )
        .await;
    }
    for (what, fields) in ENTRIES {
        let content = editor.open("/dashboard/content").await;
        let new = content.link(&format!("Add a {what}")).expect("a link");
        send(editor, new.as_str(), "/entries", fields).await;
    }
    let new = "/dashboard/content/updates/new";
    let text = (
        "body",
        "The report for **July 2025 to June 2026** is on this page.\n\n- no critical findings\n- three medium ones",
    );
    for (title, act) in [
        ("SOC 2 Type II report for 2025/26 is here", "publish"),
        ("A draft", "draft"),
    ] {
        send(
            editor,
            new,
            "/updates",
            &[("title", title), text, ("act", act)],
        )
        .await;
    }
    for variant in ["light", "dark"] {
        let path = format!("/dashboard/settings/appearance/logo/{variant}");
        let answer = world
            .admin
            .upload(&path, &[], ("file", "logo.png", PNG))
            .await;
        assert_eq!(answer.status, 303, "{}", answer.summary());
    }
    keep(world).await;
    let content = editor.open("/dashboard/content").await;
    let item = content.link("SOC 2").expect("an item");
    let item = item.path().rsplit('/').next().expect("its id");
    for note in ["Corrected on page 12", "The second edition"] {
        people::uploads_again(editor, item, "SOC 2 Type II report.pdf", note).await;
    }
}

/// A reply to use again, and filters under a name.
async fn keep(world: &World) {
    let editor = &world.editor;
    let replies = "/dashboard/conversations/replies";
    let reply = [("title", "Where data is stored"), ("text", "In Frankfurt.")];
    send(editor, replies, replies, &reply).await;
    let view = [
        ("list", "accounts"),
        ("title", "NDA to sign"),
        ("query", "nda=open"),
    ];
    let saved = world.admin.post("/dashboard/views", &view).await;
    assert_eq!(saved.status, 303, "{}", saved.summary());
}
