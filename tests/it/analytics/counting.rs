use std::time::Duration;

use domain::activities::ActivityKind::{FileDownloaded, StatusPageView};
use domain::content::Visibility::{Locked, Public};
use domain::organizations::Role;
use reqwest::header::USER_AGENT;

use super::{counted, sweep};
use crate::on_both_databases;
use crate::public::{activities, enter, mailed_link, member, member_of, offer};
use crate::support::{Browser, pdf};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// One GET as a program that calls itself so.
async fn get_as(browser: &Browser, user_agent: &str, path: &str) {
    let client = browser.client();
    let request = client.http().get(client.url(path).unwrap());
    let answer = client.send(request.header(USER_AGENT, user_agent)).await;
    assert_eq!(answer.unwrap().status, 200, "{path}");
}

on_both_databases! {
    async fn pages_previews_and_downloads_of_members_and_strangers_are_counted(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let open = offer(&app, &org, Public, "dpa.pdf", &pdf("DPA")).await;
        let stranger = app.browser();
        stranger.open(&org.page("")).await;
        stranger.open(&org.page(&format!("/items/{}", open.item))).await;
        stranger.open(&open.path(&org, "view")).await;
        stranger.open(&open.path(&org, "download")).await;
        // What is locked gives nothing, and counts as nothing.
        stranger.get(&locked.path(&org, "download")).await;
        assert_eq!(
            counted(&app).await,
            ["download anonymous 1", "page anonymous 2", "preview anonymous 1", "visit anonymous 1"]
        );
        assert!(activities(&app, &org, StatusPageView).await.is_empty());
        assert!(activities(&app, &org, FileDownloaded).await.is_empty());

        let ada = member(&app, &org).await;
        ada.open(&locked.path(&org, "view")).await;
        ada.open(&locked.path(&org, "download")).await;
        let found = counted(&app).await;
        let members: Vec<_> = found.iter().filter(|line| line.contains("member")).collect();
        assert_eq!(members, ["download member 1", "page member 1", "preview member 1", "visit member 1"]);
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1);
        let taken = activities(&app, &org, FileDownloaded).await;
        assert_eq!(taken.len(), 1, "the view handed out the whole file, the download the same");
    }

    async fn an_anonymous_view_does_not_wait_for_a_locked_database(app: TestApp) {
        let org = app.enterprise().await;
        let stranger = app.browser();
        let lock = app.db.begin().await.unwrap();
        assert_eq!(stranger.get(&org.page("")).await.status, 200);
        drop(lock);
        assert_eq!(counted(&app).await, ["page anonymous 1", "visit anonymous 1"]);
    }

    async fn one_network_can_not_fill_the_database(app: TestApp) {
        let org = app.enterprise().await;
        let stranger = app.browser();
        for _ in 0..100 {
            stranger.get(&org.page("/security.txt")).await;
            stranger.get(&org.page("")).await;
        }
        assert_eq!(counted(&app).await, ["page anonymous 60", "visit anonymous 1"]);
    }

    async fn no_header_hides_what_a_member_takes_of_a_locked_document(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        let get = async |verb: &str, name: &'static str, value: &'static str| {
            let client = ada.client();
            let url = client.url(&locked.path(&org, verb)).unwrap();
            let answer = client.send(client.http().get(url).header(name, value)).await;
            let status = answer.unwrap().status.as_u16();
            (status, activities(&app, &org, FileDownloaded).await.len())
        };
        assert_eq!(get("download", "Range", "bytes=1-").await, (206, 1));
        assert_eq!(get("download", "Range", "bytes=0-99").await, (206, 1), "of the same download");
        assert_eq!(get("view", "Range", "bytes=-50").await, (206, 2));
        assert_eq!(get("view", "User-Agent", "Googlebot/2.1").await, (200, 2), "already taken");
        app.advance(61 * MINUTE);
        assert_eq!(get("view", "User-Agent", "Googlebot/2.1").await, (200, 3));
        assert_eq!(get("download", "Sec-Purpose", "prefetch").await, (200, 3), "just seen in the page");
        assert_eq!(get("download", "User-Agent", "").await, (200, 4));
        assert_eq!(get("download", "Range", "bytes=900000-").await, (416, 4));
    }

    async fn a_part_of_a_file_is_not_another_download(app: TestApp) {
        let org = app.enterprise().await;
        let open = offer(&app, &org, Public, "dpa.pdf", &pdf("DPA")).await;
        let client = app.browser().client().clone();
        for range in ["bytes=0-99", "bytes=100-199", "bytes=-5"] {
            let url = client.url(&open.path(&org, "download")).unwrap();
            let part = client.send(client.http().get(url).header("Range", range)).await;
            assert_eq!(part.unwrap().status, 206);
        }
        assert_eq!(counted(&app).await, ["download anonymous 1"]);
    }

    async fn robots_and_browsers_that_fetch_ahead_do_not_count(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Encryption", Public).await;
        let browser = app.browser();
        let paths = [org.page(""), org.page(&format!("/items/{}", item.id))];
        for path in &paths {
            get_as(&browser, "Mozilla/5.0 (compatible; Googlebot/2.1)", path).await;
            get_as(&browser, "curl/8.5.0", path).await;
            get_as(&browser, "", path).await;
            let client = browser.client();
            let url = client.url(path).unwrap();
            client.send(client.http().head(url.clone())).await.unwrap();
            let ahead = client.http().get(url).header("Sec-Purpose", "prefetch;prerender");
            client.send(ahead).await.unwrap();
        }
        assert!(counted(&app).await.is_empty());
    }

    async fn a_member_counts_whatever_their_program_says_of_itself(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        app.advance(31 * MINUTE);
        get_as(&ada, "curl/8.5.0", &org.page("")).await;
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 2, "signing in, and now");
        get_as(&ada, "curl/8.5.0", &locked.path(&org, "download")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1);
    }

    async fn a_preview_and_then_a_download_of_a_file_count_once(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        ada.open(&locked.path(&org, "view")).await;
        ada.open(&locked.path(&org, "view")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1, "seen in the page");
        ada.open(&locked.path(&org, "download")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1, "the same file");
        ada.open(&locked.path(&org, "download")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 2, "downloaded again");
    }

    async fn a_mail_gateway_that_follows_the_link_makes_no_visit(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        app.advance(31 * MINUTE);
        let before = counted(&app).await;
        let link = mailed_link(&app, &org, &app.browser(), "ada@engines.example").await;
        let scanner = app.browser();
        scanner.open(&link).await;
        scanner.open(&link).await;
        assert_eq!(counted(&app).await, before, "opening the sign-in page is no visit");
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1);
        // The link still works for the person.
        let person = app.browser();
        let item_access = person.open(&link).await;
        person.submit(&item_access, "/enter", &[]).await;
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 2);
    }

    async fn the_organizations_own_staff_do_not_count(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", ::domain::organizations::Plan::Pro).await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        // Signed in to the dashboard in the same browser, as a stranger and as a member.
        let editor = app.signed_in(&org, Role::Editor).await;
        editor.open(&org.page("")).await;
        member(&app, &org).await;
        let before = counted(&app).await;
        app.advance(31 * MINUTE);
        enter(&app, &org, &editor, "ada@engines.example").await;
        editor.open(&locked.path(&org, "download")).await;
        assert_eq!(counted(&app).await, before);
        // A member whose address is a colleague's, in a browser without the dashboard.
        let own = member_of(&app, &org, "editor@northgate.example", "Ourselves").await;
        own.open(&locked.path(&org, "view")).await;
        own.open(&locked.path(&org, "download")).await;
        assert_eq!(counted(&app).await, before);
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1);
        assert!(activities(&app, &org, FileDownloaded).await.is_empty());
        // Elsewhere they are visitors like any other.
        editor.open(&other.page("")).await;
        assert!(counted(&app).await.contains(&"visit anonymous 1".to_owned()));
    }

    async fn two_devices_at_once_are_one_visit(app: TestApp) {
        let org = app.enterprise().await;
        let laptop = member(&app, &org).await;
        let phone = app.browser();
        enter(&app, &org, &phone, "ada@engines.example").await;
        app.advance(31 * MINUTE);
        let page = org.page("");
        let views = [&laptop, &phone, &laptop, &phone].map(|browser| browser.open(&page));
        futures::future::join_all(views).await;
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 2);
        assert!(counted(&app).await.contains(&"visit member 2".to_owned()));
    }

    async fn anonymous_visitors_are_told_apart_for_a_day_and_nothing_about_them_is_kept(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        browser.open(&org.page("")).await;
        get_as(&browser, "Mozilla/5.0 Firefox/132.0", &org.page("")).await;
        app.advance(29 * MINUTE);
        browser.open(&org.page("")).await;
        assert!(counted(&app).await.contains(&"visit anonymous 2".to_owned()));
        app.advance(30 * MINUTE);
        browser.open(&org.page("")).await;
        assert!(counted(&app).await.contains(&"visit anonymous 3".to_owned()));
        let mut tx = app.db.read().await.unwrap();
        let rows = tx.all("SELECT visitor_key FROM anonymous_visit", &[]).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            let key: String = row.get("visitor_key").unwrap();
            assert!(!key.contains("127.0.0.1") && !key.contains("Mozilla"), "{key}");
        }
    }

    async fn a_visitor_without_access_is_a_guest_until_they_have_it(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let ada = member(&app, &org).await;
        let mut tx = app.db.begin().await.unwrap();
        let revoked = app.ambient.now();
        tx.execute("UPDATE member SET revoked_at = $1", ::store::params![revoked]).await.unwrap();
        tx.commit().await.unwrap();
        ada.open(&org.page(&format!("/items/{}", item.id))).await;
        let found = counted(&app).await;
        assert!(found.contains(&"visit guest 1".to_owned()), "{found:?}");
        assert!(found.contains(&"page guest 1".to_owned()), "{found:?}");
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1, "from before");
    }

    async fn rows_are_kept_as_long_as_the_organization_says_and_sums_for_good(app: TestApp) {
        let org = app.enterprise().await;
        app.browser().open(&org.page("")).await;
        app.advance(399 * DAY);
        sweep(&app).await;
        assert_eq!(counted(&app).await.len(), 2);
        app.advance(2 * DAY);
        sweep(&app).await;
        assert!(counted(&app).await.is_empty());
        let mut tx = app.db.read().await.unwrap();
        let sums = tx.all("SELECT n FROM usage_day", &[]).await.unwrap();
        assert_eq!(sums.len(), 2);
    }
}
