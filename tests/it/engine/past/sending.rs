//! Sending past activity: each once, with its own date, in its order.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::organizations::Role;

use super::{
    COMPANY, DOWNLOAD, EMAIL, HOME, REQUEST, VIEW, asks_for, count, dry_run, past, quiet, sends,
    uninstalls, works,
};
use crate::on_both_databases;

on_both_databases! {
    async fn each_goes_out_once_with_its_own_date_in_its_order(app: TestApp) {
        let fixture = quiet(&app).await;
        for kind in [DOWNLOAD, VIEW, ActivityKind::CommentOnStatusPage] {
            fixture.happens(&app, kind).await;
            app.advance(Duration::from_hours(3));
        }
        // Sent days later, by someone who signs in then.
        app.advance(Duration::from_hours(72));
        let user = app.staff_with(&fixture.org, "later@northgate.example", Role::Admin).await;
        let admin = app.browser_of(&user).await;
        let page = asks_for(&app, &admin, &[]).await;
        let said = sends(&admin, &page).await.text();
        assert!(said.contains("3 past activities are on their way."), "{said}");
        works(&app).await;
        app.sync().await;
        let tasks = fixture.sandbox.all_tasks();
        let found: Vec<_> = tasks.iter().map(|task| (task.subject.as_str(), task.due_date.map(|day| day.to_string()))).collect();
        let day = |day: &str| Some(day.to_owned());
        assert_eq!(found, [
            ("SafeBase: File Downloaded", day("2026-02-02")),
            ("SafeBase: Status Page View", day("2026-02-02")),
            ("SafeBase: Comment on Status Page", day("2026-02-02")),
        ]);
        let text = admin.text(HOME).await;
        assert!(text.contains("Past activity is queued") && text.contains("3 of 3 activities queued"), "{text}");
        let again = asks_for(&app, &admin, &[]).await.text();
        assert!(again.contains("of which 3 are under Deliveries already"), "{again}");
        assert!(again.contains("All of it is under Deliveries already."), "{again}");
    }

    async fn two_clicks_send_once(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        let (one, two) = tokio::join!(sends(&fixture.admin, &page), sends(&fixture.admin, &page));
        let said = format!("{} {}", one.text(), two.text());
        assert!(said.contains("6 past activities are on their way."), "{said}");
        assert!(said.contains("Past activity is being sent already."), "{said}");
        let both = || gatehouse::delivery::past::run_until_idle(&app);
        let (one, two) = tokio::join!(both(), both());
        one.and(two).expect("the database can be used");
        let third = sends(&fixture.admin, &page).await.text();
        assert!(third.contains("Everything of that dry run is under Deliveries already."), "{third}");
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 4);
    }

    async fn what_is_being_sent_is_not_sent_beside(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        let again = sends(&fixture.admin, &page).await.text();
        assert!(again.contains("Past activity is being sent already."), "{again}");
    }

    async fn a_kind_that_was_off_is_sent_later_and_nothing_else(app: TestApp) {
        let fixture = quiet(&app).await;
        app.switch_on(&fixture.admin, &[DOWNLOAD]).await;
        let download = fixture.downloads(&app).await;
        let view = fixture.happens(&app, VIEW).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, download).await, DeliveryState::Delivered);
        app.advance(Duration::from_secs(1));
        let page = dry_run(&app, &fixture.admin, &[("days", "30"), (DOWNLOAD.key(), "yes"), (VIEW.key(), "yes")]).await;
        assert!(page.text().contains("Tasks 1 on 1 Account"), "{}", page.text());
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, view).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.all_tasks().len(), 2);
    }

    async fn what_an_admin_cancelled_stays_cancelled(app: TestApp) {
        let fixture = quiet(&app).await;
        app.switch_on(&fixture.admin, &[DOWNLOAD]).await;
        let unknown = fixture.does(&app, DOWNLOAD, "cy@lakeside.example", "Lakeside").await;
        app.sync().await;
        let id = fixture.delivery(&app, unknown).await.id;
        fixture.admin.post(&format!("/dashboard/salesforce/deliveries/{id}/cancel"), &[]).await;
        assert_eq!(fixture.state(&app, unknown).await, DeliveryState::Cancelled);
        app.advance(Duration::from_secs(1));
        let text = asks_for(&app, &fixture.admin, &[]).await.text();
        assert!(text.contains("All of it is under Deliveries already."), "{text}");
    }

    async fn other_options_than_those_in_use_are_tried_and_not_sent_with(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let tried = asks_for(&app, &fixture.admin, &["create_lead"]).await;
        assert!(tried.text().contains("This dry run tried other options"), "{}", tried.text());
        assert!(tried.form("/send").is_none());
        let fits = asks_for(&app, &fixture.admin, &[]).await;
        app.options_on(&fixture.admin, &["create_lead"]).await;
        let said = sends(&fixture.admin, &fits).await.text();
        assert!(said.contains("The dry run tried other options than those in use."), "{said}");
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 0);
    }

    async fn a_dry_run_that_was_replaced_sends_nothing(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let seen = asks_for(&app, &fixture.admin, &[]).await;
        dry_run(&app, &fixture.admin, &[("days", "7"), (VIEW.key(), "yes")]).await;
        let said = sends(&fixture.admin, &seen).await.text();
        assert!(said.contains("A newer dry run has replaced this one."), "{said}");
    }

    async fn an_org_that_is_connected_again_gets_nothing_twice(app: TestApp) {
        let fixture = quiet(&app).await;
        app.switch_on(&fixture.admin, &ActivityKind::ALL).await;
        let all = past(&app, &fixture).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, all[0]).await, DeliveryState::Delivered);
        let admin = uninstalls(&app, &fixture).await;
        let later = fixture.downloads(&app).await;
        app.advance(Duration::from_secs(1));
        app.connect_sandbox(&admin).await;
        let page = asks_for(&app, &admin, &[]).await;
        let text = page.text();
        assert!(text.contains("of which 4 are under Deliveries already"), "{text}");
        sends(&admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, later).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.all_tasks().len(), 5);
    }

    async fn what_went_to_a_sandbox_can_be_sent_to_production(app: TestApp) {
        let fixture = quiet(&app).await;
        app.switch_on(&fixture.admin, &[DOWNLOAD]).await;
        fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 1);
        let admin = uninstalls(&app, &fixture).await;
        app.production.sim.add_account(salesforce_sim::AccountSeed::new(COMPANY));
        app.advance(Duration::from_secs(1));
        app.connect_salesforce(&admin, "production").await;
        let page = asks_for(&app, &admin, &[]).await;
        sends(&admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(app.production.sim.all_tasks().len(), 1);
        assert_eq!(fixture.sandbox.all_tasks().len(), 1);
    }

    async fn a_request_that_is_sent_later_creates_whom_the_options_say_once(app: TestApp) {
        let fixture = quiet(&app).await;
        app.options_on(&fixture.admin, &["create_lead"]).await;
        for _ in 0..3 {
            fixture.does(&app, REQUEST, "cy@lakeside.example", "Lakeside").await;
            fixture.does(&app, VIEW, "cy@lakeside.example", "Lakeside").await;
        }
        fixture.does(&app, VIEW, EMAIL, COMPANY).await;
        app.advance(Duration::from_secs(1));
        let page = asks_for(&app, &fixture.admin, &["create_lead"]).await;
        assert!(page.text().contains("New Leads 1"), "{}", page.text());
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(count(&fixture.sandbox, "Lead"), 1);
        assert_eq!(fixture.sandbox.all_tasks().len(), 7);
    }
}
