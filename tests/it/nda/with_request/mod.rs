//! Signing the NDA in the form to request access, where the organization offers that: what
//! comes of it with the approval.

mod form;

use std::time::Duration;

use domain::activities::ActivityKind::{AccountCreated, NdaSigned};
use domain::content::Visibility::Locked;
use domain::nda::{NdaKind, NdaSignature};
use domain::organizations::Role;
use testkit::client::Page;

use super::{TEXT, account, choose, fixture, publish};
use crate::on_both_databases;
use crate::public::{Offer, activities, member, offer};
use crate::requests::{details, waiting};
use crate::support::{Browser, TestApp, TestOrg, pdf};

const GRACE: &str = "grace@acme.example";
const MAIL: Duration = Duration::from_secs(20);

struct World {
    org: TestOrg,
    admin: Browser,
    locked: Offer,
}

/// An organization whose new accounts sign the text, and whose form offers it.
async fn world(app: &TestApp) -> World {
    let org = app.enterprise().await;
    let locked = offer(app, &org, Locked, "Report.pdf", &pdf("Report")).await;
    let admin = app.signed_in(&org, Role::Admin).await;
    publish(&admin, TEXT).await;
    default_nda(&admin, "clickwrap").await;
    let page = turn(&admin, true).await;
    assert!(
        page.text().contains("offers the NDA from now on"),
        "{}",
        page.text()
    );
    World { org, admin, locked }
}

async fn default_nda(admin: &Browser, kind: &str) {
    let page = admin.open("/dashboard/settings/nda").await;
    admin.submit(&page, "/nda/default", &[("kind", kind)]).await;
}

async fn turn(admin: &Browser, on: bool) -> Page {
    let page = admin.open("/dashboard/settings/nda").await;
    let value = if on { "1" } else { "" };
    admin
        .submit(&page, "/nda/in-request", &[("in_request", value)])
        .await
}

const SIGNED: [(&str, &str); 2] = [("full_name", "Grace B. Hopper"), ("agree", "yes")];

impl World {
    fn item(&self) -> String {
        self.locked.item.to_string()
    }

    /// Grace fills in the form for the item.
    async fn ask(&self, browser: &Browser, fields: &[(&str, &str)]) -> Page {
        let path = format!("/request-access?item={}", self.locked.item);
        let form = browser.open(&self.org.page(&path)).await;
        let mut all = vec![
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", GRACE),
            ("company", "Acme"),
        ];
        all.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
        all.extend(fields);
        browser.submit(&form, "/request-access", &all).await
    }

    /// Grace signs in the form, and follows the link in the email.
    async fn ask_and_confirm(&self, app: &TestApp) -> Page {
        let browser = app.browser();
        let before = app.mail.mails().len();
        self.ask(&browser, &SIGNED).await;
        self.confirm(app, &browser, before).await
    }

    async fn confirm(&self, app: &TestApp, browser: &Browser, before: usize) -> Page {
        let part = "/request-access/confirm";
        let fits = |mail: &testkit::mail::Mail| mail.number > before && mail.link(part).is_some();
        let mail = app.mail.wait_for(GRACE, MAIL, fits).await.expect("a link");
        let page = browser.open(&mail.link(part).expect("a link")).await;
        browser.submit(&page, part, &[("agree", "yes")]).await
    }

    async fn approve(&self, app: &TestApp, fields: &[(&str, &str)]) -> Page {
        let id = waiting(app, &self.org).await[0].id;
        let page = self.admin.open(&details(id)).await;
        let action = format!("{id}/approve");
        let done = self.admin.submit(&page, &action, fields).await;
        assert!(done.text().contains("now has access"), "{}", done.text());
        done
    }

    /// Grace follows the link in the approval; her browser.
    async fn enter(&self, app: &TestApp) -> (Browser, Page) {
        let fits = |mail: &testkit::mail::Mail| {
            mail.subject.contains("now have access") && mail.link("/enter?").is_some()
        };
        let mail = app.mail.wait_for(GRACE, MAIL, fits).await.expect("a link");
        let browser = app.browser();
        let page = browser.open(&mail.link("/enter?").expect("a link")).await;
        let page = browser.submit(&page, "/enter", &[]).await;
        (browser, page)
    }

    async fn is_open_to(&self, browser: &Browser) -> bool {
        let path = self.locked.path(&self.org, "download");
        browser.get(&path).await.status == 200
    }

    async fn signature(&self, app: &TestApp, account: &str) -> Option<NdaSignature> {
        let mut tx = app.db.read().await.unwrap();
        let account = store::accounts::by_name(&mut tx, self.org.id, account).await;
        let account = account.unwrap().expect("the account");
        let found = store::nda::signatures::of_account(&mut tx, self.org.id, account.id).await;
        found.unwrap()
    }

    async fn recorded(&self, app: &TestApp) -> usize {
        activities(app, &self.org, NdaSigned).await.len()
    }
}

async fn rows(app: &TestApp, table: &str) -> usize {
    app.dump()
        .await
        .0
        .get(table)
        .map_or(0, std::collections::BTreeSet::len)
}

on_both_databases! {
    async fn who_signs_in_the_form_reads_the_document_after_the_approval(app: TestApp) {
        let world = world(&app).await;
        let form = app.browser().text(&world.org.page("/request-access")).await;
        assert!(form.contains("What is confidential stays so"), "the text: {form}");
        let received = world.ask_and_confirm(&app).await;
        assert!(received.text().contains("Your request is with"), "{}", received.text());
        assert_eq!(world.recorded(&app).await, 0, "there is no account yet");
        let id = waiting(&app, &world.org).await[0].id;
        let panel = world.admin.text(&details(id)).await;
        assert!(panel.contains("Version 1 signed for Acme by Grace B. Hopper (requested as Grace Hopper)"), "{panel}");
        world.approve(&app, &[("account", "Acme")]).await;
        let (grace, page) = world.enter(&app).await;
        assert!(page.url.path().ends_with(&format!("/items/{}", world.item())), "{}", page.summary());
        assert!(world.is_open_to(&grace).await, "no NDA step is left");
        let signed = activities(&app, &world.org, NdaSigned).await;
        assert_eq!(signed.len(), 1);
        assert_eq!(signed[0].what.company, "Acme");
        assert!(signed[0].what.account.is_some());
        let text = signed[0].what.details.text.clone().unwrap_or_default();
        assert!(text.contains("Signed as Grace B. Hopper with the request for access: version 1"), "{text}");
        assert_eq!(activities(&app, &world.org, AccountCreated).await.len(), 1);
    }

    async fn the_evidence_is_that_of_the_confirmation(app: TestApp) {
        let world = world(&app).await;
        let browser = app.browser();
        world.ask(&browser, &SIGNED).await;
        app.advance(Duration::from_hours(1));
        let signed_at = app.ambient.now();
        world.confirm(&app, &browser, 0).await;
        app.advance(Duration::from_hours(1));
        world.approve(&app, &[("account", "Acme Corporation")]).await;
        let kept = world.signature(&app, "Acme Corporation").await.expect("a signature");
        assert_eq!((kept.signed_at, kept.version), (signed_at, 1));
        assert_eq!(kept.full_name.as_str(), "Grace B. Hopper");
        assert_eq!((kept.known_as.as_str(), kept.email.as_str()), ("Grace Hopper", GRACE));
        assert_eq!(kept.ip_address, "127.0.0.1 (direct connection)");
        assert_eq!(kept.user_agent, "Mozilla/5.0 (testkit)");
        assert!(kept.request.is_some());
        let (grace, _) = world.enter(&app).await;
        let file = grace.get(&world.org.page("/nda/certificate")).await;
        let read = lopdf::Document::load_mem(&file.bytes).unwrap();
        let words = read.extract_text(&[1]).unwrap();
        for fact in ["Grace B. Hopper", "Signed for, as typed", "Acme", &kept.sha256, &kept.id.to_string(), "requesting access"] {
            assert!(words.contains(fact), "{fact}: {words}");
        }
        let fits = |mail: &testkit::mail::Mail| mail.subject == "You signed the NDA of Northgate Labs";
        let mail = app.mail.wait_for(GRACE, MAIL, fits).await.expect("the email to the signer");
        for fact in ["Grace B. Hopper", "Acme Corporation", &kept.sha256] {
            assert!(mail.text.contains(fact), "{fact}: {}", mail.text);
        }
        let account = kept.account;
        let page = world.admin.text(&format!("/dashboard/accounts/{account}")).await;
        assert!(page.contains("with the request for access"), "{page}");
    }

    async fn who_leaves_it_empty_signs_after_the_approval(app: TestApp) {
        let world = world(&app).await;
        world.ask(&app.browser(), &[]).await;
        world.approve(&app, &[("account", "Acme")]).await;
        let (grace, page) = world.enter(&app).await;
        assert!(page.text().contains("Read and sign the NDA"), "{}", page.text());
        assert!(!world.is_open_to(&grace).await);
        assert_eq!(world.recorded(&app).await, 0);
    }

    async fn a_text_that_changed_before_the_approval_is_signed_again(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        publish(&world.admin, "# Another text").await;
        let id = waiting(&app, &world.org).await[0].id;
        let panel = world.admin.text(&details(id)).await;
        assert!(panel.contains("No longer counts: another version was published since"), "{panel}");
        world.approve(&app, &[("account", "Acme")]).await;
        let (grace, page) = world.enter(&app).await;
        assert!(page.text().contains("Read and sign the NDA"), "{}", page.text());
        assert!(!world.is_open_to(&grace).await);
        assert_eq!(world.recorded(&app).await, 0);
        let page = grace.open(&world.org.page(&format!("/nda?item={}", world.item()))).await;
        let signed = grace.submit(&page, "/nda", &SIGNED).await;
        assert!(signed.url.path().ends_with(&world.item()), "{}", signed.summary());
        let kept = world.signature(&app, "Acme").await.unwrap();
        assert_eq!((kept.version, kept.request), (2, None));
    }

    async fn a_denied_request_gives_nothing_and_a_reopened_one_does(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        let id = waiting(&app, &world.org).await[0].id;
        let page = world.admin.open(&details(id)).await;
        world.admin.submit(&page, &format!("{id}/deny"), &[]).await;
        assert_eq!((world.recorded(&app).await, rows(&app, "nda_signature").await), (0, 0));
        // Grace asks again without signing: what was denied doesn't count for it.
        world.ask(&app.browser(), &[]).await;
        world.approve(&app, &[("account", "Acme")]).await;
        assert!(world.signature(&app, "Acme").await.is_none());
        let (grace, _) = world.enter(&app).await;
        assert!(!world.is_open_to(&grace).await);
        assert_eq!(rows(&app, "nda_acceptance").await, 1, "the evidence stays as it is");
    }

    async fn an_undone_denial_lets_the_signature_count(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        let id = waiting(&app, &world.org).await[0].id;
        let page = world.admin.open(&details(id)).await;
        let denied = world.admin.submit(&page, &format!("{id}/deny"), &[]).await;
        world.admin.submit(&denied, &format!("{id}/reopen"), &[]).await;
        world.approve(&app, &[("account", "Acme")]).await;
        assert!(world.signature(&app, "Acme").await.is_some());
    }

    async fn an_account_that_is_complete_already_keeps_its_own_signature(app: TestApp) {
        let fixture = fixture(&app).await;
        default_nda(&fixture.admin, "clickwrap").await;
        turn(&fixture.admin, true).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let before = fixture.signature(&app).await;
        let world = World { org: fixture.org.clone(), admin: fixture.admin.clone(), locked: fixture.locked };
        world.ask_and_confirm(&app).await;
        world.approve(&app, &[("account", "Analytical Engines")]).await;
        let (grace, _) = world.enter(&app).await;
        assert!(world.is_open_to(&grace).await);
        assert_eq!(world.signature(&app, "Analytical Engines").await, before);
        assert_eq!(world.recorded(&app).await, 1, "Ada’s");
    }

    async fn an_account_that_still_has_to_sign_opens_to_all_its_members(app: TestApp) {
        let fixture = fixture(&app).await;
        default_nda(&fixture.admin, "clickwrap").await;
        turn(&fixture.admin, true).await;
        let ada = fixture.ada.clone();
        let world = World { org: fixture.org.clone(), admin: fixture.admin.clone(), locked: fixture.locked };
        assert!(!world.is_open_to(&ada).await);
        world.ask_and_confirm(&app).await;
        world.approve(&app, &[("account", "Analytical Engines")]).await;
        assert!(world.is_open_to(&ada).await);
        assert_eq!(world.recorded(&app).await, 1);
    }

    async fn an_account_that_signs_otherwise_or_not_at_all_gets_no_signature(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        world.approve(&app, &[("account", "Acme"), ("nda", "none")]).await;
        assert!(world.signature(&app, "Acme").await.is_none());
        let (grace, _) = world.enter(&app).await;
        assert!(world.is_open_to(&grace).await);
        assert_eq!(world.recorded(&app).await, 0);
    }

    async fn of_two_requests_by_one_person_the_later_signature_counts_once(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        app.advance(Duration::from_mins(2));
        let (browser, before) = (app.browser(), app.mail.mails().len());
        world.ask(&browser, &[("full_name", "Rear Admiral Hopper"), ("agree", "yes")]).await;
        world.confirm(&app, &browser, before).await;
        assert_eq!(waiting(&app, &world.org).await.len(), 1);
        // Asking a third time without signing takes nothing back.
        world.ask(&app.browser(), &[("reason", "It is urgent.")]).await;
        world.approve(&app, &[("account", "Acme")]).await;
        let kept = world.signature(&app, "Acme").await.expect("a signature");
        assert_eq!(kept.full_name.as_str(), "Rear Admiral Hopper");
        assert_eq!(world.recorded(&app).await, 1);
        assert_eq!(rows(&app, "nda_acceptance").await, 2, "both are kept");
    }

    async fn an_automatic_approval_leaves_no_step_either(app: TestApp) {
        let world = world(&app).await;
        let page = world.admin.open("/dashboard/settings/access").await;
        world.admin.submit(&page, "/settings/access", &[("automatic", "always")]).await;
        world.ask(&app.browser(), &SIGNED).await;
        assert_eq!(world.recorded(&app).await, 0, "the address isn’t confirmed");
        world.confirm(&app, &app.browser(), 0).await;
        let (grace, page) = world.enter(&app).await;
        assert!(page.url.path().ends_with(&world.item()), "{}", page.summary());
        assert!(world.is_open_to(&grace).await);
        assert_eq!(world.recorded(&app).await, 1);
    }

    async fn several_requests_approved_at_once_count_each(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        let id = waiting(&app, &world.org).await[0].id;
        let fields = [("act", "approve"), ("request", &*format!("{id} as Acme"))];
        world.admin.post("/dashboard/requests/many", &fields).await;
        assert!(world.signature(&app, "Acme").await.is_some());
    }

    async fn a_member_of_an_account_with_docusign_still_signs_there(app: TestApp) {
        let world = world(&app).await;
        let ada = member(&app, &world.org).await;
        app.docusign_ready(&world.org, &world.admin).await;
        choose(&app, &world.org, &world.admin, "docusign", "").await;
        world.ask_and_confirm(&app).await;
        world.approve(&app, &[("account", "Analytical Engines")]).await;
        assert!(!world.is_open_to(&ada).await);
        let theirs = account(&app, &world.org).await;
        assert_eq!((theirs.nda.kind, theirs.nda.completed_at), (NdaKind::Docusign, None));
        let (grace, _) = world.enter(&app).await;
        assert!(!world.is_open_to(&grace).await);
        assert_eq!(world.recorded(&app).await, 0);
    }

    async fn whoever_has_the_mailbox_reads_the_text_and_agrees_before_anything_is_signed(app: TestApp) {
        let world = world(&app).await;
        // Mallory fills in the form with Grace's address.
        world.ask(&app.browser(), &[("full_name", "Mallory"), ("agree", "yes")]).await;
        let part = "/request-access/confirm";
        let mail = app.mail.wait_for(GRACE, MAIL, |mail| mail.link(part).is_some()).await.expect("a link");
        let grace = app.browser();
        let page = grace.open(&mail.link(part).expect("a link")).await;
        assert!(page.text().contains("What is confidential stays so"), "{}", page.text());
        let again = grace.submit(&page, part, &[]).await;
        assert_eq!(again.status, 422, "nothing is signed without the box");
        assert!(waiting(&app, &world.org).await.is_empty());
        let sent = grace.submit(&again, part, &[("full_name", "")]).await;
        assert!(sent.text().contains("Your request is with"), "{}", sent.text());
        assert_eq!(rows(&app, "nda_acceptance").await, 0, "she signs later");
    }

    async fn a_text_that_changed_before_the_confirmation_is_read_again(app: TestApp) {
        let world = world(&app).await;
        let browser = app.browser();
        world.ask(&browser, &SIGNED).await;
        publish(&world.admin, "# Mutual NDA\n\nNow for *three* years.").await;
        let part = "/request-access/confirm";
        let mail = app.mail.wait_for(GRACE, MAIL, |mail| mail.link(part).is_some()).await.expect("a link");
        let page = browser.open(&mail.link(part).expect("a link")).await;
        assert!(page.text().contains("The text has changed since you read it."), "{}", page.text());
        assert!(page.text().contains("three years"), "{}", page.text());
        browser.submit(&page, part, &[("agree", "yes")]).await;
        world.approve(&app, &[("account", "Acme Corporation")]).await;
        let kept = world.signature(&app, "Acme Corporation").await.expect("a signature");
        assert_eq!(kept.version, 2);
    }

    async fn a_signature_does_not_move_to_another_company(app: TestApp) {
        let world = world(&app).await;
        world.ask_and_confirm(&app).await;
        // Anyone may ask with Grace's address for another company.
        let words = [("first_name", "John"), ("last_name", "Doe"), ("company", "Globex")];
        world.ask(&app.browser(), &words).await;
        let id = waiting(&app, &world.org).await[0].id;
        let panel = world.admin.text(&details(id)).await;
        assert!(panel.contains("No longer counts: it was signed for Acme"), "{panel}");
        world.approve(&app, &[("account", "Globex")]).await;
        assert!(world.signature(&app, "Globex").await.is_none());
        assert_eq!(world.recorded(&app).await, 0);
    }
}
