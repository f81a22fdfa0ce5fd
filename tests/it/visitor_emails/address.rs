//! Every email to a visitor links to the organization's own domain.

use domain::organizations::Role;
use testkit::mail::Mail;

use super::{HOSTNAME, email, with_domain};
use crate::content::updates::{publish, subscribe};
use crate::conversations::{open_conversation, page_of, send, write};
use crate::dashboard::ask;
use crate::docusign::fixture;
use crate::nda::{choose, publish as publish_nda};
use crate::on_both_databases;
use crate::requests::give_access;
use crate::support::{TestApp, TestOrg};

/// What emails to visitors are called, with whom each goes to here.
const KINDS: [(&str, &str); 10] = [
    ("sign@engines.example", "Your sign-in link"),
    ("approved@acme.example", "You now have access"),
    ("invited@acme.example", "invites you"),
    ("denied@acme.example", "Your request"),
    ("subscriber@acme.example", "Northgate Labs: We passed"),
    ("confirm@acme.example", "Confirm: updates"),
    ("ada@engines.example", "answered you"),
    ("ada@engines.example", "completed your questionnaire"),
    ("ada@engines.example", "You signed the NDA"),
    ("ada@engines.example", "invites you"),
];

/// Whether it was written to a visitor after the domain was set.
fn is_to_visitor(mail: &Mail, before: usize) -> bool {
    mail.number > before && !mail.to.iter().any(|to| to.ends_with("@northgate.example"))
}

/// Requests are decided, people invited and updates mailed.
async fn staff_write(app: &TestApp, org: &TestOrg, admin: &crate::support::Browser) {
    ask(app, org, "approved@acme.example", "Acme").await;
    let page = admin.open("/dashboard/requests").await;
    admin.submit(&page, "/approve", &[]).await;
    ask(app, org, "denied@acme.example", "Acme").await;
    let page = admin.open("/dashboard/requests").await;
    let no = [("message", "Not yet.")];
    admin.submit(&page, "/deny", &no).await;
    give_access(admin, "Acme", "invited@acme.example").await;
    give_access(admin, "Acme", "sign@engines.example").await;
    subscribe(app, org, "subscriber@acme.example").await;
    publish(admin, "We passed", true).await;
    let engines = crate::accounts::account(app, org).await.id;
    let page = admin.open(&format!("/dashboard/accounts/{engines}")).await;
    admin.submit(&page, "/resend", &[]).await;
}

on_both_databases! {
    async fn no_email_to_a_visitor_has_the_public_address_once_the_domain_works(app: TestApp) {
        let fixture = fixture(&app).await;
        let (org, admin, ada) = (&fixture.org, &fixture.admin, &fixture.ada);
        publish_nda(admin, "# NDA").await;
        with_domain(&app, org).await;
        let before = app.mail.mails().len();

        // Both ways to sign; DocuSign leads back to the domain as well.
        let page = fixture.go().await;
        let form = page.form("").expect("DocuSign’s form");
        let to = page.url.join(&form.action).unwrap();
        let signed = ada.post(to.as_str(), &[("act", "sign")]).await;
        assert_eq!(signed.location().unwrap().host_str(), Some(HOSTNAME));
        email(&app, "ada@engines.example", "You signed the NDA").await;
        choose(&app, org, admin, "clickwrap", "").await;
        let page = ada.open(&org.page("/nda")).await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        ada.submit(&page, "/nda", &fields).await;

        let item = fixture.locked.item;
        write(ada, org, item, "Was the API in scope?").await;
        let page = open_conversation(admin, "SOC 2").await;
        admin.submit(&page, "/answer", &[("text", "It was.")]).await;
        assert!(ada.text(&page_of(org, item)).await.contains("It was."));
        send(ada, org, &[], "SIG.csv", b"q,a").await;
        let board = admin.open("/dashboard/questionnaires").await;
        let own = board.link("SIG.csv").expect("the questionnaire").path().to_owned();
        admin.upload(&format!("{own}/complete"), &[], ("file", "SIG.csv", b"q,yes")).await;

        staff_write(&app, org, admin).await;
        let nobody = app.browser();
        nobody.post(&org.page("/sign-in"), &[("email", "sign@engines.example")]).await;
        nobody.post(&org.page("/subscribe"), &[("email", "confirm@acme.example")]).await;

        for (to, subject) in KINDS {
            email(&app, to, subject).await;
        }
        let public = format!("//{}", app.url.host_str().unwrap());
        let nda = |mail: &&Mail| mail.subject.contains("You signed the NDA");
        let emails: Vec<_> = app.mail.mails().into_iter().filter(|mail| is_to_visitor(mail, before)).collect();
        assert_eq!(emails.iter().filter(nda).count(), 2, "on the page, and at DocuSign");
        for mail in &emails {
            let known = |(to, subject): &(&str, &str)| mail.to.iter().any(|one| one == to) && mail.subject.contains(subject);
            let welcome = mail.subject.contains("invites you");
            assert!(welcome || KINDS.iter().any(known), "add {} to the kinds", mail.subject);
            assert!(mail.link(&format!("://{HOSTNAME}")).is_some(), "{}: {}", mail.subject, mail.text);
            let stop = mail.header("List-Unsubscribe");
            assert!(stop.is_none_or(|link| link.contains(HOSTNAME)), "{stop:?}");
            let parts = [&mail.text, &mail.html];
            assert!(parts.iter().all(|part| !part.contains(&public)), "{}: {}", mail.subject, mail.text);
        }
    }

    async fn the_feed_leads_to_the_domain_and_stays_the_same_feed(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        publish(&editor, "We passed", false).await;
        let path = org.page("/updates/feed.xml");
        let id = |feed: &str| feed.split("<id>").nth(1).unwrap().split("</id>").next().unwrap().to_owned();
        let before = app.browser().get(&path).await.html();
        assert!(before.contains(app.url.host_str().unwrap()), "{before}");
        with_domain(&app, &org).await;
        let after = app.browser().get(&path).await.html();
        assert!(after.contains(&format!("://{HOSTNAME}")), "{after}");
        assert!(!after.contains(app.url.host_str().unwrap()), "{after}");
        assert_eq!(id(&before), id(&after));
    }
}
