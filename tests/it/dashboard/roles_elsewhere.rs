//! Addresses whose own tests are in other folders: here each is only asked by those
//! who may not, and by the least role that may.

use domain::organizations::Role::{self, Admin, Editor, Viewer};

use super::roles::needs;
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg, routes};

const ACCESS: &str = "/dashboard/accounts/access";
const ANALYTICS: &str = "/dashboard/analytics";
const SALESFORCE_PAGES: &str = "/dashboard/salesforce";
const DOCUSIGN: &str = "/dashboard/settings/nda/docusign";
const EMAIL: &str = "/dashboard/settings/email";
const EMAIL_BEFORE: &str = "/dashboard/settings/mail";
const NOTIFICATIONS: &str = "/dashboard/notifications";
const PEOPLE: &str = "/dashboard/settings/people";
const PROFILE: &str = "/dashboard/profile";
const SAVED_REPLIES: &str = "/dashboard/conversations/replies";
const SAVED_VIEWS: &str = "/dashboard/views";
const SEARCH: &str = "/dashboard/search";
const SALESFORCE: &str = "/dashboard/settings/salesforce";

/// What begins so, is read and changed by whom.
const LEAST: &[(&str, Role, Role)] = &[
    (ACCESS, Viewer, Editor),
    (ANALYTICS, Viewer, Editor),
    (DOCUSIGN, Admin, Admin),
    (EMAIL, Admin, Admin),
    (EMAIL_BEFORE, Admin, Admin),
    (NOTIFICATIONS, Viewer, Viewer),
    (PEOPLE, Viewer, Admin),
    (PROFILE, Viewer, Viewer),
    (SAVED_REPLIES, Viewer, Editor),
    (SAVED_VIEWS, Viewer, Viewer),
    (SEARCH, Viewer, Viewer),
    (SALESFORCE, Admin, Admin),
    (SALESFORCE_PAGES, Admin, Admin),
];
/// Forms are read by those who may send them.
const FORMS: [&str; 2] = ["/dashboard/accounts/access/", "/dashboard/settings/people/"];

/// The least role that this address takes, where it is one of these.
pub fn least(method: &str, path: &str) -> Option<Role> {
    let (_, read, change) = LEAST.iter().find(|(begin, ..)| path.starts_with(begin))?;
    // An export takes away what a page only shows.
    let is_form = FORMS.iter().any(|begin| path.starts_with(begin));
    let takes_along = std::path::Path::new(path)
        .extension()
        .is_some_and(|is| is == "csv")
        || is_form;
    Some(if method == "get" && !takes_along {
        *read
    } else {
        *change
    })
}

/// Nobody has this id.
const ID: &str = "00000000-0000-7000-8000-000000000000";

async fn send(browser: &Browser, method: &str, path: &str) -> testkit::client::Page {
    match method {
        "get" => browser.get(path).await,
        _ => browser.post(path, &[]).await,
    }
}

async fn people(app: &TestApp, org: &TestOrg) -> Vec<(Role, Browser)> {
    let mut people = Vec::new();
    for role in [Viewer, Editor, Admin] {
        people.push((role, app.signed_in(org, role).await));
    }
    people
}

on_both_databases! {
    async fn each_address_elsewhere_answers_only_those_who_may(app: TestApp) {
        let org = app.enterprise().await;
        let people = people(&app, &org).await;
        let nobody = app.browser();
        let mut wrong = Vec::new();
        for route in routes() {
            // A session that signed out can't send more requests: tests/it/staff does.
            if route.path.ends_with("/sign-out") {
                continue;
            }
            let path = route.filled(&[ID, ID]);
            for method in &route.methods {
                let Some(least) = least(method, &route.path) else {
                    continue;
                };
                let what = format!("{method} {}", route.path);
                let page = send(&nobody, method, &path).await;
                let to = page.header("location").unwrap_or_default();
                assert!(to.starts_with("/login?next="), "{what} for nobody: {}", page.summary());
                for (role, browser) in &people {
                    let page = send(browser, method, &path).await;
                    let expected = if *role < least {
                        page.status == 403 && page.text().contains(&needs(least))
                    } else {
                        page.status != 403 && !page.status.is_server_error()
                    };
                    if !expected {
                        wrong.push(format!("{what} for {role}: {}", page.summary()));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
