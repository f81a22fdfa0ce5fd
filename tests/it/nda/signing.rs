//! Signing, and what is kept of it.

use std::time::Duration;

use domain::activities::ActivityKind::NdaSigned;
use lopdf::Object;
use sha2::{Digest, Sha256};

use super::{TEXT, account, colleague, fixture, publish};
use crate::on_both_databases;
use crate::public::activities;

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

on_both_databases! {
    async fn a_signature_keeps_who_what_when_and_from_where(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.sign(&fixture.ada, " Augusta Ada  King ").await;
        assert!(page.text().contains("Everything is open to you"), "{}", page.text());
        let kept = fixture.signature(&app).await.expect("a signature");
        assert_eq!(kept.full_name.as_str(), "Augusta Ada King");
        assert_eq!(kept.known_as, "Ada Lovelace");
        assert_eq!(kept.email.as_str(), "ada@engines.example");
        assert_eq!((kept.version, kept.sha256.as_str()), (1, sha256(TEXT).as_str()));
        assert_eq!(kept.signed_at, app.ambient.now());
        assert_eq!(kept.ip_address, "127.0.0.1 (direct connection)");
        assert_eq!(kept.user_agent, "Mozilla/5.0 (testkit)");
        let account = account(&app, &fixture.org).await;
        assert_eq!(account.nda.completed_at, Some(kept.signed_at));

        let mail = app
            .mail
            .wait_for("ada@engines.example", Duration::from_secs(20), |mail| mail.subject.contains("NDA"))
            .await
            .expect("the email to the signer");
        assert_eq!(mail.subject, "You signed the NDA of Northgate Labs");
        for fact in ["Augusta Ada King", "version 1", &kept.sha256, "127.0.0.1", "Feb 2, 2026, 3:00:00 PM UTC"] {
            assert!(mail.text.contains(fact) && mail.html.contains(fact), "{fact}: {}", mail.text);
        }
    }

    async fn the_certificate_says_it_all_and_carries_the_exact_text(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Łukasz Lovelace").await;
        let kept = fixture.signature(&app).await.unwrap();
        let path = format!("/dashboard/accounts/{}/nda/certificate", account(&app, &fixture.org).await.id);
        let file = fixture.admin.get(&path).await;
        assert_eq!(file.header("content-type"), Some("application/pdf"));
        let mine = fixture.ada.get(&fixture.org.page("/nda/certificate")).await;
        assert_eq!(mine.bytes, file.bytes, "the signer gets the same");
        let read = lopdf::Document::load_mem(&file.bytes).unwrap();
        let words = read.extract_text(&[1]).unwrap();
        for fact in ["Certificate of signature", "Ada Łukasz Lovelace", "Analytical Engines", &kept.sha256, "127.0.0.1"] {
            assert!(words.contains(fact), "{fact}: {words}");
        }
        let attached: Vec<String> = read
            .objects
            .values()
            .filter_map(|object| match object {
                Object::Stream(stream) if stream.dict.has_type(b"EmbeddedFile") => {
                    let content = stream.decompressed_content();
                    let content = content.unwrap_or_else(|_| stream.content.clone());
                    Some(String::from_utf8(content).unwrap())
                }
                _ => None,
            })
            .collect();
        assert!(attached.contains(&TEXT.to_owned()), "{attached:?}");
        assert!(attached.iter().any(|text| text.contains("Ada Łukasz Lovelace")), "{attached:?}");
    }

    async fn an_empty_name_or_box_is_said_and_signs_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        for (name, agree, said) in [
            ("  ", "yes", "Type your full name"),
            ("4 2", "yes", "Type your name in letters"),
            ("Ada Lovelace", "", "Tick the box"),
        ] {
            let fields = [("full_name", name), ("agree", agree)];
            let again = fixture.ada.submit(&page, "/nda", &fields).await;
            assert_eq!(again.status, 422, "{name}");
            assert!(again.text().contains(said), "{}", again.text());
        }
        let typed = fixture.ada.submit(&page, "/nda", &[("full_name", "Ada <L>")]).await;
        assert!(typed.html().contains("value=\"Ada &#60;L&#62;\""), "what was typed stays");
        assert!(fixture.signature(&app).await.is_none());
        assert!(activities(&app, &fixture.org, NdaSigned).await.is_empty());
    }

    async fn a_text_that_changed_while_it_was_read_has_to_be_read_again(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        publish(&fixture.admin, "# Mutual NDA\n\nNow for *three* years.").await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        let again = fixture.ada.submit(&page, "/nda", &fields).await;
        assert_eq!(again.status, 409);
        assert!(again.text().contains("Nothing was signed"), "{}", again.text());
        assert!(again.text().contains("three years"), "the new text: {}", again.text());
        assert!(again.html().contains("value=\"Ada Lovelace\""), "what was typed stays");
        assert!(fixture.signature(&app).await.is_none());
        let page = fixture.ada.submit(&again, "/nda", &[("full_name", "Ada Lovelace")]).await;
        assert_eq!(page.status, 422, "the box has to be ticked again");
        fixture.ada.submit(&page, "/nda", &fields).await;
        assert_eq!(fixture.signature(&app).await.unwrap().version, 2);
    }

    async fn a_new_version_leaves_earlier_signatures_as_they_are(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let before = fixture.signature(&app).await;
        publish(&fixture.admin, "# Another text").await;
        assert_eq!(fixture.signature(&app).await, before);
        assert_eq!(fixture.ada.get(&fixture.locked.path(&fixture.org, "download")).await.status, 200);
        let page = fixture.ada.text(&fixture.org.page("/nda")).await;
        assert!(page.contains("What is confidential stays so") && !page.contains("Another text"), "{page}");
        let mut tx = app.db.read().await.unwrap();
        let texts = store::nda::texts::list(&mut tx, fixture.org.id).await.unwrap();
        let texts: Vec<_> = texts.iter().map(|(text, n)| (text.version, text.body.as_str(), *n)).collect();
        assert_eq!(texts, [(2, "# Another text", 0), (1, TEXT, 1)]);
    }

    async fn signing_twice_or_after_a_colleague_signs_nothing_more(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = colleague(&app, &fixture.org).await;
        let open = charles.open(&fixture.org.page("/nda")).await;
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        fixture.ada.submit(&page, "/nda", &fields).await;
        let kept = fixture.signature(&app).await;
        for (browser, form) in [(&fixture.ada, &page), (&charles, &open)] {
            let told = browser.submit(form, "/nda", &fields).await;
            assert_eq!(told.url.path(), fixture.org.page("/nda"));
            assert!(told.text().contains("signed already"), "{}", told.text());
            assert!(told.text().contains("Ada Lovelace"), "{}", told.text());
        }
        assert_eq!(fixture.signature(&app).await, kept);
        assert_eq!(activities(&app, &fixture.org, NdaSigned).await.len(), 1);
        // The certificate has the signer's IP address: it is theirs and staff's.
        let certificate = fixture.org.page("/nda/certificate");
        assert_eq!(charles.get(&certificate).await.status, 404);
        assert_eq!(fixture.ada.get(&certificate).await.status, 200);
    }

    async fn members_who_sign_at_the_same_time_sign_once(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = colleague(&app, &fixture.org).await;
        let (ada, charles) = tokio::join!(
            fixture.sign(&fixture.ada, "Ada Lovelace"),
            fixture.sign(&charles, "Charles Babbage")
        );
        assert!(ada.status.is_success() && charles.status.is_success());
        assert!(fixture.signature(&app).await.is_some());
        assert_eq!(activities(&app, &fixture.org, NdaSigned).await.len(), 1);
    }
}
