//! A visitor stops the emails that they can do without.

use domain::email::visitor_preference::VisitorEmail;
use domain::organizations::{Plan, Role};
use testkit::client::Page;
use testkit::mail::Mail;

use super::{LONG, email};
use crate::conversations::{item, open_conversation, send, write};
use crate::on_both_databases;
use crate::public::{member, member_of};
use crate::support::{Browser, TestApp, TestOrg};

const ADA: &str = "ada@engines.example";
const ANSWERED: &str = "answered you";
const COMPLETED: &str = "completed your questionnaire";

/// Ada asks on an item and sends a questionnaire; an Editor works on both.
struct Fixture {
    org: TestOrg,
    editor: Browser,
    ada: Browser,
}

async fn fixture(app: &TestApp) -> Fixture {
    let org = app.enterprise().await;
    let editor = app.signed_in(&org, Role::Editor).await;
    let ada = member(app, &org).await;
    let item = item(app, &org).await;
    write(&ada, &org, item.id, "Was the API in scope?").await;
    send(&ada, &org, &[], "SIG.csv", b"q,a").await;
    Fixture { org, editor, ada }
}

impl Fixture {
    async fn answer(&self) {
        let page = open_conversation(&self.editor, "Penetration test").await;
        let page = self
            .editor
            .submit(&page, "/answer", &[("text", "Yes.")])
            .await;
        assert!(
            page.text().contains("Your answer is sent"),
            "{}",
            page.text()
        );
    }

    async fn complete(&self) {
        let board = self.editor.open("/dashboard/questionnaires").await;
        let own = board.link("SIG.csv").expect("the questionnaire");
        let complete = format!("{}/complete", own.path());
        let file = ("file", "SIG.csv", &b"q,yes"[..]);
        assert_eq!(self.editor.upload(&complete, &[], file).await.status, 303);
    }
}

/// How many emails with such a subject were written to this address.
async fn count(app: &TestApp, to: &str, subject: &str) -> i64 {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM email WHERE recipient = $1 AND subject LIKE $2";
    let like = format!("%{subject}%");
    let row = tx
        .one(sql, &[to.into(), like.as_str().into()])
        .await
        .unwrap();
    row.get("n").unwrap()
}

/// A mail program's button: no browser, no cookies, no Origin.
async fn one_click(app: &TestApp, mail: &Mail) -> Page {
    let address = mail.header("List-Unsubscribe").expect("the header");
    let address = address.trim_start_matches('<').trim_end_matches('>');
    assert_eq!(
        mail.header("List-Unsubscribe-Post"),
        Some("List-Unsubscribe=One-Click")
    );
    let browser = app.browser();
    let client = browser.client();
    let request = client
        .http()
        .post(address)
        .form(&[("List-Unsubscribe", "One-Click")]);
    client.send(request).await.unwrap()
}

on_both_databases! {
    async fn one_click_in_an_email_client_stops_emails_of_that_kind_only(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.answer().await;
        let mail = email(&app, ADA, ANSWERED).await;
        let answer = one_click(&app, &mail).await;
        assert_eq!(answer.status, 200, "{}", answer.summary());
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 1);
        fixture.complete().await;
        let mail = email(&app, ADA, COMPLETED).await;
        assert_eq!(one_click(&app, &mail).await.status, 200);
        fixture.complete().await;
        assert_eq!(count(&app, ADA, COMPLETED).await, 1);
        // Twice is as good as once.
        assert_eq!(one_click(&app, &mail).await.status, 200);
    }

    async fn a_mail_program_may_send_a_multipart_body(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.answer().await;
        let link = email(&app, ADA, ANSWERED).await.link("/email-preferences?token=").unwrap();
        let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        let browser = app.browser();
        let request = browser.client().http().post(&link).body(body);
        let request = request.header("Content-Type", "multipart/form-data; boundary=b");
        let answer = browser.client().send(request).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.summary());
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 1);
    }

    async fn the_link_opens_a_page_with_a_button_and_opening_it_stops_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.answer().await;
        let mail = email(&app, ADA, ANSWERED).await;
        let link = mail.link("/email-preferences?token=").expect("a link in the text");
        assert!(mail.html.contains("Unsubscribe from these emails"), "{}", mail.html);
        let nobody = app.browser();
        let page = nobody.open(&link).await;
        assert!(!page.html().contains(ADA), "the link only stops emails");
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 2, "a scanner that follows links stops nothing");
        let page = nobody.submit(&page, &link[link.find("/trust").unwrap()..], &[("List-Unsubscribe", "One-Click")]).await;
        assert!(page.text().contains("You’re unsubscribed from these emails"), "{}", page.text());
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 2);
        // The same page brings them back.
        let page = nobody.post(&link, &[("answer", "yes"), ("questionnaire", "yes")]).await;
        let page = nobody.follow(page).await;
        assert!(page.text().contains("Saved"), "{}", page.text());
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 3);
    }

    async fn a_member_chooses_for_themselves_only(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = member_of(&app, &fixture.org, "charles@engines.example", "Analytical Engines").await;
        let path = fixture.org.page("/email-preferences");
        let page = charles.open(&path).await;
        for kind in VisitorEmail::ALL {
            assert!(page.text().contains(kind.title()), "{kind}: {}", page.text());
        }
        let page = charles.post(&path, &[]).await;
        charles.follow(page).await;
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 1);
        let page = fixture.ada.post(&path, &[("questionnaire", "yes")]).await;
        let page = fixture.ada.follow(page).await;
        let html = page.html();
        let ticked = |name: &str| html.contains(&format!("name=\"{name}\" value=\"yes\" checked"));
        assert_eq!((ticked("answer"), ticked("questionnaire")), (false, true), "{html}");
        fixture.answer().await;
        fixture.complete().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 1);
        email(&app, ADA, COMPLETED).await;
    }

    async fn people_who_unsubscribed_can_still_sign_in(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.ada.post(&fixture.org.page("/email-preferences"), &[]).await;
        let before = app.mail.mails().len();
        app.browser().post(&fixture.org.page("/sign-in"), &[("email", ADA)]).await;
        let link = app.mail.wait_for(ADA, LONG, |mail| mail.number > before).await.unwrap();
        assert!(link.link("/enter").is_some() && link.header("List-Unsubscribe").is_none());
        assert!(!link.text.contains("/email-preferences"), "{}", link.text);
    }

    async fn a_link_counts_only_where_it_was_made_and_nobody_else_gets_in(app: TestApp) {
        let fixture = fixture(&app).await;
        app.organization("southgate", "Southgate", Plan::Free).await;
        fixture.answer().await;
        let mail = email(&app, ADA, ANSWERED).await;
        let link = mail.link("/email-preferences?token=").unwrap();
        let nobody = app.browser();
        let elsewhere = link.replace("/trust/northgate/", "/trust/southgate/");
        for (path, status) in [(&*elsewhere, 404), (&*fixture.org.page("/email-preferences?token=x"), 404), (&*fixture.org.page("/email-preferences"), 303)] {
            assert_eq!(nobody.get(path).await.status, status, "{path}");
            let sent = nobody.post(path, &[("List-Unsubscribe", "One-Click")]).await;
            assert_eq!(sent.status, status, "{path}");
        }
        fixture.answer().await;
        assert_eq!(count(&app, ADA, ANSWERED).await, 2);
    }
}
