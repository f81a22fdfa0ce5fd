//! Every page: what an automated check of accessibility finds, light and dark,
//! and whether it fits a phone.

mod colleagues;
mod content;
mod devtools;
mod document;
mod explorer;
mod forms;
mod inspector;
mod states;
mod tour;
mod without_scripts;
mod world;

use explorer::Explorer;
use inspector::Inspector;
use tour::Tour;
use world::{Furnished, mailed, newcomers};

use crate::support::{Database, TestApp};

/// Whether visitors have this address or route.
fn is_public(path: &str) -> bool {
    let internal = ["/dashboard", "/integrations", "/healthz"];
    !internal.iter().any(|start| path.starts_with(start))
}

#[tokio::test]
async fn nothing_is_found_on_pages_of_visitors() {
    let app = TestApp::start(Database::Sqlite).await;
    let furnished = Furnished::build(&app).await;
    let mut explorer = Explorer::for_routes(is_public);
    let mut seeds = explorer.beginnings("northgate");
    seeds.extend(mailed(&app, &furnished.world).await);
    seeds.push("/nowhere".to_owned());
    for words in ["soc", "nobody-at-all"] {
        seeds.push(furnished.world.org.page(&format!("/search?q={words}")));
    }
    for (number, (_, browser)) in furnished.visitors.iter().enumerate() {
        explorer.explore(number, browser, seeds.clone()).await;
    }
    // Only now is the start page more than a way to the only trust center.
    newcomers(&app).await;
    let late = ["/", "/trust/harbor"].map(str::to_owned).to_vec();
    explorer.explore(0, &furnished.visitors[0].1, late).await;
    explorer.knows_all();
    let tour = Tour {
        app: &app,
        people: &furnished.visitors,
        home: &furnished.world.org.page(""),
    };
    tour.take(&explorer.visits).await;
}

#[tokio::test]
async fn nothing_is_found_in_the_dashboard() {
    staff_find_nothing(|path| !is_public(path) && !is_of_settings(path)).await;
}

#[tokio::test]
async fn nothing_is_found_in_settings() {
    staff_find_nothing(|path| !is_public(path) && is_of_settings(path)).await;
}

/// What Admins set up, and what everyone does of their own sign-in.
fn is_of_settings(path: &str) -> bool {
    let own = [
        "/dashboard/settings",
        "/dashboard/salesforce",
        "/dashboard/profile",
    ];
    own.iter().any(|begin| path.starts_with(begin)) || !path.starts_with("/dashboard")
}

/// Every page of these addresses, as each of the staff and someone new sees it.
async fn staff_find_nothing(which: impl Fn(&str) -> bool) {
    let app = TestApp::start(Database::Sqlite).await;
    let furnished = Furnished::build(&app).await;
    let mut explorer = Explorer::for_routes(which);
    let seeds = explorer.beginnings("northgate");
    let people = [furnished.staff, newcomers(&app).await].concat();
    for (number, (_, browser)) in people.iter().enumerate() {
        explorer.explore(number, browser, seeds.clone()).await;
    }
    explorer.knows_all();
    let tour = Tour {
        app: &app,
        people: &people,
        home: "/",
    };
    tour.take(&explorer.visits).await;
}

/// A page that nobody should write.
const BAD: &str = "data:text/html,<title>Bad</title><style>body{background:white}\
    @media(prefers-color-scheme:dark){body{background:black}}\
    p{width:500px;color:gray}</style><img src=x><p>Pale in the light\
    <form><input name=a></form><script>document.title='Scripted';broken()</script>";

#[tokio::test]
async fn what_is_wrong_with_a_page_is_found() {
    let mut inspector = Inspector::start().await;
    inspector.chromium.goto(BAD).await;
    inspector.inspect("a bad page").await;
    let title = "return document.title";
    assert_eq!(inspector.chromium.run(title).await, "Scripted");
    inspector.inspect_without_scripts(BAD, "a bad page").await;
    assert_eq!(inspector.chromium.run(title).await, "Bad");
    let findings = inspector.findings();
    for (words, times) in [
        ("image-alt", 2),
        ("light: color-contrast", 2),
        ("dark: color-contrast", 0),
        ("light: scrolls sideways", 2),
        ("dark: scrolls sideways", 1),
        ("broken is not defined", 1),
        ("without scripts: does nothing: <form>", 1),
        ("without scripts: scrolls sideways", 1),
    ] {
        let found = findings.iter().filter(|line| line.contains(words)).count();
        assert_eq!(found, times, "{words}: {findings:#?}");
    }
}
