//! Who works in the dashboard: managed by Admins and by the operator.

mod audit_log;
mod command_line;
mod invitations;
mod keys;
mod leaving;
mod passwords;
mod roles;
mod second_factor;
mod server;
mod sessions;

use std::time::Duration;

use domain::organizations::Role;
use domain::staff::StaffUser;
use testkit::client::Page;

use crate::support::{Browser, PASSWORD, TestApp, TestOrg};

const PEOPLE: &str = "/dashboard/settings/people";

/// The page on which an Admin manages this colleague.
fn page_of(user: &StaffUser) -> String {
    format!("{PEOPLE}/{}", user.id)
}

async fn sign_in(browser: &Browser, user: &StaffUser, password: &str) -> Page {
    let fields = [("email", user.email.as_str()), ("password", password)];
    browser.post("/login", &fields).await
}

/// Someone with this address, whose password is everyone's.
async fn colleague(app: &TestApp, org: &TestOrg, email: &str, role: Role) -> StaffUser {
    app.staff_with(org, email, role).await
}

/// How the database has this person now.
async fn saved(app: &TestApp, org: &TestOrg, user: &StaffUser) -> StaffUser {
    let mut tx = app.db.read().await.unwrap();
    let found = store::staff::users::by_id(&mut tx, org.id, user.id).await;
    found.unwrap().unwrap()
}

async fn works(app: &TestApp, user: &StaffUser) -> bool {
    sign_in(&app.browser(), user, PASSWORD).await.status == 303
}

async fn audit_log(admin: &Browser) -> String {
    admin.text("/dashboard/settings/audit").await
}

/// The address in the newest email to them that contains this.
async fn linked(app: &TestApp, email: &str, containing: &str) -> String {
    let limit = Duration::from_secs(20);
    let fits = |mail: &testkit::mail::Mail| mail.link(containing).is_some();
    let mail = app.mail.wait_for(email, limit, fits).await.unwrap();
    mail.link(containing).unwrap()
}

/// The same, of an email that isn't the one with the first link.
async fn other_link(app: &TestApp, email: &str, containing: &str, first: &str) -> String {
    let limit = Duration::from_secs(20);
    let fits = |mail: &testkit::mail::Mail| mail.link(containing).is_some_and(|link| link != first);
    let mail = app.mail.wait_for(email, limit, fits).await.unwrap();
    mail.link(containing).unwrap()
}
