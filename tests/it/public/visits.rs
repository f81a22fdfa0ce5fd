use std::time::Duration;

use domain::activities::ActivityKind::StatusPageView;
use domain::content::Visibility::Locked;

use super::{activities, member};
use crate::on_both_databases;

const MINUTE: Duration = Duration::from_mins(1);

on_both_databases! {
    async fn a_visit_is_one_activity_however_many_pages_it_has(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let browser = member(&app, &org).await;
        // Signing in led to the trust center: that began the visit.
        browser.open(&org.page(&format!("/items/{}", item.id))).await;
        browser.open(&org.page("")).await;
        let views = activities(&app, &org, StatusPageView).await;
        assert_eq!(views.len(), 1);
        let what = &views[0].what;
        assert_eq!(what.company, "Analytical Engines");
        assert!(what.account.is_some());
        assert_eq!(what.details.page.as_deref(), Some("/trust/northgate · Trust center"));
        assert_eq!(what.person.as_ref().unwrap().display_name(), "Ada Lovelace");
    }

    async fn thirty_minutes_without_a_page_end_a_visit(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let browser = member(&app, &org).await;
        for _ in 0..3 {
            app.advance(29 * MINUTE);
            browser.open(&org.page("")).await;
        }
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1, "still the first");
        app.advance(30 * MINUTE);
        let path = org.page(&format!("/items/{}", item.id));
        browser.open(&path).await;
        let views = activities(&app, &org, StatusPageView).await;
        assert_eq!(views.len(), 2);
        assert_eq!(
            views[1].what.details.page.as_deref(),
            Some(format!("{path} · Penetration test").as_str())
        );
    }

    async fn pages_opened_at_once_begin_one_visit(app: TestApp) {
        let org = app.enterprise().await;
        let browser = member(&app, &org).await;
        app.advance(31 * MINUTE);
        let page = org.page("");
        futures::future::join_all((0..8).map(|_| browser.open(&page))).await;
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 2);
    }

    async fn only_real_page_views_of_members_count(app: TestApp) {
        let org = app.enterprise().await;
        app.browser().open(&org.page("")).await;
        assert!(activities(&app, &org, StatusPageView).await.is_empty());
        let browser = member(&app, &org).await;
        app.advance(31 * MINUTE);
        let client = browser.client();
        let url = client.url(&org.page("")).unwrap();
        client.send(client.http().head(url.clone())).await.unwrap();
        let ahead = client.http().get(url).header("Sec-Purpose", "prefetch");
        client.send(ahead).await.unwrap();
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1);
    }
}
