//! Days that are over are summed up once; the numbers stay what they were.

use std::time::Duration;

use domain::content::Visibility::Locked;
use domain::organizations::{Plan, Role};
use gatehouse::serve::sum_up_days;
use gatehouse::use_cases::analytics::write_anonymous_view;

use crate::on_both_databases;
use crate::public::{member, offer};
use crate::support::{Browser, TestApp, TestOrg, pdf};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Everything with numbers over time.
async fn numbers(staff: &Browser) -> Vec<String> {
    let mut pages = Vec::new();
    for path in [
        "/dashboard",
        "/dashboard/analytics",
        "/dashboard/analytics?days=365",
    ] {
        let page = staff.open(path).await.html();
        let charts = page.split("<svg").skip(1);
        let charts = charts.map(|chart| chart.split("</svg>").next().unwrap());
        // An icon is no number: one comes and goes with an email that isn't sent yet.
        let charts = charts.filter(|chart| !chart.contains(r#"class="icon""#));
        pages.extend(charts.map(str::to_owned));
        let numbers = page.split("<dl").skip(1);
        pages.extend(numbers.map(|list| list.split("</dl>").next().unwrap().to_owned()));
    }
    pages.push(
        staff
            .get("/dashboard/analytics/days.csv?days=365")
            .await
            .html(),
    );
    pages.push(staff.get("/dashboard/analytics/accounts.csv").await.html());
    pages
}

/// Which days are summed up: how many rows there are, and the day before which they end.
async fn summed_up(app: &TestApp, org: &TestOrg) -> (i64, i64) {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT (SELECT COUNT(*) FROM day_total WHERE org_id = $1) AS n, day
               FROM day_totals_until WHERE org_id = $1";
    let row = tx.one(sql, &[org.id.into()]).await.unwrap();
    (row.get("n").unwrap(), row.get("day").unwrap())
}

/// The first line in which they differ.
fn difference<'a>(before: &'a [String], after: &'a [String]) -> Option<(&'a str, &'a str)> {
    let lines = |pages: &'a [String]| pages.iter().flat_map(|page| page.lines());
    let mut both = lines(before).zip(lines(after));
    let fewer = lines(before).count() != lines(after).count();
    let fewer = fewer.then_some(("so many lines", "another number of lines"));
    both.find(|(before, after)| before != after).or(fewer)
}

/// Until a transaction waits for another: PostgreSQL says so, and the embedded database lets
/// one write at a time anyway.
async fn until_someone_waits(app: &TestApp) {
    if !app.database_url().starts_with("postgres") {
        return;
    }
    let sql = "SELECT COUNT(*) AS n FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let mut tx = app.db.read().await.unwrap();
        if tx.one(sql, &[]).await.unwrap().get::<i64>("n").unwrap() > 0 {
            return;
        }
    }
}

fn today(app: &TestApp) -> i64 {
    app.ambient.now().as_second().div_euclid(86_400)
}

on_both_databases! {
    async fn the_numbers_are_the_same_before_and_after(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Pro).await;
        let item = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        for days in [0, 1, 20] {
            app.advance(DAY * days);
            ada.open(&org.page("")).await;
            ada.open(&item.path(&org, "download")).await;
            app.browser().open(&org.page("")).await;
        }
        member(&app, &other).await;
        let staff = app.signed_in(&org, Role::Editor).await;
        let before = numbers(&staff).await;
        let downloads = before.iter().filter(|page| page.contains("Downloads, Feb 2: 1<")).count();
        assert_eq!(downloads, 1, "there is something to see");
        sum_up_days(&app).await.unwrap();
        let (rows, until) = summed_up(&app, &org).await;
        assert!(rows > 0);
        assert_eq!(until, today(&app));
        assert_eq!(difference(&before, &numbers(&staff).await), None);
        // What happens since is counted with it, and the same day isn't summed up twice.
        ada.open(&item.path(&org, "download")).await;
        let after = numbers(&staff).await;
        assert_ne!(difference(&before, &after), None);
        sum_up_days(&app).await.unwrap();
        assert_eq!(difference(&after, &numbers(&staff).await), None);
        app.advance(DAY + 2 * HOUR);
        let a_day_later = numbers(&staff).await;
        sum_up_days(&app).await.unwrap();
        assert_eq!(summed_up(&app, &org).await.1, until + 1);
        assert_eq!(difference(&a_day_later, &numbers(&staff).await), None);
    }

    async fn a_day_is_summed_up_two_hours_after_its_end(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let first = today(&app);
        let second = app.ambient.now().as_second().rem_euclid(86_400);
        let rest = Duration::from_secs(u64::try_from(86_400 - 1 - second).unwrap());
        app.advance(rest + 2 * HOUR);
        sum_up_days(&app).await.unwrap();
        assert_eq!(summed_up(&app, &org).await, (0, first));
        app.advance(Duration::from_secs(1));
        sum_up_days(&app).await.unwrap();
        let (rows, until) = summed_up(&app, &org).await;
        assert!(rows > 0);
        assert_eq!(until, first + 1);
    }

    async fn an_organization_without_anything_is_done_at_once(app: TestApp) {
        let org = app.enterprise().await;
        sum_up_days(&app).await.unwrap();
        assert_eq!(summed_up(&app, &org).await, (0, today(&app)));
    }

    async fn two_processes_that_sum_up_at_once_count_nothing_twice(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        app.advance(2 * DAY);
        let staff = app.signed_in(&org, Role::Editor).await;
        let before = numbers(&staff).await;
        let (one, two) = tokio::join!(sum_up_days(&app), sum_up_days(&app));
        one.and(two).unwrap();
        assert_eq!(difference(&before, &numbers(&staff).await), None);
    }

    async fn a_view_that_is_written_late_is_still_counted(app: TestApp) {
        let org = app.enterprise().await;
        app.browser().open(&org.page("")).await;
        app.advance(DAY + 3 * HOUR);
        sum_up_days(&app).await.unwrap();
        let first = today(&app) - 1;
        assert_eq!(summed_up(&app, &org).await, (0, first + 1), "it isn't written yet");
        let staff = app.signed_in(&org, Role::Editor).await;
        let days = staff.get("/dashboard/analytics/days.csv?days=7").await.html();
        assert!(days.contains("2026-02-02,0,1,1,"), "{days}");
        sum_up_days(&app).await.unwrap();
        let again = staff.get("/dashboard/analytics/days.csv?days=7").await.html();
        assert_eq!(again, days);
        assert_eq!(summed_up(&app, &org).await, (2, first + 1));
    }

    async fn a_view_that_is_written_while_its_day_is_summed_up_is_counted(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        app.advance(DAY + 3 * HOUR);
        sum_up_days(&app).await.unwrap();
        app.browser().open(&org.page("")).await;
        let views = app.anonymous_views.take(10);
        app.advance(2 * DAY);
        let mut tx = app.db.begin().await.unwrap();
        for view in &views {
            write_anonymous_view(&mut tx, &app.ambient, view).await.unwrap();
        }
        let (summed_up, ()) = tokio::join!(sum_up_days(&app), async {
            until_someone_waits(&app).await;
            tx.commit().await.unwrap();
        });
        summed_up.unwrap();
        let staff = app.signed_in(&org, Role::Editor).await;
        let days = staff.get("/dashboard/analytics/days.csv?days=7").await.html();
        assert!(days.contains("2026-02-03,0,1,1,"), "{days}");
    }
}
