use std::time::Duration;

use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};

use crate::on_both_databases;
use crate::public::{member, member_of, offer};
use crate::support::pdf;

const DAY: Duration = Duration::from_hours(24);
const HOME: &str = "/dashboard/analytics";

on_both_databases! {
    async fn staff_see_who_viewed_what_and_how_often(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let empty = viewer.text(HOME).await;
        assert!(empty.contains("No activity in this period. Visits are counted"), "{empty}");

        let ada = member(&app, &org).await;
        ada.open(&locked.path(&org, "view")).await;
        ada.open(&locked.path(&org, "download")).await;
        app.browser().open(&org.page("")).await;
        app.browser().open(&org.page(&format!("/items/{}", locked.item))).await;

        let page = viewer.open(HOME).await;
        let html = page.html();
        assert!(html.contains("Feb 2: 1 by members, 1 by others"), "{html}");
        assert!(html.contains("Downloads, Feb 2: 1<"), "{html}");
        let text = page.text();
        assert!(text.contains("Analytical Engines"), "{text}");
        assert!(text.contains("SOC 2 Type II report"), "{text}");
        // One account's own page names its people.
        let account = viewer.open(page.link("Analytical Engines").unwrap().as_str()).await;
        assert!(account.text().contains("ada@engines.example"), "{}", account.text());
        assert!(!account.html().contains("by others"), "{}", account.html());
    }

    async fn an_items_own_page_shows_its_views(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let other = offer(&app, &org, Locked, "iso.pdf", &pdf("ISO")).await;
        let page = format!("/dashboard/content/items/{}", locked.item);
        assert!(editor.text(&page).await.contains("Engagement Nobody yet"));
        for (email, account) in [("ada@engines.example", "Engines"), ("eve@rival.example", "Rival")] {
            let member = member_of(&app, &org, email, account).await;
            member.open(&org.page(&format!("/items/{}", locked.item))).await;
            member.open(&locked.path(&org, "view")).await;
            member.open(&other.path(&org, "download")).await;
        }
        let again = app.browser();
        crate::public::enter(&app, &org, &again, "ada@engines.example").await;
        again.open(&locked.path(&org, "download")).await;
        let text = editor.text(&page).await;
        for part in ["Page views 2", "Previews 2", "Downloads 1", "Accounts 2", "Last time Feb 2, 2026"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    async fn what_is_older_than_the_period_is_left_out(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        app.advance(10 * DAY);
        let editor = app.signed_in(&org, Role::Editor).await;
        let week = editor.text(&format!("{HOME}?days=7")).await;
        assert!(week.contains("No activity in this period"), "{week}");
        for days in ["30", "90", "365", "odd"] {
            let page = editor.text(&format!("{HOME}?days={days}&sort=name")).await;
            assert!(page.contains("Analytical Engines"), "{days}: {page}");
        }
    }

    async fn tables_are_exported_and_nothing_in_them_is_a_formula(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "@SUM(A1:A9)", Public).await;
        let evil = member_of(&app, &org, "eve@evil.example", "=HYPERLINK(\"http://evil\",\"x\")").await;
        evil.open(&org.page(&format!("/items/{}", item.id))).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let accounts = editor.get(&format!("{HOME}/accounts.csv?days=30")).await;
        assert_eq!(accounts.status, 200);
        let kind = accounts.headers.get("content-type").unwrap();
        assert_eq!(kind, "text/csv; charset=utf-8");
        let name = accounts.headers.get("content-disposition").unwrap();
        assert_eq!(name, "attachment; filename=\"analytics-accounts-2026-01-04-to-2026-02-02.csv\"");
        let text = accounts.html();
        assert!(text.starts_with("\u{feff}account,member_visits,"), "{text}");
        assert!(text.contains("\r\n\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",1,0,2,"), "{text}");
        let items = editor.get(&format!("{HOME}/items.csv")).await.html();
        assert!(items.contains("\r\n'@SUM(A1:A9),0,0,1,"), "{items}");
        let days = editor.get(&format!("{HOME}/days.csv?days=7")).await.html();
        assert_eq!(days.lines().count(), 8, "{days}");
        assert!(days.contains("2026-02-02,1,0,2,0,0,0,0,0,0"), "{days}");
    }

    async fn viewers_see_analytics_but_do_not_export_and_others_see_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Pro).await;
        member(&app, &org).await;
        let mut tx = app.db.read().await.unwrap();
        let lines = store::analytics::accounts(&mut tx, org.id, (0, 30_000)).await.unwrap();
        drop(tx);
        let account = format!("{HOME}/accounts/{}", lines[0].id);
        let exports = [
            format!("{HOME}/days.csv"),
            format!("{HOME}/accounts.csv"),
            format!("{HOME}/items.csv"),
            format!("{account}/days.csv"),
            format!("{account}/people.csv"),
            format!("{account}/items.csv"),
        ];
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for path in &exports {
            assert_eq!(viewer.get(path).await.status, 403, "{path}");
            assert_eq!(editor.get(path).await.status, 200, "{path}");
            assert_eq!(app.browser().get(path).await.status, 303, "{path}");
            let answer = stranger.get(path).await;
            assert!(!answer.html().contains("engines"), "{path}");
            assert_eq!(answer.status == 404, path.contains("/accounts/"), "{path}");
        }
        assert_eq!(stranger.get(&account).await.status, 404);
        assert!(!stranger.text(HOME).await.contains("Analytical"));
        assert!(!viewer.open(HOME).await.html().contains(".csv"));
        assert_eq!(viewer.get(&format!("{HOME}/accounts/none")).await.status, 404);
    }
}
