//! Going to DocuSign and coming back.

use std::time::Duration;

use docusign_sim::{Fault, Status, Webhooks};
use domain::activities::ActivityKind;
use domain::nda::docusign::EnvelopeStatus;
use salesforce_sim::{AccountSeed, ContactSeed};
use sha2::{Digest as _, Sha256};

use super::{fixture, work};
use crate::nda::{account, choose, colleague};
use crate::on_both_databases;

on_both_databases! {
    async fn a_member_signs_and_everything_opens(app: TestApp) {
        let fixture = fixture(&app).await;
        assert!(!fixture.is_open().await);
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        assert!(page.text().contains("Sign with DocuSign"), "{}", page.text());
        let page = fixture.go().await;
        assert!(page.text().contains("Ada Lovelace (ada@engines.example)"), "{}", page.text());
        assert!(!fixture.is_open().await, "on DocuSign’s page nothing is signed yet");
        let page = fixture.ada.submit(&page, "", &[("act", "sign")]).await;
        assert_eq!(page.url.path(), fixture.org.page(""));
        assert!(page.text().contains("Signed."), "{}", page.text());
        assert!(fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 1);
        let charles = colleague(&app, &fixture.org).await;
        assert_eq!(charles.get(&fixture.locked.path(&fixture.org, "download")).await.status, 200);
    }

    async fn what_was_signed_is_kept_with_its_hash_and_shown_to_both_sides(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.end("sign").await;
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        assert!(page.text().contains("is being fetched"), "{}", page.text());
        work(&app).await;
        let envelope = fixture.envelopes(&app).await.remove(0);
        let path = format!("/dashboard/accounts/{}", account(&app, &fixture.org).await.id);
        for (file, id) in [("signed", envelope.signed), ("certificate", envelope.certificate)] {
            let mut tx = app.db.read().await.unwrap();
            let document = store::documents::by_id(&mut tx, fixture.org.id, id.unwrap()).await;
            let document = document.unwrap().unwrap();
            let own = fixture.ada.get(&fixture.org.page(&format!("/nda/docusign/files/{file}"))).await;
            let hash = Sha256::digest(&own.bytes);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, document.sha256, "{file}");
            let staffs = format!("{path}/nda/envelopes/{}/{file}", envelope.id);
            assert_eq!(fixture.admin.get(&staffs).await.bytes, own.bytes);
            assert!(lopdf::Document::load_mem(&own.bytes).is_ok(), "{file}");
        }
        let page = fixture.admin.text(&path).await;
        for part in ["DocuSign", "Signed", "ada@engines.example", &envelope.envelope] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let mail = app
            .mail
            .wait_for("ada@engines.example", Duration::from_secs(20), |mail| {
                mail.subject.contains("You signed the NDA")
            })
            .await;
        assert!(mail.is_ok());
    }

    async fn coming_back_proves_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        fixture.go().await;
        let back = fixture.org.page("/nda/docusign/return?event=signing_complete");
        let page = fixture.ada.open(&back).await;
        assert!(page.text().contains("waiting for DocuSign"), "{}", page.text());
        assert!(!fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 0);
        // Looking again asks us, and not DocuSign.
        let calls = app.docusign.sim.calls().len();
        for _ in 0..3 {
            fixture.ada.open(&back).await;
        }
        assert_eq!(app.docusign.sim.calls().len(), calls);
    }

    async fn who_comes_back_after_signing_is_let_in_by_asking_docusign(app: TestApp) {
        let fixture = fixture(&app).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 1);
    }

    async fn who_declines_stays_outside_and_may_start_again(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.end("decline").await;
        for part in ["You declined to sign", "Two years are too long", "security@northgate.example"] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        assert!(!fixture.is_open().await);
        assert_eq!(fixture.status(&app).await, EnvelopeStatus::Declined);
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
        assert_eq!(fixture.envelopes(&app).await.len(), 2);
        assert_eq!(fixture.recorded(&app).await, 1);
    }

    async fn who_puts_it_off_continues_with_the_same_envelope(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.end("later").await;
        assert!(page.text().contains("Continue with DocuSign"), "{}", page.text());
        fixture.end("sign").await;
        assert_eq!(fixture.envelopes(&app).await.len(), 1);
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
        assert!(fixture.is_open().await);
    }

    async fn who_starts_again_and_again_has_to_wait(app: TestApp) {
        let fixture = fixture(&app).await;
        for _ in 0..5 {
            fixture.end("decline").await;
        }
        for _ in 0..5 {
            fixture.end("later").await;
        }
        let envelopes = app.docusign.sim.envelopes().len();
        let page = fixture.go().await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("You started signing too often. Wait an hour"), "{}", page.text());
        assert_eq!(app.docusign.sim.envelopes().len(), envelopes);
        app.advance(std::time::Duration::from_secs(3601));
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
    }

    async fn a_withdrawn_envelope_is_replaced(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.go().await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        app.docusign.sim.void(&id, "Wrong version").await;
        let page = fixture.go().await;
        assert!(page.text().contains("Sign and finish"), "{}", page.text());
        let states: Vec<_> = fixture.envelopes(&app).await.iter().map(|e| e.status).collect();
        assert_eq!(states, [EnvelopeStatus::Sent, EnvelopeStatus::Voided]);
    }

    async fn when_one_has_signed_the_others_need_not(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = colleague(&app, &fixture.org).await;
        let page = charles.open(&fixture.org.page("/nda")).await;
        let waiting = charles.submit(&page, "/nda/docusign", &[]).await;
        assert!(waiting.text().contains("Sign and finish"), "{}", waiting.text());
        fixture.end("sign").await;
        work(&app).await;
        let all = app.docusign.sim.envelopes();
        assert_eq!((all.len(), all[0].status, all[1].status), (2, Status::Voided, Status::Completed));
        assert!(all[0].reason.contains("Nobody has to sign this anymore"), "{}", all[0].reason);
        // Who was on DocuSign's page comes back to what is open now.
        let back = charles.submit(&waiting, "", &[("act", "sign")]).await;
        assert_eq!(back.url.path(), fixture.org.page(""), "{}", back.summary());
        assert_eq!(fixture.recorded(&app).await, 1);
    }

    async fn who_signs_at_the_same_moment_has_signed_too(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = colleague(&app, &fixture.org).await;
        let page = charles.open(&fixture.org.page("/nda")).await;
        charles.submit(&page, "/nda/docusign", &[]).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        let of_charles = app.docusign.sim.envelopes()[0].id.clone();
        app.docusign.sim.sign(&of_charles).await;
        fixture.end("sign").await;
        work(&app).await;
        app.advance(Duration::from_mins(15));
        work(&app).await;
        let states: Vec<_> = fixture.envelopes(&app).await.iter().map(|e| e.status).collect();
        assert_eq!(states, [EnvelopeStatus::Completed, EnvelopeStatus::Completed]);
        assert_eq!(fixture.recorded(&app).await, 1);
    }

    async fn two_clicks_at_once_make_one_envelope(app: TestApp) {
        let fixture = fixture(&app).await;
        let path = fixture.org.page("/nda/docusign");
        let (one, other) = tokio::join!(fixture.ada.post(&path, &[]), fixture.ada.post(&path, &[]));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (303, 303));
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
    }

    async fn an_answer_that_was_lost_makes_no_second_envelope(app: TestApp) {
        let fixture = fixture(&app).await;
        app.docusign.sim.fail_next(&[Fault::Lost]);
        let page = fixture.go().await;
        assert_eq!(page.status, 503);
        assert!(page.text().contains("try again in a few minutes"), "{}", page.text());
        fixture.end("sign").await;
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
        assert!(fixture.is_open().await);
    }

    async fn the_clickwrap_form_is_no_way_around(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.admin.open("/dashboard/settings/nda").await;
        let fields = [("text", "# NDA"), ("act", "publish")];
        fixture.admin.submit(&page, "/settings/nda", &fields).await;
        let fields = [("version", "1"), ("full_name", "Ada Lovelace"), ("agree", "yes")];
        fixture.ada.post(&fixture.org.page("/nda"), &fields).await;
        assert!(!fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 0);
    }

    async fn signing_both_ways_is_one_task(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = app.sandbox.sim.clone();
        let at = sandbox.add_account(AccountSeed::new("Analytical Engines"));
        let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
        sandbox.add_contact(ada.of(at));
        app.connect_sandbox(&fixture.admin).await;
        app.switch_on(&fixture.admin, &[ActivityKind::NdaSigned]).await;
        fixture.end("sign").await;
        let page = fixture.admin.open("/dashboard/settings/nda").await;
        let fields = [("text", "# NDA"), ("act", "publish")];
        fixture.admin.submit(&page, "/settings/nda", &fields).await;
        choose(&app, &fixture.org, &fixture.admin, "clickwrap", "").await;
        assert!(!fixture.is_open().await);
        let page = fixture.ada.open(&fixture.org.page("/nda")).await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        fixture.ada.submit(&page, "/nda", &fields).await;
        assert!(fixture.is_open().await);
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].subject, "SafeBase: NDA Signed");
        assert!(tasks[0].comments.contains("through DocuSign"), "{}", tasks[0].comments);
    }
}
