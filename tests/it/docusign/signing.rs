//! Going to DocuSign and coming back.

use std::time::Duration;

use docusign_sim::{Fault, Status, Webhooks};
use domain::activities::ActivityKind;
use domain::nda::docusign::EnvelopeStatus;
use salesforce_sim::{AccountSeed, ContactSeed};
use sha2::{Digest as _, Sha256};

use super::{scene, work};
use crate::nda::{account, choose, colleague};
use crate::on_both_databases;

on_both_databases! {
    async fn a_member_signs_and_everything_opens(app: TestApp) {
        let scene = scene(&app).await;
        assert!(!scene.is_open().await);
        let page = scene.ada.open(&scene.org.page("/nda")).await;
        assert!(page.text().contains("Sign with DocuSign"), "{}", page.text());
        let page = scene.go().await;
        assert!(page.text().contains("Ada Lovelace (ada@engines.example)"), "{}", page.text());
        assert!(!scene.is_open().await, "on DocuSign’s page nothing is signed yet");
        let page = scene.ada.submit(&page, "", &[("act", "sign")]).await;
        assert_eq!(page.url.path(), scene.org.page(""));
        assert!(page.text().contains("Signed."), "{}", page.text());
        assert!(scene.is_open().await);
        assert_eq!(scene.recorded(&app).await, 1);
        let charles = colleague(&app, &scene.org).await;
        assert_eq!(charles.get(&scene.locked.path(&scene.org, "download")).await.status, 200);
    }

    async fn what_was_signed_is_kept_with_its_hash_and_shown_to_both_sides(app: TestApp) {
        let scene = scene(&app).await;
        scene.end("sign").await;
        let page = scene.ada.open(&scene.org.page("/nda")).await;
        assert!(page.text().contains("is being fetched"), "{}", page.text());
        work(&app).await;
        let envelope = scene.envelopes(&app).await.remove(0);
        let path = format!("/dashboard/accounts/{}", account(&app, &scene.org).await.id);
        for (file, id) in [("signed", envelope.signed), ("certificate", envelope.certificate)] {
            let mut tx = app.db.read().await.unwrap();
            let document = store::documents::by_id(&mut tx, scene.org.id, id.unwrap()).await;
            let document = document.unwrap().unwrap();
            let own = scene.ada.get(&scene.org.page(&format!("/nda/docusign/files/{file}"))).await;
            let hash = Sha256::digest(&own.bytes);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, document.sha256, "{file}");
            let staffs = format!("{path}/nda/envelopes/{}/{file}", envelope.id);
            assert_eq!(scene.admin.get(&staffs).await.bytes, own.bytes);
            assert!(lopdf::Document::load_mem(&own.bytes).is_ok(), "{file}");
        }
        let page = scene.admin.text(&path).await;
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
        let scene = scene(&app).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        scene.go().await;
        let back = scene.org.page("/nda/docusign/return?event=signing_complete");
        let page = scene.ada.open(&back).await;
        assert!(page.text().contains("waiting for DocuSign"), "{}", page.text());
        assert!(!scene.is_open().await);
        assert_eq!(scene.recorded(&app).await, 0);
        // Looking again asks us, and not DocuSign.
        let calls = app.docusign.sim.calls().len();
        for _ in 0..3 {
            scene.ada.open(&back).await;
        }
        assert_eq!(app.docusign.sim.calls().len(), calls);
    }

    async fn who_comes_back_after_signing_is_let_in_by_asking_docusign(app: TestApp) {
        let scene = scene(&app).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        scene.end("sign").await;
        assert!(scene.is_open().await);
        assert_eq!(scene.recorded(&app).await, 1);
    }

    async fn who_declines_stays_outside_and_may_start_again(app: TestApp) {
        let scene = scene(&app).await;
        let page = scene.end("decline").await;
        for part in ["You declined to sign", "Two years are too long", "security@northgate.example"] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        assert!(!scene.is_open().await);
        assert_eq!(scene.status(&app).await, EnvelopeStatus::Declined);
        scene.end("sign").await;
        assert!(scene.is_open().await);
        assert_eq!(scene.envelopes(&app).await.len(), 2);
        assert_eq!(scene.recorded(&app).await, 1);
    }

    async fn who_puts_it_off_continues_with_the_same_envelope(app: TestApp) {
        let scene = scene(&app).await;
        let page = scene.end("later").await;
        assert!(page.text().contains("Continue with DocuSign"), "{}", page.text());
        scene.end("sign").await;
        assert_eq!(scene.envelopes(&app).await.len(), 1);
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
        assert!(scene.is_open().await);
    }

    async fn who_starts_again_and_again_has_to_wait(app: TestApp) {
        let scene = scene(&app).await;
        for _ in 0..5 {
            scene.end("decline").await;
        }
        for _ in 0..5 {
            scene.end("later").await;
        }
        let envelopes = app.docusign.sim.envelopes().len();
        let page = scene.go().await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("You started signing too often. Wait an hour"), "{}", page.text());
        assert_eq!(app.docusign.sim.envelopes().len(), envelopes);
        app.advance(std::time::Duration::from_secs(3601));
        scene.end("sign").await;
        assert!(scene.is_open().await);
    }

    async fn a_withdrawn_envelope_is_replaced(app: TestApp) {
        let scene = scene(&app).await;
        scene.go().await;
        let id = scene.envelopes(&app).await[0].envelope.clone();
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        app.docusign.sim.void(&id, "Wrong version").await;
        let page = scene.go().await;
        assert!(page.text().contains("Sign and finish"), "{}", page.text());
        let states: Vec<_> = scene.envelopes(&app).await.iter().map(|e| e.status).collect();
        assert_eq!(states, [EnvelopeStatus::Sent, EnvelopeStatus::Voided]);
    }

    async fn when_one_has_signed_the_others_need_not(app: TestApp) {
        let scene = scene(&app).await;
        let charles = colleague(&app, &scene.org).await;
        let page = charles.open(&scene.org.page("/nda")).await;
        let waiting = charles.submit(&page, "/nda/docusign", &[]).await;
        assert!(waiting.text().contains("Sign and finish"), "{}", waiting.text());
        scene.end("sign").await;
        work(&app).await;
        let all = app.docusign.sim.envelopes();
        assert_eq!((all.len(), all[0].status, all[1].status), (2, Status::Voided, Status::Completed));
        assert!(all[0].reason.contains("Nobody has to sign this anymore"), "{}", all[0].reason);
        // Who was on DocuSign's page comes back to what is open now.
        let back = charles.submit(&waiting, "", &[("act", "sign")]).await;
        assert_eq!(back.url.path(), scene.org.page(""), "{}", back.summary());
        assert_eq!(scene.recorded(&app).await, 1);
    }

    async fn who_signs_at_the_same_moment_has_signed_too(app: TestApp) {
        let scene = scene(&app).await;
        let charles = colleague(&app, &scene.org).await;
        let page = charles.open(&scene.org.page("/nda")).await;
        charles.submit(&page, "/nda/docusign", &[]).await;
        app.docusign.sim.set_webhooks(Webhooks::Dropped);
        let of_charles = app.docusign.sim.envelopes()[0].id.clone();
        app.docusign.sim.sign(&of_charles).await;
        scene.end("sign").await;
        work(&app).await;
        app.advance(Duration::from_mins(15));
        work(&app).await;
        let states: Vec<_> = scene.envelopes(&app).await.iter().map(|e| e.status).collect();
        assert_eq!(states, [EnvelopeStatus::Completed, EnvelopeStatus::Completed]);
        assert_eq!(scene.recorded(&app).await, 1);
    }

    async fn two_clicks_at_once_make_one_envelope(app: TestApp) {
        let scene = scene(&app).await;
        let path = scene.org.page("/nda/docusign");
        let (one, other) = tokio::join!(scene.ada.post(&path, &[]), scene.ada.post(&path, &[]));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (303, 303));
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
    }

    async fn an_answer_that_was_lost_makes_no_second_envelope(app: TestApp) {
        let scene = scene(&app).await;
        app.docusign.sim.fail_next(&[Fault::Lost]);
        let page = scene.go().await;
        assert_eq!(page.status, 503);
        assert!(page.text().contains("try again in a few minutes"), "{}", page.text());
        scene.end("sign").await;
        assert_eq!(app.docusign.sim.envelopes().len(), 1);
        assert!(scene.is_open().await);
    }

    async fn the_clickwrap_form_is_no_way_around(app: TestApp) {
        let scene = scene(&app).await;
        let page = scene.admin.open("/dashboard/settings/nda").await;
        let fields = [("text", "# NDA"), ("act", "publish")];
        scene.admin.submit(&page, "/settings/nda", &fields).await;
        let fields = [("version", "1"), ("full_name", "Ada Lovelace"), ("agree", "yes")];
        scene.ada.post(&scene.org.page("/nda"), &fields).await;
        assert!(!scene.is_open().await);
        assert_eq!(scene.recorded(&app).await, 0);
    }

    async fn signing_both_ways_is_one_task(app: TestApp) {
        let scene = scene(&app).await;
        let sandbox = app.sandbox.sim.clone();
        let at = sandbox.add_account(AccountSeed::new("Analytical Engines"));
        let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
        sandbox.add_contact(ada.of(at));
        app.connect_sandbox(&scene.admin).await;
        app.switch_on(&scene.admin, &[ActivityKind::NdaSigned]).await;
        scene.end("sign").await;
        let page = scene.admin.open("/dashboard/settings/nda").await;
        let fields = [("text", "# NDA"), ("act", "publish")];
        scene.admin.submit(&page, "/settings/nda", &fields).await;
        choose(&app, &scene.org, &scene.admin, "clickwrap", "").await;
        assert!(!scene.is_open().await);
        let page = scene.ada.open(&scene.org.page("/nda")).await;
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        scene.ada.submit(&page, "/nda", &fields).await;
        assert!(scene.is_open().await);
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].subject, "SafeBase: NDA Signed");
        assert!(tasks[0].comments.contains("through DocuSign"), "{}", tasks[0].comments);
    }
}
