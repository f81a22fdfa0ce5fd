//! Past activity: an Admin sees what it would become in Salesforce, and sends it after all.

mod dry_run;
mod interrupted;
mod sending;

use domain::activities::ActivityKind;
use domain::ids::ActivityId;
use domain::organizations::Role;
use salesforce_sim::Sim;
use testkit::client::Page;

use super::{COMPANY, EMAIL, Fixture, fixture};
use crate::support::{Browser, TestApp};

const HOME: &str = "/dashboard/salesforce/past";
const VIEW: ActivityKind = ActivityKind::StatusPageView;
const DOWNLOAD: ActivityKind = ActivityKind::FileDownloaded;
const REQUEST: ActivityKind = ActivityKind::RequestedAccess;

/// An org that is connected, with every switch off.
async fn quiet(app: &TestApp) -> Fixture {
    let fixture = fixture(app).await;
    for kind in ActivityKind::ALL {
        let done = testkit::salesforce::switch(fixture.admin.client(), kind.key(), false).await;
        done.unwrap_or_else(|error| panic!("{error:#}"));
    }
    fixture
}

/// Six things happen: a Contact downloads twice and has a look; someone at the same company,
/// who is no Contact, asks for access; a stranger asks for access, and looks in.
async fn past(app: &TestApp, fixture: &Fixture) -> Vec<ActivityId> {
    let mut all = Vec::new();
    for (kind, email, company) in [
        (DOWNLOAD, EMAIL, COMPANY),
        (VIEW, EMAIL, COMPANY),
        (REQUEST, "bo@harbor.example", COMPANY),
        (DOWNLOAD, EMAIL, COMPANY),
        (REQUEST, "cy@lakeside.example", "Lakeside"),
        (VIEW, "cy@lakeside.example", "Lakeside"),
    ] {
        all.push(fixture.does(app, kind, email, company).await);
        app.advance(std::time::Duration::from_hours(1));
    }
    all
}

/// Another Admin, who has just signed in, uninstalls.
async fn uninstalls(app: &TestApp, fixture: &Fixture) -> Browser {
    let user = app
        .staff_with(&fixture.org, "later@northgate.example", Role::Admin)
        .await;
    let admin = app.browser_of(&user).await;
    let page = admin
        .post("/dashboard/settings/salesforce/uninstall", &[])
        .await;
    let said = admin.follow(page).await.text();
    assert!(said.contains("uninstalled"), "{said}");
    admin
}

/// The form with all activities and these options, as a browser sends it.
async fn asks_for(app: &TestApp, admin: &Browser, options: &[&str]) -> Page {
    let mut fields = vec![("days", "30")];
    fields.extend(ActivityKind::ALL.map(|kind| (kind.key(), "yes")));
    fields.extend(options.iter().map(|option| (*option, "yes")));
    dry_run(app, admin, &fields).await
}

/// An Admin sends the form; the page once the dry run is over.
async fn dry_run(app: &TestApp, admin: &Browser, fields: &[(&str, &str)]) -> Page {
    let page = admin.post(&format!("{HOME}/dry-run"), fields).await;
    admin.follow(page).await;
    works(app).await;
    admin.open(HOME).await
}

/// The server works what was asked for.
async fn works(app: &TestApp) {
    let done = gatehouse::delivery::past::run_until_idle(app).await;
    done.expect("the database can be used");
}

/// Presses Send on the page.
async fn sends(admin: &Browser, page: &Page) -> Page {
    admin.submit(page, "/send", &[]).await
}

/// How many records of that object the org has.
fn count(sandbox: &Sim, object: &str) -> usize {
    sandbox.find(&format!("SELECT Id FROM {object}")).len()
}
