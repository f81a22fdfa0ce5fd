//! What DocuSign tells, and who pretends to be DocuSign.

use docusign_sim::Webhooks;
use domain::nda::docusign::EnvelopeStatus;
use domain::organizations::{Plan, Role};

use super::{fixture, set_up, work};
use crate::on_both_databases;
use crate::support::{CONNECT_KEY, DOCUSIGN_SETTINGS, add_connect_key, use_template};

on_both_databases! {
    async fn only_what_is_signed_with_a_known_key_is_believed(app: TestApp) {
        let fixture = fixture(&app).await;
        let sim = &app.docusign.sim;
        sim.set_webhooks(Webhooks::Held);
        fixture.go().await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        sim.sign(&id).await;
        let good = sim.take_held().remove(0);
        let mut forged = good.clone();
        forged.signatures.clear();
        assert_eq!(sim.send(&forged).await, 401, "no signature");
        let mut forged = good.clone();
        forged.body = String::from_utf8(forged.body).unwrap().replace("completed", "declined").into();
        assert_eq!(sim.send(&forged).await, 401, "another body");
        sim.set_hmac_keys(&["a key that nobody knows"]);
        let forged = sim.messages(&id).remove(0);
        assert_eq!(sim.send(&forged).await, 401, "another key");
        let mut lost = good.clone();
        lost.url.push('x');
        assert_eq!(sim.send(&lost).await, 401, "another address");
        assert_eq!(fixture.status(&app).await, EnvelopeStatus::Sent);
        assert!(!fixture.is_open().await);
        assert_eq!(sim.send(&good).await, 200);
        assert!(fixture.is_open().await);
    }

    async fn a_key_is_replaced_without_losing_a_message(app: TestApp) {
        let fixture = fixture(&app).await;
        app.advance(std::time::Duration::from_mins(1));
        add_connect_key(&fixture.admin, "the key that comes after").await;
        let sim = &app.docusign.sim;
        // DocuSign signs with both, and with one that is not known here, first.
        sim.set_hmac_keys(&["another system’s key", "the key that comes after", CONNECT_KEY]);
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
        let page = fixture.admin.open(DOCUSIGN_SETTINGS).await;
        let form = page.form("/remove").expect("a key to remove");
        fixture.admin.submit(&page, &form.action, &[]).await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        sim.set_hmac_keys(&[CONNECT_KEY]);
        assert_eq!(sim.send(&sim.messages(&id)[0]).await, 401, "the oldest is gone");
        sim.set_hmac_keys(&["the key that comes after"]);
        assert_eq!(sim.send(&sim.messages(&id)[0]).await, 200);
    }

    async fn messages_that_come_twice_and_out_of_order_count_once(app: TestApp) {
        let fixture = fixture(&app).await;
        let sim = &app.docusign.sim;
        sim.set_webhooks(Webhooks::Held);
        fixture.go().await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        let early = sim.messages(&id).remove(0);
        sim.sign(&id).await;
        let done = sim.take_held().remove(0);
        let both = tokio::join!(sim.send(&done), sim.send(&done));
        assert_eq!(both, (200, 200));
        for message in [&early, &done, &early] {
            assert_eq!(sim.send(message).await, 200);
        }
        assert_eq!(fixture.status(&app).await, EnvelopeStatus::Completed);
        assert!(fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 1);
    }

    async fn a_message_without_a_summary_makes_the_worker_ask(app: TestApp) {
        let fixture = fixture(&app).await;
        app.docusign.sim.set_summaries(false);
        fixture.go().await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        app.docusign.sim.sign(&id).await;
        assert!(!fixture.is_open().await, "the message alone doesn’t say enough");
        work(&app).await;
        assert!(fixture.is_open().await);
    }

    async fn another_organizations_envelope_is_none_of_ours(app: TestApp) {
        let fixture = fixture(&app).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        set_up(&stranger).await;
        use_template(&stranger, "Signer").await;
        add_connect_key(&stranger, "the other organization’s").await;
        let sim = &app.docusign.sim;
        sim.set_webhooks(Webhooks::Held);
        fixture.go().await;
        let id = fixture.envelopes(&app).await[0].envelope.clone();
        sim.sign(&id).await;
        sim.set_connect(&app.docusign_webhook(&other).await);
        sim.set_hmac_keys(&["the other organization’s"]);
        assert_eq!(sim.send(&sim.messages(&id)[0]).await, 200, "known to nobody there");
        assert!(!fixture.is_open().await);
        // Their key proves nothing at our address.
        sim.set_connect(&app.docusign_webhook(&fixture.org).await);
        assert_eq!(sim.send(&sim.messages(&id)[0]).await, 401);
        assert!(!fixture.is_open().await);
        app.docusign_tells(&fixture.org).await;
        assert_eq!(sim.send(&sim.messages(&id)[0]).await, 200);
        assert!(fixture.is_open().await);
    }

    async fn odd_messages_are_refused_without_harm(app: TestApp) {
        let fixture = fixture(&app).await;
        let address = app.docusign_webhook(&fixture.org).await;
        let browser = app.browser();
        let large = vec![b' '; 3 * 1024 * 1024];
        let client = browser.client();
        let answer = client.post_body(&address, "application/json", large).await.unwrap();
        assert_eq!(answer.status, 413);
        let answer = client.post_body(&address, "application/json", b"{}".to_vec()).await.unwrap();
        assert_eq!(answer.status, 401);
        assert_eq!(browser.get(&address).await.status, 405);
    }
}
