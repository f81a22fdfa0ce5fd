//! Setting DocuSign up.

use docusign_sim::{PRIVATE_KEY, UNKNOWN_PRIVATE_KEY};
use domain::organizations::Role;

use super::{fixture, set_up, work};
use crate::nda::choose;
use crate::on_both_databases;
use crate::public::member;
use crate::support::{
    Browser, CONNECT_KEY, DOCUSIGN_SETTINGS, Log, add_connect_key, connect_docusign, pdf,
    use_template,
};

/// The visible text after pressing "Check now".
async fn checked(admin: &Browser) -> String {
    let page = admin.open(DOCUSIGN_SETTINGS).await;
    admin.submit(&page, "/docusign/check", &[]).await.text()
}

on_both_databases! {
    async fn nobody_is_asked_to_sign_before_it_is_set_up(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        member(&app, &org).await;
        let page = choose(&app, &org, &admin, "docusign", "").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("DocuSign is not set up yet"), "{}", page.text());
        let fields = [("kind", "docusign")];
        let answer = admin.post("/dashboard/settings/nda/default", &fields).await;
        assert_eq!(answer.status, 422);
        set_up(&admin).await;
        let answer = admin.post("/dashboard/settings/nda/default", &fields).await;
        assert_eq!(answer.status, 422, "there is nothing to sign yet");
        use_template(&admin, "Signer").await;
        let answer = admin.post("/dashboard/settings/nda/default", &fields).await;
        assert_eq!(answer.status, 303);
    }

    async fn what_is_typed_wrong_is_said_beside_it(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let wrong = [("integration_key", "abc"), ("user_id", ""), ("private_key", "secret")];
        let page = connect_docusign(&admin, &wrong).await;
        assert_eq!(page.status, 422);
        for part in ["Copy the integration key", "Copy the User ID", "This is no private key"] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        assert!(!page.html().contains("secret</textarea>"), "a key is never shown again");
    }

    async fn the_check_says_what_is_wrong_and_what_to_do(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        set_up(&admin).await;
        let words = checked(&admin).await;
        assert!(words.contains("Signing in works") && words.contains("Nothing to sign yet"), "{words}");
        app.docusign.sim.set_consent(false);
        let page = admin.open(DOCUSIGN_SETTINGS).await;
        let page = admin.submit(&page, "/docusign/check", &[]).await;
        assert!(page.text().contains("has not allowed this app"), "{}", page.text());
        let consent = page.link("consent page").expect("the consent page");
        let back = admin.open(consent.as_str()).await;
        assert_eq!(back.url.path(), DOCUSIGN_SETTINGS);
        use_template(&admin, "Buyer").await;
        let words = checked(&admin).await;
        assert!(words.contains("no role “Buyer”") && words.contains("It has: Signer"), "{words}");
        use_template(&admin, "Signer").await;
        let words = checked(&admin).await;
        assert!(words.contains("Mutual NDA, signed by Signer"), "{words}");
        connect_docusign(&admin, &[("private_key", UNKNOWN_PRIVATE_KEY)]).await;
        let words = checked(&admin).await;
        assert!(words.contains("private key doesn’t belong"), "{words}");
        let user = "00000000-0000-0000-0000-000000000001";
        connect_docusign(&admin, &[("private_key", PRIVATE_KEY), ("user_id", user)]).await;
        let words = checked(&admin).await;
        assert!(words.contains("doesn’t know the user ID"), "{words}");
        connect_docusign(&admin, &[("account_id", user)]).await;
        let words = checked(&admin).await;
        assert!(words.contains("not in that account"), "{words}");
    }

    async fn secrets_are_sealed_and_never_shown(app: TestApp) {
        let fixture = fixture(&app).await;
        let inside = PRIVATE_KEY.lines().nth(3).unwrap();
        for path in [DOCUSIGN_SETTINGS, "/dashboard/settings/audit"] {
            let page = fixture.admin.open(path).await;
            assert!(!page.html().contains(inside) && !page.html().contains(CONNECT_KEY), "{path}");
        }
        let mut tx = app.db.read().await.unwrap();
        let stored = store::nda::docusign::get(&mut tx, fixture.org.id).await.unwrap().unwrap();
        let keys = store::nda::docusign_keys::list(&mut tx, fixture.org.id).await.unwrap();
        for (sealed, secret) in [(&stored.private_key, inside), (&keys[0].secret, CONNECT_KEY)] {
            let secret = secret.as_bytes();
            assert!(!sealed.windows(secret.len()).any(|part| part == secret));
        }
        // Other values are saved without pasting the key again.
        drop(tx);
        let page = connect_docusign(&fixture.admin, &[]).await;
        assert_eq!(page.status, 200);
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
    }

    async fn a_pdf_is_signed_at_its_anchor_or_on_an_added_page(app: TestApp) {
        let fixture = fixture(&app).await;
        let path = format!("{DOCUSIGN_SETTINGS}/pdf");
        let file = ("file", "Our NDA.pdf", &pdf("Mutual NDA")[..]);
        let answer = fixture.admin.upload(&path, &[("anchor", "")], file).await;
        assert_eq!(answer.status, 303, "{}", answer.summary());
        fixture.end("decline").await;
        let sent = app.docusign.sim.envelopes().remove(0);
        assert_eq!(sent.documents, ["Our NDA.pdf", "Signature"]);
        // A text that is in the PDF.
        fixture.admin.upload(&path, &[("anchor", "found effective")], file).await;
        fixture.end("decline").await;
        assert_eq!(app.docusign.sim.envelopes()[1].documents, ["Our NDA.pdf"]);
        // And one that isn't: nobody signs in the wrong place.
        fixture.admin.upload(&path, &[("anchor", "/not there/")], file).await;
        let page = fixture.go().await;
        assert_eq!(page.status, 503);
        assert!(page.text().contains("something to repair there"), "{}", page.text());
        let odd = ("file", "notes.txt", &b"plain text"[..]);
        assert_eq!(fixture.admin.upload(&path, &[("anchor", "")], odd).await.status, 422);
    }

    async fn removing_keeps_what_was_signed_and_closes_what_was_not(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.admin.open(DOCUSIGN_SETTINGS).await;
        let page = fixture.admin.submit(&page, "/docusign/remove", &[]).await;
        assert!(page.text().contains("DocuSign is removed"), "{}", page.text());
        assert!(!fixture.is_open().await);
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        assert!(page.text().contains("Signing isn’t possible"), "{}", page.text());
        let answer = fixture.ada.post(&fixture.org.page("/nda/docusign"), &[]).await;
        assert_eq!(answer.status, 503);
    }

    async fn no_log_line_has_a_key_or_a_token(app: TestApp) {
        let (log, listening) = Log::listen();
        let fixture = fixture(&app).await;
        fixture.end("sign").await;
        work(&app).await;
        drop(listening);
        let log = log.text();
        assert!(log.contains("answered"), "the log was listened to: {log}");
        let inside = PRIVATE_KEY.lines().nth(3).unwrap();
        let mut secrets = app.docusign.sim.tokens();
        assert!(!secrets.is_empty(), "DocuSign gave a token");
        // The last is how every signed assertion begins.
        secrets.extend([inside, CONNECT_KEY, "eyJ"].map(ToOwned::to_owned));
        for secret in secrets {
            assert!(!log.contains(&secret), "{secret} is in the log");
        }
    }

    async fn only_admins_see_and_change_it(app: TestApp) {
        let fixture = fixture(&app).await;
        let editor = app.signed_in(&fixture.org, Role::Editor).await;
        assert_eq!(editor.get(DOCUSIGN_SETTINGS).await.status, 403);
        for path in ["", "/check", "/template", "/keys", "/remove"] {
            let answer = editor.post(&format!("{DOCUSIGN_SETTINGS}{path}"), &[]).await;
            assert_eq!(answer.status, 403, "{path}");
        }
        let page = fixture.admin.open("/dashboard/settings/audit").await;
        for part in ["Set up DocuSign", "Chose what is signed", "Added a DocuSign Connect key"] {
            assert!(page.text().contains(part), "{part}");
        }
        let short = add_connect_key(&fixture.admin, "short").await;
        assert_eq!(short.status, 422);
    }
}
