//! What is counted, who is notified, and what analytics show.

mod counting;
mod day_totals;
mod notifications;
mod outbox;
mod page;

use crate::support::TestApp;

/// How many rows of usage there are, as `kind audience n`, sorted.
pub async fn counted(app: &TestApp) -> Vec<String> {
    gatehouse::use_cases::analytics::write_anonymous_views(
        &app.db,
        &app.ambient,
        &app.anonymous_views,
    )
    .await
    .unwrap();
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT kind, audience, COUNT(*) AS n FROM usage GROUP BY kind, audience \
               ORDER BY kind, audience";
    let rows = tx.all(sql, &[]).await.unwrap();
    let mut found = Vec::new();
    for row in rows {
        let (kind, audience): (String, String) =
            (row.get("kind").unwrap(), row.get("audience").unwrap());
        let n: i64 = row.get("n").unwrap();
        found.push(format!("{kind} {audience} {n}"));
    }
    found
}

/// Forgets what is older than it is kept, as the hourly upkeep does.
pub async fn sweep(app: &TestApp) {
    let mut tx = app.db.begin().await.unwrap();
    let now = app.ambient.now();
    store::analytics::usage::sweep_across_tenants(&mut tx, now, 1_000)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
