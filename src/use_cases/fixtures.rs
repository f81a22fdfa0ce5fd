//! What tests of words and pages need.

use domain::ids::OrganizationId;
use domain::organizations::{Organization, Plan, Slug};

/// An organization of that name.
pub(crate) fn organization(name: &str) -> Organization {
    Organization {
        id: OrganizationId::from_uuid(uuid::Uuid::from_u128(1)),
        slug: Slug::parse("acme").unwrap(),
        name: name.to_owned(),
        plan: Plan::Pro,
        subject_prefix: String::new(),
        headline: String::new(),
        introduction: String::new(),
        security_email: String::new(),
        accent: "#1c5c82".to_owned(),
        version: 1,
    }
}
