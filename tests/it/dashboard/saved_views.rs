//! Filters that people of the staff keep under a name.

use domain::organizations::{Plan, Role};

use crate::on_both_databases;
use crate::support::{Browser, TestApp};

const DELIVERIES: &str = "/dashboard/salesforce/deliveries";

/// An Admin with a connected sandbox.
async fn admin(app: &TestApp) -> (crate::support::TestOrg, Browser) {
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    app.connect_sandbox(&admin).await;
    (org, admin)
}

async fn save(browser: &Browser, title: &str, query: &str) -> testkit::client::Page {
    let fields = [("list", "deliveries"), ("title", title), ("query", query)];
    let answer = browser.post("/dashboard/views", &fields).await;
    browser.follow(answer).await
}

on_both_databases! {
    async fn filters_are_kept_under_a_name_and_taken_away_again(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let page = admin.open(DELIVERIES).await;
        assert!(page.form("/dashboard/views").is_none(), "nothing is filtered: {}", page.text());
        let page = admin.open(&format!("{DELIVERIES}?state=parked&q=H%C3%A4fen+%26+Co")).await;
        let page = admin.submit(&page, "/dashboard/views", &[("title", "Refused, Häfen")]).await;
        assert!(page.text().contains("View saved."), "{}", page.text());
        let all = admin.open(DELIVERIES).await;
        let view = all.link("Refused, Häfen").expect("the view");
        assert_eq!(view.query(), Some("state=parked&q=H%C3%A4fen+%26+Co"));
        let page = admin.open(view.as_str()).await;
        assert!(page.form("/dashboard/views").is_none(), "it is kept already: {}", page.text());
        let page = admin.submit(&page, "/remove", &[]).await;
        assert!(page.text().contains("View removed."), "{}", page.text());
        assert!(admin.open(DELIVERIES).await.link("Refused, Häfen").is_none());
    }

    async fn accounts_are_kept_with_their_order(app: TestApp) {
        let org = app.enterprise().await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let page = viewer.open("/dashboard/accounts?nda=open&sort=-last_activity&after=x&at=y").await;
        let page = viewer.submit(&page, "/dashboard/views", &[("title", "To sign")]).await;
        let view = page.link("To sign").expect("the view");
        assert_eq!(view.query(), Some("nda=open&sort=-last_activity"));
    }

    async fn a_name_in_use_gets_the_new_filters(app: TestApp) {
        let (_, admin) = admin(&app).await;
        save(&admin, "Mine", "state=parked").await;
        let page = save(&admin, " Mine ", "state=unmatched&before=x").await;
        assert_eq!(page.text().matches("Mine").count(), 2, "its link and its button: {}", page.text());
        let view = admin.open(DELIVERIES).await.link("Mine").unwrap();
        assert_eq!(view.query(), Some("state=unmatched"), "a view begins at its beginning");
    }

    async fn a_view_without_a_name_and_one_too_many_are_refused(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let page = save(&admin, "  ", "state=parked").await;
        assert!(page.text().contains("Give the view a name."), "{}", page.text());
        let page = save(&admin, &"x".repeat(61), "state=parked").await;
        assert!(page.text().contains("Shorten the name to 60 characters."), "{}", page.text());
        for n in 0..20 {
            save(&admin, &format!("View {n}"), &format!("q={n}")).await;
        }
        let page = save(&admin, "One more", "state=parked").await;
        assert!(page.text().contains("You have 20 views of this list."), "{}", page.text());
        let other = [("list", "secrets"), ("title", "x"), ("query", "q=1")];
        assert_eq!(admin.post("/dashboard/views", &other).await.status, 400);
    }

    async fn nobody_sees_or_removes_the_views_of_someone_else(app: TestApp) {
        let (org, admin) = admin(&app).await;
        save(&admin, "Mine", "state=parked").await;
        let page = admin.open(&format!("{DELIVERIES}?state=parked")).await;
        let remove = page.form("/remove").unwrap().action;
        let user = app.staff_with(&org, "second@northgate.example", Role::Admin).await;
        let colleague = app.browser_of(&user).await;
        assert!(colleague.open(DELIVERIES).await.link("Mine").is_none());
        assert_eq!(colleague.post(&remove, &[]).await.status, 404);
        let other = app.organization("southgate", "Southgate", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert_eq!(stranger.post(&remove, &[]).await.status, 404);
        assert!(admin.open(DELIVERIES).await.link("Mine").is_some());
    }
}
