//! The addresses of the accounts’ archive, the audit log’s export, entries, updates, subscribers and appearance, for `roles`.

use domain::organizations::Role;

use super::roles::{Route, UP, get, post};

const TABLE: &[(&str, &str)] = &[("table", "Question,Answer\nWhere?,Here.")];
const QUESTION: &[(&str, &str)] = &[("title", "Why?"), ("body", "So."), ("version", "1")];
const UPDATE: &[(&str, &str)] = &[
    ("title", "News"),
    ("body", "So."),
    ("dated_on", "2026-02-02"),
    ("version", "1"),
];

pub(super) const ROUTES: &[Route] = &[
    post("/dashboard/accounts/{account}/view-as", Role::Editor, &[]),
    post("/dashboard/view-as/leave", Role::Viewer, &[]),
    post("/dashboard/accounts/{account}/archive", Role::Editor, &[]),
    post("/dashboard/accounts/{account}/restore", Role::Editor, &[]),
    get("/dashboard/settings/audit/export.csv", Role::Admin),
    get("/dashboard/settings/audit/export.ndjson", Role::Admin),
    get("/dashboard/settings/appearance", Role::Admin),
    Route {
        status: 415,
        ..post(
            "/dashboard/settings/appearance/logo/{variant}",
            Role::Admin,
            &[],
        )
    },
    post(
        "/dashboard/settings/appearance/logo/{variant}/remove",
        Role::Admin,
        &[],
    ),
    post("/dashboard/settings/appearance/domain", Role::Admin, &[]),
    post(
        "/dashboard/settings/appearance/domain/check",
        Role::Admin,
        &[],
    ),
    post("/dashboard/settings/appearance/security", Role::Admin, &[]),
    get(
        "/dashboard/content/items/{item}/versions/{document}",
        Role::Viewer,
    ),
    post(
        "/dashboard/content/items/{item}/versions/{document}/current",
        Role::Editor,
        &[],
    ),
    // It is what visitors get.
    Route {
        status: 400,
        ..post(
            "/dashboard/content/items/{item}/versions/{document}/delete",
            Role::Editor,
            &[],
        )
    },
    post(
        "/dashboard/content/items/{item}/document/watermark",
        Role::Editor,
        &[],
    ),
    post(
        "/dashboard/content/items/{item}/document/view-only",
        Role::Editor,
        &[],
    ),
    get("/dashboard/analytics/documents/{document}", Role::Viewer),
    get("/dashboard/content/updates", Role::Viewer),
    get("/dashboard/content/updates/new", Role::Editor),
    post("/dashboard/content/updates", Role::Editor, UPDATE),
    get("/dashboard/content/updates/{update}", Role::Editor),
    post("/dashboard/content/updates/{update}", Role::Editor, UPDATE),
    post(
        "/dashboard/content/updates/{update}/delete",
        Role::Editor,
        &[],
    ),
    get("/dashboard/content/subscribers", Role::Viewer),
    post(
        "/dashboard/content/subscribers/{subscriber}/remove",
        Role::Editor,
        &[],
    ),
    get(
        "/dashboard/content/sections/{list}/entries/new",
        Role::Editor,
    ),
    post(
        "/dashboard/content/sections/{list}/entries",
        Role::Editor,
        QUESTION,
    ),
    get("/dashboard/content/sections/{list}/import", Role::Editor),
    post(
        "/dashboard/content/sections/{list}/import",
        Role::Editor,
        TABLE,
    ),
    get("/dashboard/content/entries/{entry}", Role::Editor),
    post("/dashboard/content/entries/{entry}", Role::Editor, QUESTION),
    post("/dashboard/content/entries/{entry}/move", Role::Editor, UP),
    post(
        "/dashboard/content/entries/{entry}/delete",
        Role::Editor,
        &[],
    ),
];
