//! No page asks the database once for each of its rows.

use domain::organizations::Role;

use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

const PAGES: [&str; 9] = [
    "/dashboard",
    "/dashboard/requests",
    "/dashboard/accounts",
    "/dashboard/conversations",
    "/dashboard/questionnaires",
    "/dashboard/analytics",
    "/dashboard/content",
    "/dashboard/settings/audit",
    "/dashboard/settings/people",
];
/// More than any page needs.
const MOST: usize = 25;
const ROWS: usize = 30;

/// Requests of people from as many companies, each with an account that has a member.
async fn fill(app: &TestApp, org: &TestOrg) {
    let editor = app.signed_in(org, Role::Editor).await;
    for n in 0..ROWS {
        let company = format!("Company {n}");
        crate::requests::give_access(&editor, &company, &format!("first@company-{n}.example"))
            .await;
        super::ask(app, org, &format!("ada@company-{n}.example"), &company).await;
    }
}

on_both_databases! {
    async fn a_page_asks_no_more_for_thirty_rows_than_for_few(app: TestApp) {
        let org = app.enterprise().await;
        fill(&app, &org).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for page in PAGES {
            let before = app.statements.count();
            assert_eq!(admin.get(page).await.status, 200, "{page}");
            let asked = app.statements.count() - before;
            assert!(asked <= MOST, "{page} asked {asked} times");
        }
        let requests = admin.text("/dashboard/requests").await;
        assert!(requests.contains("Same name, same email domain"), "{requests}");
    }
}
