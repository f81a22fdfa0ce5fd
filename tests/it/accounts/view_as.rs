//! Staff look at the trust center with an account's eyes, and leave no trace but the entry
//! in the audit log.

use std::time::Duration;

use domain::content::Visibility::Locked;
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::{account, grouped, limited};
use crate::nda::{choose, publish};
use crate::on_both_databases;
use crate::public::{Offer, member, member_of, offer};
use crate::support::{Browser, TestApp, TestOrg, pdf, routes};

const BAR: &str = "You’re viewing the trust center as Analytical Engines.";

struct World {
    org: TestOrg,
    editor: Browser,
    ada: Browser,
    locked: Offer,
}

/// Ada's account reads a locked document.
async fn world(app: &TestApp) -> World {
    let org = app.enterprise().await;
    World {
        locked: offer(app, &org, Locked, "Report.pdf", &pdf("Report")).await,
        editor: app.signed_in(&org, Role::Editor).await,
        ada: member(app, &org).await,
        org,
    }
}

impl World {
    async fn begin(&self, app: &TestApp, staff: &Browser) -> Page {
        let path = format!("/dashboard/accounts/{}", account(app, &self.org).await.id);
        let page = staff.open(&path).await;
        staff.submit(&page, "/view-as", &[]).await
    }

    fn item(&self) -> String {
        self.org.page(&format!("/items/{}", self.locked.item))
    }

    fn download(&self) -> String {
        self.locked.path(&self.org, "download")
    }

    async fn sees_bar(&self, browser: &Browser) -> bool {
        let page = browser.open(&self.org.page("")).await;
        page.text().contains("You’re viewing the trust center as")
    }
}

/// How often a view of the account was begun, by the audit log.
async fn audited(app: &TestApp) -> usize {
    let dump = app.dump().await;
    let entries = dump.0["audit"].iter();
    let what = "Viewed the trust center as an account";
    entries
        .filter(|row| row.values().any(|value| value == what))
        .count()
}

/// Everything but when the session was used, and the emails that are on their way.
async fn rows(app: &TestApp) -> crate::support::Dump {
    let mut dump = app.dump().await;
    dump.0.remove("staff_session");
    dump.0.remove("email");
    dump
}

on_both_databases! {
    async fn an_editor_sees_what_the_account_sees_and_leaves_again(app: TestApp) {
        let world = world(&app).await;
        let before = world.editor.open(&world.item()).await;
        assert!(before.text().contains("Request access"), "{}", before.text());
        let page = world.begin(&app, &world.editor).await;
        assert_eq!(page.url.path(), world.org.page(""));
        assert!(page.text().contains(BAR), "{}", page.text());
        let item = world.editor.text(&world.item()).await;
        assert!(item.contains(BAR) && item.contains("Report.pdf") && !item.contains("Request access"), "{item}");
        assert!(!item.contains("Sign out"), "nobody is signed in: {item}");
        assert_eq!(world.editor.get(&world.download()).await.status, 200);
        let page = world.editor.open(&world.org.page("")).await;
        let left = world.editor.submit(&page, "/dashboard/view-as/leave", &[]).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &world.org).await.id);
        assert_eq!(left.url.path(), path);
        assert!(left.text().contains("You left the view"), "{}", left.text());
        assert!(!world.sees_bar(&world.editor).await);
        assert_ne!(world.editor.get(&world.download()).await.status, 200);
        assert_eq!(audited(&app).await, 1);
        world.begin(&app, &world.editor).await;
        assert_eq!(audited(&app).await, 2, "one for each beginning");
    }

    async fn nothing_that_is_looked_at_is_counted_and_nothing_changes(app: TestApp) {
        let world = world(&app).await;
        world.begin(&app, &world.editor).await;
        let before = rows(&app).await;
        let slug = world.org.slug.clone();
        let id = world.locked.item.to_string();
        let document = world.locked.document.id.to_string();
        let mut asked = 0;
        for route in routes().iter().filter(|route| route.path.starts_with("/trust/{slug}")) {
            let id = if route.path.contains("/documents/") { &document } else { &id };
            let path = route.filled(&[&slug, id, id]);
            if route.methods.iter().any(|method| method == "get") {
                let page = world.editor.get(&path).await;
                assert!(page.status.as_u16() < 500, "GET {path}: {}", page.summary());
            }
            if route.methods.iter().any(|method| method == "post") {
                asked += 1;
                let page = world.editor.post(&path, &[("token", "x"), ("email", "eve@acme.example")]).await;
                assert_eq!(page.status, 403, "POST {path}: {}", page.summary());
                assert!(page.text().contains("This view is read-only: nothing was sent or changed"), "{}", page.text());
                assert!(page.text().contains(BAR), "{path}");
            }
        }
        assert!(asked > 10, "{asked} addresses that change something");
        for _ in 0..2 {
            world.editor.get(&world.download()).await;
            world.editor.get(&world.locked.path(&world.org, "view")).await;
            world.editor.get(&world.item()).await;
            world.editor.get(&world.org.page("/search?q=report")).await;
        }
        app.advance(Duration::from_mins(1));
        let after = rows(&app).await;
        assert!(before.0 == after.0, "{}", before.differences(&after));
    }

    async fn the_profile_and_the_nda_are_those_of_the_account(app: TestApp) {
        let world = world(&app).await;
        let admin = app.signed_in(&world.org, Role::Admin).await;
        let other = app.item(&world.org, "Penetration test", Locked).await;
        let group = grouped(&app, &world.org, other.id, "Deep").await;
        limited(&app, &world.org, &[]).await;
        world.begin(&app, &world.editor).await;
        let path = world.org.page(&format!("/items/{}", other.id));
        for browser in [&world.editor, &world.ada] {
            let page = browser.text(&path).await;
            assert!(page.contains("Not included"), "{page}");
            assert_eq!(browser.get(&world.download()).await.status, 200);
        }
        limited(&app, &world.org, &[group]).await;
        assert!(!world.editor.text(&path).await.contains("Not included"));
        publish(&admin, "# NDA").await;
        choose(&app, &world.org, &admin, "clickwrap", "").await;
        for browser in [&world.editor, &world.ada] {
            let page = browser.text(&world.item()).await;
            assert!(page.contains("Read and sign the NDA"), "{page}");
            assert_ne!(browser.get(&world.download()).await.status, 200);
        }
        let form = world.editor.open(&world.org.page("/nda")).await;
        let fields = [("full_name", "Eve Editor"), ("agree", "yes")];
        assert_eq!(world.editor.submit(&form, "/nda", &fields).await.status, 403);
        assert!(!account(&app, &world.org).await.nda.is_settled());
    }

    async fn it_ends_after_an_hour_and_with_the_session(app: TestApp) {
        let world = world(&app).await;
        world.begin(&app, &world.editor).await;
        app.advance(Duration::from_secs(3599));
        assert!(world.sees_bar(&world.editor).await);
        app.advance(Duration::from_secs(1));
        assert!(!world.sees_bar(&world.editor).await);
        let late = world.editor.open(&world.org.page("")).await;
        assert!(late.text().contains("Sign in"), "{}", late.text());
        let page = world.begin(&app, &world.editor).await;
        assert!(page.text().contains(BAR));
        let dashboard = world.editor.open("/dashboard").await;
        world.editor.submit(&dashboard, "/logout", &[]).await;
        assert!(!world.sees_bar(&world.editor).await);
    }

    async fn it_ends_with_the_role_and_with_the_account(app: TestApp) {
        let world = world(&app).await;
        let admin = app.signed_in(&world.org, Role::Admin).await;
        let carl = app.staff_with(&world.org, "carl@northgate.example", Role::Editor).await;
        let browser = app.browser_of(&carl).await;
        world.begin(&app, &browser).await;
        world.begin(&app, &world.editor).await;
        let page_of = format!("/dashboard/settings/people/{}", carl.id);
        let page = admin.open(&page_of).await;
        admin.submit(&page, &page_of, &[("role", "viewer")]).await;
        assert!(!world.sees_bar(&browser).await);
        assert!(world.sees_bar(&world.editor).await, "another session’s view goes on");
        let path = format!("/dashboard/accounts/{}", account(&app, &world.org).await.id);
        let page = admin.open(&path).await;
        admin.submit(&page, "/archive", &[]).await;
        assert!(!world.sees_bar(&world.editor).await);
        assert_ne!(world.editor.get(&world.download()).await.status, 200);
        let page = world.editor.open(&path).await;
        assert!(page.form("/view-as").is_none(), "no button for an archived account");
        let refused = world.editor.post(&format!("{path}/view-as"), &[]).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("is archived"), "{}", refused.text());
        assert!(!world.sees_bar(&world.editor).await);
    }

    async fn only_editors_of_the_organization_can_begin_it(app: TestApp) {
        let world = world(&app).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &world.org).await.id);
        let viewer = app.signed_in(&world.org, Role::Viewer).await;
        assert!(viewer.open(&path).await.form("/view-as").is_none());
        assert_eq!(viewer.post(&format!("{path}/view-as"), &[]).await.status, 403);
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        member_of(&app, &other, "ben@bank.example", "Bank").await;
        let theirs = app.signed_in(&other, Role::Admin).await;
        assert_eq!(theirs.post(&format!("{path}/view-as"), &[]).await.status, 404);
        assert!(!world.sees_bar(&theirs).await && !world.sees_bar(&viewer).await);
        assert_eq!(audited(&app).await, 0);
        // A view of one organization's account opens nothing of another.
        world.begin(&app, &world.editor).await;
        let elsewhere = world.editor.text(&other.page("")).await;
        assert!(!elsewhere.contains("You’re viewing"), "{elsewhere}");
    }

    async fn a_closed_account_looks_closed(app: TestApp) {
        let world = world(&app).await;
        let id = account(&app, &world.org).await.id;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE account SET access_until = '2026-01-31'", &[]).await.unwrap();
        tx.commit().await.unwrap();
        world.begin(&app, &world.editor).await;
        let mine = world.editor.text(&world.item()).await;
        let theirs = world.ada.text(&world.item()).await;
        for page in [&mine, &theirs] {
            assert!(page.contains("Access ended"), "{id}: {page}");
        }
    }

    async fn a_watermark_names_the_one_who_looks(app: TestApp) {
        let world = world(&app).await;
        let page = world.editor.open(&format!("/dashboard/content/items/{}", world.locked.item)).await;
        world.editor.submit(&page, "/watermark", &[("on", "1")]).await;
        world.begin(&app, &world.editor).await;
        let copy = world.editor.get(&world.download()).await;
        let file = lopdf::Document::load_mem(&copy.bytes).expect("a PDF");
        let first = file.get_pages().into_keys().next().expect("a page");
        let words = testkit::pdf::text_of(&file, first).expect("text");
        assert!(words.contains("Editor of Northgate Labs, editor@northgate.example"), "{words}");
        assert!(!words.contains("engines.example"), "{words}");
    }
}
