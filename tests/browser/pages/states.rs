//! Pages that only come of something that happened before.

use std::time::Duration;

use domain::organizations::Role;
use salesforce_sim::ObjectAccess;
use testkit::salesforce::MODAL;

use super::inspector::Inspector;
use super::world::{Furnished, account_page, mailed, send};
use crate::support::{Authenticator, Browser, Database, PASSWORD, TestApp, World};

const TEXT: &str = "# Mutual NDA\n\n1. What is *confidential* stays so.\n2. For two years.";
const PEOPLE: &str =
    "Rosa Lind <rosa@larkspur.example>\nada@larkspur.example\nnobody at all\nsam@larkspur.example";

#[tokio::test]
async fn nothing_is_found_on_pages_of_rare_moments() {
    let app = TestApp::start(Database::Sqlite).await;
    let Furnished {
        world, visitors, ..
    } = Furnished::build(&app).await;
    let mut inspector = Inspector::start().await;
    too_many(&mut inspector, &app, &world).await;
    from_emails(&mut inspector, &app, &world).await;
    let (_, undecided) = visitors
        .iter()
        .find(|(who, _)| who.ends_with("before DocuSign"))
        .expect("someone");
    declined(&mut inspector, &app, &world, undecided).await;
    inspector.chromium.becomes(&world.admin, "/").await;
    previews(&mut inspector, &app, &world).await;
    searches(&mut inspector, &app, &world).await;
    opened(&mut inspector, &app, &world).await;
    somebody_was_faster(&mut inspector, &app, &world).await;
    refused_upload(&mut inspector, &app, &world).await;
    sets_up_an_app(&mut inspector, &app, &world).await;
    salesforce_in_trouble(&mut inspector, &app, &world).await;
    no_app_at_salesforce(&mut inspector).await;
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
    inspector.inspect("/login after too many attempts").await;
    let chromium = &inspector.chromium;
    chromium.visit(app, &subscribe).await;
    chromium.fill("email", "joan@larkspur.example").await;
    chromium.click("main form button").await;
    chromium.sees("429").await;
    inspector
        .inspect("/subscribe after too many attempts")
        .await;
}

/// The recovery codes are shown once, right after the code of the app.
async fn sets_up_an_app(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let email = "phone@northgate.example";
    let user = app.staff_with(&world.org, email, Role::Viewer).await;
    let browser = app.browser_of(&user).await;
    let present = [("present", PASSWORD)];
    let scanned = send(&browser, "/dashboard/profile", "/begin", &present).await;
    let code = Authenticator::from_page(&scanned).code(app);
    let chromium = &inspector.chromium;
    chromium.becomes(&browser, "/").await;
    chromium.visit(app, "/login/second-factor").await;
    chromium.fill("code", &code).await;
    chromium.press("Turn on").await;
    chromium.sees("Your recovery codes").await;
    inspector.inspect("recovery codes").await;
    inspector.chromium.becomes(&world.admin, "/").await;
}

/// Where the buttons behind the links of emails lead.
async fn from_emails(inspector: &mut Inspector, app: &TestApp, world: &World) {
    for link in mailed(app, world).await {
        inspector.chromium.visit(app, &link).await;
        inspector.chromium.click("main form button").await;
        inspector.chromium.find("main").await;
        let path = link.split('?').next().unwrap_or_default();
        inspector.inspect(&format!("{path} after its button")).await;
    }
}

/// Someone comes back from DocuSign without having signed.
async fn declined(inspector: &mut Inspector, app: &TestApp, world: &World, who: &Browser) {
    let nda = world.org.page("/nda");
    let page = send(who, &nda, "/nda/docusign", &[]).await;
    let fields = [("act", "decline"), ("reason", "Two years are too long")];
    who.submit(&page, "", &fields).await;
    inspector.chromium.becomes(who, &world.org.page("")).await;
    inspector.chromium.visit(app, &nda).await;
    inspector.chromium.sees("declined").await;
    inspector.inspect("an NDA that was declined").await;
}

async fn previews(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let chromium = &inspector.chromium;
    chromium.visit(app, "/dashboard/settings/nda").await;
    chromium.fill("text", TEXT).await;
    chromium.click("[name='act'][value='preview']").await;
    chromium.sees("What is confidential stays so.").await;
    inspector.inspect("the preview of an NDA").await;
    let account = account_page(&world.admin, "Larkspur Health").await;
    let chromium = &inspector.chromium;
    chromium.visit(app, &format!("{account}/invite")).await;
    chromium.fill("people", PEOPLE).await;
    chromium.click("form[action$='/invite'] button").await;
    chromium.sees("Can’t be read").await;
    inspector.inspect("the preview of a list of people").await;
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
        inspector.inspect(path).await;
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
    inspector.inspect("an account that is linked").await;
}

/// What opens within a page, and a table that can't be imported.
async fn opened(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let chromium = &inspector.chromium;
    chromium.visit(app, "/dashboard").await;
    chromium.click("[data-finder]").await;
    chromium.find(".found-hit[aria-selected='true']").await;
    inspector.inspect("the search above a page").await;
    let deliveries = "/dashboard/salesforce/deliveries?state=delivered";
    for (summary, what) in [
        (".saved-views summary", "filters that can be saved"),
        (".sf-deliveries summary", "the story of a delivery"),
    ] {
        inspector.chromium.visit(app, deliveries).await;
        inspector.chromium.click(summary).await;
        inspector.inspect(what).await;
    }
    let import = link(&world.editor, "/dashboard/content", "Import a table").await;
    let chromium = &inspector.chromium;
    chromium.visit(app, &import).await;
    chromium.fill("table", "Nonsense,Columns").await;
    chromium.click("form[action$='/import'] button").await;
    chromium.find("[data-mistakes]").await;
    inspector.inspect("a table with mistakes").await;
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
        inspector
            .inspect(&format!("{path} after someone else"))
            .await;
    }
}

/// A program that is named like a document, sent without scripts, and a form that is
/// saved.
async fn refused_upload(inspector: &mut Inspector, app: &TestApp, world: &World) {
    let item = link(&world.editor, "/dashboard/content", "SOC 2").await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, b"\x7fELF\x02\x01\x01").expect("a file");
    inspector.run_scripts(false).await;
    inspector.chromium.visit(app, &item).await;
    inspector.chromium.attach("file", &file).await;
    let button = "form[action$='/document'] button:not([type=button])";
    inspector.chromium.click(button).await;
    inspector.chromium.find("[name='file'][aria-invalid]").await;
    inspector.run_scripts(true).await;
    inspector.inspect("an item whose upload was refused").await;
    let saved = "/dashboard/settings/access";
    inspector.chromium.visit(app, saved).await;
    inspector.chromium.press("Save").await;
    inspector.chromium.find(".notice-ok").await;
    inspector.inspect(&format!("{saved}, saved")).await;
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
    let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
    sim.restrict_object(user, "Lead", ObjectAccess::READ);
    send(&world.admin, MODAL, "/check", &[]).await;
    inspector.chromium.visit(app, MODAL).await;
    inspector.chromium.sees("1 missing").await;
    inspector
        .inspect(&format!("{MODAL}, with a permission missing"))
        .await;
    send(&world.admin, MODAL, "/pause", &[]).await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector.inspect(&format!("{path}, paused")).await;
    }
    send(&world.admin, MODAL, "/resume", &[]).await;
    app.sandbox.sim.revoke_everything();
    app.advance(Duration::from_hours(1));
    world.talkative.open(&world.org.page("")).await;
    app.sync().await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector
            .inspect(&format!("{path}, with a new login to do"))
            .await;
    }
    inspector
        .chromium
        .sees("Salesforce rejected the saved login")
        .await;
    world
        .admin
        .post(&format!("{MODAL}/uninstall"), &[("sure", "yes")])
        .await;
    for path in pages {
        inspector.chromium.visit(app, path).await;
        inspector.inspect(&format!("{path}, uninstalled")).await;
    }
}

/// What the operator is told where there is no app at Salesforce yet.
async fn no_app_at_salesforce(inspector: &mut Inspector) {
    let unset = [
        ("GATEHOUSE_SALESFORCE_CLIENT_ID", ""),
        ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", ""),
    ];
    let app = TestApp::start_with(Database::Sqlite, &unset).await;
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    inspector.chromium.becomes(&admin, "/").await;
    inspector.chromium.visit(&app, MODAL).await;
    inspector.chromium.sees("One thing comes first").await;
    inspector
        .inspect(&format!("{MODAL} before there is an app"))
        .await;
}
