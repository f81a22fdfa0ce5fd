//! What people do again and again.

use domain::organizations::Role;
use domain::staff::StaffUser;
use testkit::salesforce::MODAL;

use crate::chromium::Chromium;
use crate::support::{INTEGRATION_USER, PASSWORD, SALESFORCE_PASSWORD, TestApp, TestOrg};

impl Chromium {
    /// Goes to a path of Gatehouse.
    pub async fn visit(&self, app: &TestApp, path: &str) {
        let url = app.url.join(path).expect("an address");
        self.goto(url.as_str()).await;
    }

    /// Signs in by the login page, as someone new of this role.
    pub async fn sign_in(&self, app: &TestApp, org: &TestOrg, role: Role) -> StaffUser {
        let user = app.staff(org, role).await;
        self.visit(app, "/login").await;
        self.fill("email", user.email.as_str()).await;
        self.fill("password", PASSWORD).await;
        self.press("Sign in").await;
        self.arrives_at("/dashboard").await;
        user
    }

    /// From Settings through Configure to the org's consent page.
    pub async fn go_to_consent(&self, app: &TestApp) {
        self.visit(app, "/dashboard/settings").await;
        self.press("Configure").await;
        self.arrives_at(MODAL).await;
        self.press("Sandbox").await;
        self.arrives_at("/services/oauth2/authorize").await;
        assert_eq!(self.origin().await, app.sandbox.url);
        self.fill("username", INTEGRATION_USER).await;
        self.fill("password", SALESFORCE_PASSWORD).await;
        self.click("#Login").await;
        self.sees("Allow access?").await;
    }

    /// Connects the sandbox; ends in the modal.
    pub async fn connect(&self, app: &TestApp) {
        self.go_to_consent(app).await;
        self.click("#allow").await;
        self.arrives_at(MODAL).await;
    }

    /// Clicks a switch and waits until it is saved. `address` is the end of its
    /// form's: `/switches/requested_access`, `/options/create_lead`.
    pub async fn flip(&self, address: &str) {
        let form = format!("form[action$='{address}']");
        self.click(&format!("{form} label")).await;
        let saved = format!("{form} .sf-done");
        self.find(&saved).await;
    }
}

/// The checkbox of a switch or an option.
pub fn checkbox(address: &str) -> String {
    format!("form[action$='{address}'] input[type=checkbox]")
}
