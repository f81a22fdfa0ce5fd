//! Who may reach the integration: Admins, where the plan includes it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::web::error::WebError;
use crate::web::http::staff_session::{Admin, Staff};

/// An Admin of an organization on the Enterprise plan: else a page (403) that
/// says what is missing.
#[derive(Clone, Debug)]
pub struct SalesforceAdmin {
    pub staff: Staff,
}

impl FromRequestParts<App> for SalesforceAdmin {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let Admin(staff) = Admin::from_request_parts(parts, app).await?;
        let org = &staff.org;
        if !org.plan.includes_salesforce() {
            return Err(WebError::Forbidden(format!(
                "The Salesforce integration comes with the Enterprise plan, and {} is on the {} \
                 plan. Please contact us if you would like to enable it.",
                org.name,
                org.plan.title()
            )));
        }
        Ok(Self { staff })
    }
}
