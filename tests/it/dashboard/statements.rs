//! No page asks the database once for each of its rows.

use gatehouse::domain::access::{AccessRequest, RequestState};
use gatehouse::domain::activity::Person;
use gatehouse::domain::email::EmailAddress;
use gatehouse::domain::ids::AccessRequestId;
use gatehouse::domain::organization::Role;
use gatehouse::store;

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
        let mut tx = app.db.begin().await.expect("a transaction");
        let person = Person {
            email: EmailAddress::parse(&format!("ada@company-{n}.example")).expect("an address"),
            first_name: "Ada".to_owned(),
            last_name: "Okafor".to_owned(),
        };
        let visitor = store::visitor::upsert(&mut tx, &app.ambient, org.id, &person, &company);
        let visitor = visitor.await.expect("a visitor");
        let request = AccessRequest {
            id: app.ambient.id(AccessRequestId::from_uuid),
            visitor: visitor.id,
            email: person.email,
            first_name: person.first_name,
            last_name: person.last_name,
            company,
            reason: String::new(),
            state: RequestState::Pending,
            created_at: app.ambient.now(),
            held_back: None,
            decision: None,
        };
        store::access_request::insert(&mut tx, org.id, &request)
            .await
            .expect("a request");
        tx.commit().await.expect("commit");
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
        assert!(requests.contains("same name, same email domain"), "{requests}");
    }
}
