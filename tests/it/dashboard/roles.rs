//! Who reaches what: every address of the dashboard, for each role, for nobody,
//! and for another organization's Admin.

use domain::organizations::{Plan, Role};

use super::content_routes;
use super::things::fill;
use crate::on_both_databases;
use crate::support::routes;

/// Which ids stand in an address; another organization then sees 404.
const NAMES: [&str; 13] = [
    "account",
    "activity",
    "document",
    "item",
    "member",
    "request",
    "section",
    "thread",
    "questionnaire",
    "entry",
    "list",
    "update",
    "subscriber",
];

pub(super) struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub least: Role,
    pub fields: &'static [(&'static str, &'static str)],
    /// The answer to the least role that may.
    pub status: u16,
}

pub(super) const fn get(path: &'static str, least: Role) -> Route {
    Route {
        method: "GET",
        path,
        least,
        fields: &[],
        status: 200,
    }
}

pub(super) const fn post(
    path: &'static str,
    least: Role,
    fields: &'static [(&'static str, &'static str)],
) -> Route {
    Route {
        method: "POST",
        path,
        least,
        fields,
        status: 303,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a constant's only")]
const fn with(status: u16, route: Route) -> Route {
    Route { status, ..route }
}

const SECTION: &[(&str, &str)] = &[("title", "T"), ("version", "1")];
const ITEM: &[(&str, &str)] = &[("title", "T"), ("visibility", "locked"), ("version", "1")];
const NDA: &[(&str, &str)] = &[("text", "# NDA"), ("based_on", "0"), ("act", "publish")];
const CLICKWRAP: &[(&str, &str)] = &[("kind", "clickwrap")];
/// The request need not be there.
const MANY: &[(&str, &str)] = &[
    ("act", "deny"),
    ("request", "00000000-0000-7000-8000-000000000000 as Acme"),
];
/// The account isn't there.
const NO_ACCOUNT: &[(&str, &str)] = &[
    ("act", "archive"),
    ("account", "00000000-0000-7000-8000-000000000000"),
];
const POLICY: &[(&str, &str)] = &[("automatic", "never"), ("version", "0")];
pub(super) const UP: &[(&str, &str)] = &[("direction", "up")];
/// The comment that was seen need not be there.
const ANSWER: &[(&str, &str)] = &[
    ("text", "Yes, since 2024."),
    ("seen", "00000000-0000-7000-8000-000000000000"),
];
const PERSON: &[(&str, &str)] = &[
    ("account", "Acme"),
    ("email", "new@acme.example"),
    ("last_name", "New"),
];

/// In an order in which each still finds what it is about.
const ROUTES: &[Route] = &[
    get("/dashboard", Role::Viewer),
    post("/dashboard/first-steps/hide", Role::Admin, &[]),
    get("/dashboard/activity/{activity}", Role::Viewer),
    get("/dashboard/requests", Role::Viewer),
    get("/dashboard/accounts", Role::Viewer),
    get("/dashboard/accounts/new", Role::Editor),
    get("/dashboard/accounts/export.csv", Role::Editor),
    with(
        404,
        post("/dashboard/accounts/bulk", Role::Editor, NO_ACCOUNT),
    ),
    get("/dashboard/accounts/{account}", Role::Viewer),
    get("/dashboard/content", Role::Viewer),
    get("/dashboard/content/sections/new", Role::Editor),
    get("/dashboard/content/sections/{section}", Role::Editor),
    get("/dashboard/content/items/new", Role::Editor),
    get("/dashboard/content/items/{item}", Role::Editor),
    get("/dashboard/settings", Role::Viewer),
    get("/dashboard/settings/audit", Role::Admin),
    get("/dashboard/conversations", Role::Viewer),
    get("/dashboard/conversations/{thread}", Role::Viewer),
    post(
        "/dashboard/conversations/{thread}/answer",
        Role::Editor,
        ANSWER,
    ),
    post(
        "/dashboard/conversations/{thread}/settle",
        Role::Editor,
        ANSWER,
    ),
    get("/dashboard/settings/access", Role::Admin),
    post("/dashboard/settings/access", Role::Admin, POLICY),
    get("/dashboard/settings/nda", Role::Admin),
    post("/dashboard/settings/nda", Role::Admin, NDA),
    get("/dashboard/settings/nda/{version}", Role::Admin),
    post("/dashboard/settings/nda/default", Role::Admin, CLICKWRAP),
    post("/dashboard/settings/nda/in-request", Role::Admin, &[]),
    post("/dashboard/accounts/{account}/nda", Role::Editor, CLICKWRAP),
    // Nobody has signed: tests/it/nda has one.
    Route {
        status: 404,
        ..get(
            "/dashboard/accounts/{account}/nda/certificate",
            Role::Viewer,
        )
    },
    // Without a connection there is nothing to search: tests/it/integration has one.
    with(
        422,
        get("/dashboard/accounts/{account}/salesforce", Role::Admin),
    ),
    with(
        422,
        get(
            "/dashboard/accounts/{account}/salesforce/candidates",
            Role::Admin,
        ),
    ),
    with(
        422,
        post(
            "/dashboard/accounts/{account}/salesforce/link",
            Role::Admin,
            &[],
        ),
    ),
    post(
        "/dashboard/accounts/{account}/salesforce/unlink",
        Role::Admin,
        &[],
    ),
    get("/dashboard/questionnaires", Role::Viewer),
    get("/dashboard/questionnaires/{questionnaire}", Role::Viewer),
    get(
        "/dashboard/questionnaires/{questionnaire}/file",
        Role::Viewer,
    ),
    Route {
        // Nothing was returned yet.
        status: 404,
        ..get(
            "/dashboard/questionnaires/{questionnaire}/completed",
            Role::Viewer,
        )
    },
    post(
        "/dashboard/questionnaires/{questionnaire}",
        Role::Editor,
        &[("state", "in_progress")],
    ),
    Route {
        status: 415,
        ..post(
            "/dashboard/questionnaires/{questionnaire}/complete",
            Role::Editor,
            &[],
        )
    },
    post(
        "/dashboard/requests/{request}/approve",
        Role::Editor,
        &[("account", "Acme")],
    ),
    with(200, post("/dashboard/requests/many", Role::Editor, MANY)),
    post("/dashboard/accounts", Role::Editor, PERSON),
    Route {
        status: 422,
        ..post(
            "/dashboard/accounts/{account}/members",
            Role::Editor,
            PERSON,
        )
    },
    get("/dashboard/accounts/{account}/invite", Role::Editor),
    Route {
        status: 415,
        ..post("/dashboard/accounts/{account}/invite", Role::Editor, &[])
    },
    post(
        "/dashboard/accounts/{account}/invite/confirm",
        Role::Editor,
        &[("people", "invited@acme.example")],
    ),
    post(
        "/dashboard/accounts/{account}/members/{member}/resend",
        Role::Editor,
        &[],
    ),
    get("/dashboard/accounts/{account}/edit", Role::Editor),
    with(
        422,
        post(
            "/dashboard/accounts/{account}/edit",
            Role::Editor,
            &[("review", "not_reviewed")],
        ),
    ),
    post(
        "/dashboard/accounts/{account}/members/{member}/end",
        Role::Editor,
        &[],
    ),
    with(
        404,
        get(
            "/dashboard/accounts/{account}/nda/envelopes/{envelope}/{file}",
            Role::Viewer,
        ),
    ),
    post(
        "/dashboard/accounts/{account}/members/{member}/revoke",
        Role::Editor,
        &[],
    ),
    post("/dashboard/content/sections", Role::Editor, SECTION),
    post(
        "/dashboard/content/sections/{section}",
        Role::Editor,
        SECTION,
    ),
    post(
        "/dashboard/content/sections/{section}/move",
        Role::Editor,
        UP,
    ),
    with(422, post("/dashboard/content/items", Role::Editor, ITEM)),
    with(
        422,
        post("/dashboard/content/items/{item}", Role::Editor, ITEM),
    ),
    post("/dashboard/content/items/{item}/move", Role::Editor, UP),
    Route {
        status: 415,
        ..post(
            "/dashboard/content/items/{item}/document",
            Role::Editor,
            &[],
        )
    },
    post(
        "/dashboard/content/items/{item}/document/remove",
        Role::Editor,
        &[],
    ),
    post("/dashboard/content/items/{item}/delete", Role::Editor, &[]),
    post(
        "/dashboard/content/sections/{section}/delete",
        Role::Editor,
        &[],
    ),
    with(400, post("/dashboard/settings", Role::Admin, &[])),
    with(
        409,
        post("/dashboard/requests/{request}/deny", Role::Editor, &[]),
    ),
    with(
        409,
        post("/dashboard/requests/{request}/reopen", Role::Editor, &[]),
    ),
];

on_both_databases! {
    async fn each_address_answers_only_those_who_may(app: TestApp) {
        let org = app.enterprise().await;
        let ids = fill(&app, &org).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let nobody = app.browser();
        let fresh = async |role| {
            // `fill` made the Admin already.
            if role == Role::Admin {
                let browser = app.browser();
                let login = browser.open("/login").await;
                let fields = [("email", "admin@northgate.example"), ("password", crate::support::PASSWORD)];
                browser.submit(&login, "/login", &fields).await;
                return browser;
            }
            app.signed_in(&org, role).await
        };
        let people = [
            (Role::Viewer, fresh(Role::Viewer).await),
            (Role::Editor, fresh(Role::Editor).await),
            (Role::Admin, fresh(Role::Admin).await),
        ];
        for route in content_routes::ROUTES.iter().chain(ROUTES) {
            let mut path = route.path.to_owned();
            for (name, id) in &ids {
                path = path.replace(&format!("{{{name}}}"), id);
            }
            let send = async |browser: &crate::support::Browser| match route.method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, route.fields).await,
            };
            let what = format!("{} {}", route.method, route.path);

            let page = send(&nobody).await;
            assert_eq!(page.status, 303, "{what} for nobody");
            let to = page.header("location").unwrap_or_default();
            assert!(to.starts_with("/login?next="), "{what} for nobody leads to {to}");

            if NAMES.iter().any(|name| route.path.contains(&format!("{{{name}}}"))) {
                let page = send(&stranger).await;
                assert_eq!(page.status, 404, "{what} for another organization");
            }

            for (role, browser) in people.iter().filter(|(role, _)| *role < route.least) {
                let page = send(browser).await;
                assert_eq!(page.status, 403, "{what} for {role}");
                assert!(page.text().contains(&needs(route.least)), "{what}: {}", page.text());
                assert!(page.text().contains("An Admin of Northgate Labs"), "{what}");
            }

            let allowed = people.iter().find(|(role, _)| *role == route.least).unwrap();
            let page = send(&allowed.1).await;
            assert_eq!(page.status, route.status, "{what}: {}", page.summary());
        }
    }
}

/// What those are told who may not.
pub(super) fn needs(role: Role) -> String {
    format!("This needs the {} role", role.title())
}

/// The tables must not fall behind the routers.
#[test]
fn every_address_of_the_dashboard_is_in_a_table() {
    let shape = |path: &str| -> String {
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { "*" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let tabled = content_routes::ROUTES.iter().chain(ROUTES);
    let tabled: Vec<_> = tabled
        .map(|route| (route.method.to_lowercase(), shape(route.path)))
        .collect();
    let mut missing = Vec::new();
    for route in routes() {
        for method in &route.methods {
            let known = tabled.contains(&(method.clone(), shape(&route.path)));
            let elsewhere = super::roles_elsewhere::least(method, &route.path);
            if route.path.starts_with("/dashboard") && !known && elsewhere.is_none() {
                missing.push(format!("{method} {}", route.path));
            }
        }
    }
    assert!(missing.is_empty(), "add to a table: {missing:#?}");
}
