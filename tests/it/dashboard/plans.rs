//! No page reads the rows of other organizations, or all rows of its own for a few of
//! them, as SQLite plans what it really asks.

use domain::organizations::Role;

use super::things::fill;
use crate::support::plans::{embedded, tables_read_whole};
use crate::support::{Database, TestApp};

/// Every page with a list, with each of its filters; `{account}` and such stand for the
/// ids of `things`.
const PAGES: &[&str] = &[
    "/dashboard",
    "/dashboard?kind=file_downloaded",
    "/dashboard?q=acme",
    "/dashboard?kind=file_downloaded&q=acme",
    "/dashboard?before={activity}",
    "/dashboard/activity/{activity}",
    "/dashboard/requests",
    "/dashboard/requests?request={request}",
    "/dashboard/requests?after={request}",
    "/dashboard/requests?before={request}",
    "/dashboard/accounts",
    "/dashboard/accounts?q=acme",
    "/dashboard/accounts?owner=none&review=approved&nda=open&access=soon",
    "/dashboard/accounts?show=archived",
    "/dashboard/accounts/{account}",
    "/dashboard/accounts/{account}/edit",
    "/dashboard/accounts/access",
    "/dashboard/accounts/new",
    "/dashboard/conversations",
    "/dashboard/conversations/{thread}",
    "/dashboard/questionnaires",
    "/dashboard/questionnaires/{questionnaire}",
    "/dashboard/analytics",
    "/dashboard/analytics?days=365",
    "/dashboard/analytics/documents/{document}",
    "/dashboard/content",
    "/dashboard/content/items/{item}",
    "/dashboard/content/updates",
    "/dashboard/content/subscribers",
    "/dashboard/settings",
    "/dashboard/settings/people",
    "/dashboard/settings/audit",
    "/dashboard/settings/email",
    "/dashboard/settings/access",
    "/dashboard/settings/nda",
    "/dashboard/profile",
    "/dashboard/salesforce",
    "/dashboard/salesforce/activities",
    "/dashboard/salesforce/matching",
    "/dashboard/salesforce/permissions",
    "/dashboard/salesforce/deliveries",
    "/dashboard/salesforce/deliveries?state=parked",
];
#[tokio::test]
async fn no_page_reads_a_whole_table() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let ids = fill(&app, &org).await;
    let user = app
        .staff_with(&org, "second@northgate.example", Role::Admin)
        .await;
    let admin = app.browser_of(&user).await;
    app.connect_sandbox(&admin).await;
    app.statements.record();
    for page in PAGES {
        let mut path = (*page).to_owned();
        for (name, id) in &ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let answer = admin.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let conn = embedded(app.database_url());
    let asked = app.statements.recorded();
    assert!(
        asked.len() > 60,
        "only {} statements were asked",
        asked.len()
    );
    let scans: Vec<_> = asked
        .iter()
        .filter_map(|text| {
            let tables = tables_read_whole(&conn, text);
            (!tables.is_empty()).then(|| format!("reads all of {tables:?}: {text}"))
        })
        .collect();
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}
