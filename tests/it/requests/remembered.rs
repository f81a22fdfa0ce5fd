//! What someone asked for isn't forgotten on the way: not by a link that works no longer,
//! not by signing in, and not by the NDA.

use std::time::Duration;

use domain::content::Visibility::Locked;
use domain::organizations::Role;
use testkit::client::Page;

use super::{MAIL, admin_with_policy, details, waiting};
use crate::nda::{choose, colleague};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestItem, TestOrg};
use crate::{docusign, nda};

const GRACE: &str = "grace@acme.example";

/// Grace asks for the item, and is approved; the link in the email.
async fn approved_for(app: &TestApp, org: &TestOrg, item: &TestItem) -> String {
    ask_for(app, org, item).await;
    let editor = app.signed_in(org, Role::Editor).await;
    let id = waiting(app, org).await[0].id;
    let page = editor.open(&details(id)).await;
    editor
        .submit(&page, &format!("{id}/approve"), &[("account", "Acme")])
        .await;
    newest_link(app, "/enter?").await
}

async fn ask_for(app: &TestApp, org: &TestOrg, item: &TestItem) {
    let browser = app.browser();
    let form = org.page(&format!("/request-access?item={}", item.id));
    let form = browser.open(&form).await;
    let fields = [
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("email", GRACE),
        ("company", "Acme"),
    ];
    browser.submit(&form, "/request-access", &fields).await;
}

async fn newest_link(app: &TestApp, part: &str) -> String {
    let fits = |mail: &testkit::mail::Mail| mail.link(part).is_some();
    let mail = app.mail.wait_for(GRACE, MAIL, fits).await;
    mail.ok().and_then(|mail| mail.link(part)).expect("a link")
}

async fn press(browser: &Browser, link: &str) -> Page {
    let page = browser.open(link).await;
    browser.submit(&page, "/enter", &[]).await
}

/// From the page of a link that works no longer, by a new link, to the item.
async fn ask_for_a_new_link(app: &TestApp, page: &Page) -> Page {
    let browser = app.browser();
    let new = page.link("Get a new link").expect("a way to a new link");
    let form = browser.open(new.as_str()).await;
    assert!(
        form.text().contains("opens Penetration test"),
        "{}",
        form.text()
    );
    let sent = app.mail.mails().len();
    browser.submit(&form, "/sign-in", &[("email", GRACE)]).await;
    let is_new = |mail: &testkit::mail::Mail| mail.number > sent;
    let mail = app.mail.wait_for(GRACE, MAIL, is_new).await;
    let mail = mail.expect("an email");
    press(&browser, &mail.link("/enter?").expect("a link")).await
}

fn is_at(page: &Page, item: &str) -> bool {
    page.status == 200 && page.url.path().ends_with(&format!("/items/{item}"))
}

on_both_databases! {
    async fn a_link_that_was_used_still_leads_to_a_new_one_for_the_same_item(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let link = approved_for(&app, &org, &item).await;
        // The link was opened on the phone already, and pressed meanwhile on the computer.
        let (phone, computer) = (app.browser(), app.browser());
        let open = phone.open(&link).await;
        assert!(is_at(&press(&computer, &link).await, &item.id.to_string()));
        let pressed = phone.submit(&open, "/enter", &[]).await;
        assert_eq!(pressed.status, 410);
        let opened = app.browser().open(&link).await;
        assert_eq!(opened.status, 410);
        for stale in [pressed, opened] {
            let page = ask_for_a_new_link(&app, &stale).await;
            assert!(is_at(&page, &item.id.to_string()), "{}", page.summary());
        }
        // Who is signed in needs no new link.
        let page = computer.open(&link).await;
        let open = page.link("Open Penetration test").expect("a way to the item");
        assert!(is_at(&computer.open(open.as_str()).await, &item.id.to_string()));
    }

    async fn a_link_that_is_too_old_still_leads_to_a_new_one_for_the_same_item(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let link = approved_for(&app, &org, &item).await;
        app.advance(Duration::from_hours(25));
        let stale = app.browser().open(&link).await;
        assert_eq!(stale.status, 410);
        let page = ask_for_a_new_link(&app, &stale).await;
        assert!(is_at(&page, &item.id.to_string()), "{}", page.summary());
    }

    async fn the_email_says_where_to_get_a_new_link_for_the_item(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        approved_for(&app, &org, &item).await;
        let again = newest_link(&app, "/sign-in?").await;
        let form = app.browser().text(&again).await;
        assert!(form.contains("opens Penetration test"), "{form}");
    }

    async fn a_link_to_confirm_that_works_no_longer_leads_to_a_form_for_the_item(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, &[("confirms_address", "1")]).await;
        let item = app.item(&org, "Penetration test", Locked).await;
        ask_for(&app, &org, &item).await;
        let link = newest_link(&app, "/request-access/confirm?").await;
        let browser = app.browser();
        let page = browser.open(&link).await;
        app.advance(Duration::from_hours(49));
        for stale in [browser.submit(&page, "/confirm", &[]).await, browser.open(&link).await] {
            assert_eq!(stale.status, 410);
            let main = stale.link("Request access").expect("a way to the form");
            let form = browser.text(main.as_str()).await;
            assert!(form.contains("I’m looking for Penetration test"), "{form}");
        }
    }

    async fn an_item_in_a_link_that_nobody_has_is_not_named(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", ::domain::organizations::Plan::Free).await;
        let theirs = app.item(&other, "Their audit", Locked).await;
        for item in [theirs.id.to_string(), "../../dashboard".to_owned()] {
            for path in ["/enter", "/request-access/confirm"] {
                let page = app.browser().open(&org.page(&format!("{path}?item={item}&token=x"))).await;
                assert_eq!(page.status, 410);
                assert!(!page.html().contains(&item) && !page.text().contains("Their audit"), "{}", page.text());
            }
        }
    }

    async fn who_follows_a_link_to_a_document_signs_in_to_its_item(app: TestApp) {
        let fixture = nda::fixture(&app).await;
        let org = &fixture.org;
        let page = app.browser().open(&fixture.locked.path(org, "download")).await;
        assert_eq!(page.url.path(), org.page("/sign-in"));
        assert_eq!(page.url.query(), Some(format!("item={}", fixture.locked.item).as_str()));
    }

    async fn signing_the_nda_leads_to_the_item_also_where_a_colleague_was_faster(app: TestApp) {
        let fixture = nda::fixture(&app).await;
        let (org, item) = (&fixture.org, fixture.locked.item.to_string());
        let charles = colleague(&app, org).await;
        let page = fixture.ada.open(&org.page(&format!("/items/{item}"))).await;
        let text = fixture.ada.open(page.link("Read and sign the NDA").expect("a link").as_str()).await;
        let (also, later) = (charles.open(text.url.as_str()).await, text.url.clone());
        // The session runs out while the text is read.
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        let gone = app.browser().submit(&text, "/nda", &fields).await;
        assert_eq!(gone.url.query(), Some(format!("item={item}").as_str()), "{}", gone.summary());
        assert!(is_at(&fixture.ada.submit(&text, "/nda", &fields).await, &item));
        let told = charles.submit(&also, "/nda", &fields).await;
        assert!(is_at(&told, &item), "{}", told.summary());
        assert!(told.text().contains("signed already"), "{}", told.text());
        assert!(is_at(&charles.open(later.as_str()).await, &item));
    }

    async fn an_item_that_was_deleted_while_the_nda_was_read_leads_to_the_trust_center(app: TestApp) {
        let fixture = nda::fixture(&app).await;
        let (org, item) = (&fixture.org, fixture.locked.item.to_string());
        let text = fixture.ada.open(&org.page(&format!("/nda?item={item}"))).await;
        let page = fixture.admin.open(&format!("/dashboard/content/items/{item}")).await;
        fixture.admin.submit(&page, "/delete", &[]).await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        let signed = fixture.ada.submit(&text, "/nda", &fields).await;
        assert_eq!((signed.status.as_u16(), signed.url.path()), (200, org.page("").as_str()));
    }

    async fn docusign_brings_the_signer_back_to_the_item(app: TestApp) {
        let fixture = docusign::fixture(&app).await;
        let (org, item) = (&fixture.org, fixture.locked.item.to_string());
        let form = fixture.ada.open(&org.page(&format!("/nda?item={item}"))).await;
        let there = fixture.ada.submit(&form, "/nda/docusign", &[]).await;
        // In another browser nobody is signed in.
        let back = org.page(&format!("/nda/docusign/return?item={item}&event=signing_complete"));
        let gone = app.browser().open(&back).await;
        assert_eq!(gone.url.path(), org.page("/sign-in"));
        assert_eq!(gone.url.query(), Some(format!("item={item}").as_str()));
        let page = fixture.ada.submit(&there, "", &[("act", "sign")]).await;
        assert!(is_at(&page, &item), "{}", page.summary());
        assert!(is_at(&fixture.ada.open(&back).await, &item));
        // Charles had the form open; the account changed to another way of signing since.
        let charles = colleague(&app, org).await;
        choose(&app, org, &fixture.admin, "none", "").await;
        assert!(is_at(&charles.submit(&form, "/nda/docusign", &[]).await, &item));
    }
}
