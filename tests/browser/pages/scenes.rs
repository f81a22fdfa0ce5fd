//! Pages that only come of something that happened before.

use std::time::Duration;

use rehearsal::salesforce::MODAL;

use super::look::Inspector;
use super::world::{Furnished, account_page, send};
use crate::support::{Browser, Database, TestApp, World};

const TEXT: &str = "# Mutual NDA\n\n1. What is *confidential* stays so.\n2. For two years.";
const PEOPLE: &str =
    "Rosa Lind <rosa@larkspur.example>\nada@larkspur.example\nnobody at all\nsam@larkspur.example";

#[tokio::test]
async fn nothing_is_found_on_pages_of_rare_moments() {
    let app = TestApp::start(Database::Sqlite).await;
    let world = Furnished::build(&app).await.world;
    let mut inspector = Inspector::start().await;
    too_many(&mut inspector, &app, &world).await;
    inspector.chromium.becomes(&world.admin, "/").await;
    previews(&mut inspector, &app, &world).await;
    searches(&mut inspector, &app, &world).await;
    somebody_was_faster(&mut inspector, &app, &world).await;
    salesforce_in_trouble(&mut inspector, &app, &world).await;
    inspector.finish();
}

async fn too_many(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let subscribe = world.org.page("/subscribe");
    let stranger = app.browser();
    for _ in 0..10 {
        let fields = [
            ("email", "admin@northgate.example"),
            ("password", "guessed"),
        ];
        stranger.post("/login", &fields).await;
        stranger
            .post(&subscribe, &[("email", "joan@larkspur.example")])
            .await;
    }
    let chromium = &inspector.chromium;
    chromium.visit(app, "/login").await;
    chromium.fill("email", "admin@northgate.example").await;
    chromium.fill("password", "guessed").await;
    chromium.press("Sign in").await;
    chromium.sees("Too many").await;
    inspector.look("/login after too many attempts").await;
    let chromium = &inspector.chromium;
    chromium.visit(app, &subscribe).await;
    chromium.fill("email", "joan@larkspur.example").await;
    chromium.click("main form button").await;
    chromium.sees("429").await;
    inspector.look("/subscribe after too many attempts").await;
}

async fn previews(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let chromium = &inspector.chromium;
    chromium.visit(app, "/dashboard/settings/nda").await;
    chromium.fill("text", TEXT).await;
    chromium.click("[name='act'][value='preview']").await;
    chromium.sees("What is confidential stays so.").await;
    inspector.look("the preview of an NDA").await;
    let account = account_page(&world.admin, "Larkspur Health").await;
    let chromium = &inspector.chromium;
    chromium.visit(app, &format!("{account}/invite")).await;
    chromium.fill("people", PEOPLE).await;
    chromium.click("form[action$='/invite'] button").await;
    chromium.sees("Can’t be read").await;
    inspector.look("the preview of a list of people").await;
}

async fn searches(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let account = account_page(&world.admin, "Larkspur Health").await;
    for path in [
        "/dashboard?q=nobody-at-all",
        "/dashboard/accounts?q=nobody-at-all",
        "/dashboard/salesforce/deliveries?state=cancelled",
        &format!("{account}/salesforce?q=larkspur"),
        &format!("{account}/salesforce?q=nobody-at-all"),
        &format!("{MODAL}?owner=integration#people"),
    ] {
        inspector.chromium.visit(app, path).await;
        inspector.look(path).await;
    }
    let found = world
        .admin
        .open(&format!("{account}/salesforce?q=larkspur"))
        .await;
    let html = found.html();
    let id = html
        .split("name=\"account\" value=\"")
        .nth(1)
        .expect("an Account");
    let id = id.split('"').next().expect("its id");
    world
        .admin
        .post(&format!("{account}/salesforce/link"), &[("account", id)])
        .await;
    inspector.chromium.visit(app, &account).await;
    inspector.chromium.sees("Linked").await;
    inspector.look("an account that is linked").await;
}

/// Forms that come back because what they show was changed meanwhile.
async fn somebody_was_faster(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let item = link(&world.editor, "/dashboard/content", "SOC 2").await;
    let entry = link(&world.editor, "/dashboard/content", "Halden Cloud SE").await;
    let account = account_page(&world.admin, "Larkspur Health").await;
    let edit = format!("{account}/edit");
    for (path, field) in [
        ("/dashboard/settings", "headline"),
        ("/dashboard/settings/access", "refused_domains"),
        (item.as_str(), "summary"),
        (entry.as_str(), "body"),
        (edit.as_str(), "description"),
    ] {
        inspector.chromium.visit(app, path).await;
        send(&world.admin, path, path, &[(field, "faster.example")]).await;
        inspector.chromium.fill(field, "slower.example").await;
        let button = format!("form[action$='{path}'] button");
        inspector.chromium.click(&button).await;
        inspector.chromium.find("[data-mistakes]").await;
        inspector.look(&format!("{path} after somebody else")).await;
    }
}

async fn link(browser: &Browser, page: &str, words: &str) -> String {
    let page = browser.open(page).await;
    let link = page.link(words);
    let link = link.unwrap_or_else(|| panic!("no {words} in {}", page.text()));
    link.path().to_owned()
}

async fn salesforce_in_trouble(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let pages = [
        MODAL,
        "/dashboard/settings",
        "/dashboard/salesforce/deliveries",
    ];
    send(&world.admin, MODAL, "/pause", &[]).await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector.look(&format!("{path}, paused")).await;
    }
    send(&world.admin, MODAL, "/resume", &[]).await;
    app.sandbox.sim.revoke_everything();
    app.advance(Duration::from_secs(3600));
    world.talkative.open(&world.org.page("")).await;
    app.sync().await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector
            .look(&format!("{path}, with a new login to do"))
            .await;
    }
    inspector.chromium.sees("needs a new login").await;
    world
        .admin
        .post(&format!("{MODAL}/uninstall"), &[("sure", "yes")])
        .await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector.look(&format!("{path}, uninstalled")).await;
    }
}
