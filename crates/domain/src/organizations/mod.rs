//! Organizations (tenants), their plans, and what their people may do.

pub mod hostname;

use crate::ids::OrganizationId;

/// What an organization pays for; Salesforce comes with Enterprise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plan {
    /// The free plan.
    Free,
    /// The plan in between.
    Pro,
    /// The plan that includes Salesforce.
    Enterprise,
}

impl Plan {
    /// The stable name in the database and on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Pro => "Pro",
            Self::Enterprise => "Enterprise",
        }
    }

    /// Whether the plan includes the Salesforce integration.
    pub const fn includes_salesforce(self) -> bool {
        matches!(self, Self::Enterprise)
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            "enterprise" => Ok(Self::Enterprise),
            _ => Err(format!(
                "`{text}` is not a plan: use free, pro or enterprise"
            )),
        }
    }
}

/// What a person may do in the dashboard; each role includes the ones below it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Reads everything but secrets.
    Viewer,
    /// Also decides requests and edits content.
    Editor,
    /// Also changes settings and the Salesforce integration.
    Admin,
}

impl Role {
    /// The stable name in the database, in forms and on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Editor => "Editor",
            Self::Admin => "Admin",
        }
    }

    /// The role in a sentence: "an Admin".
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Viewer => "a Viewer",
            Self::Editor => "an Editor",
            Self::Admin => "an Admin",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "viewer" => Ok(Self::Viewer),
            "editor" => Ok(Self::Editor),
            "admin" => Ok(Self::Admin),
            _ => Err(format!(
                "`{text}` is not a role: use admin, editor or viewer"
            )),
        }
    }
}

/// The part of an organization's address that names it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Slug(String);

impl Slug {
    /// Lower-case letters, digits and single hyphens; 2 to 40 characters.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shaped = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if shaped && (2..=40).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "`{text}` can't be an address: use 2 to 40 lower-case letters, digits and single hyphens"
        ))
    }

    /// The slug as it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Slug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The company that publishes a trust center.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organization {
    /// What the rows of the organization's data carry.
    pub id: OrganizationId,
    /// What stands for it in the address of its trust center; unique.
    pub slug: Slug,
    /// Its name on the trust center and in emails.
    pub name: String,
    /// What it pays for; only the operator changes it.
    pub plan: Plan,
    /// What a Task's Subject begins with; SafeBase unless changed, so that
    /// reports and automations on the guide's subjects keep working.
    pub subject_prefix: String,
    /// One line below the name on the trust center.
    pub headline: String,
    /// A few sentences that open the trust center.
    pub introduction: String,
    /// Where questions about security go; may be empty.
    pub security_email: String,
    /// The accent colour as `#rrggbb`.
    pub accent: String,
    /// Grows by one with each change: a form made from an older one is stale.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enterprise_includes_salesforce() {
        assert!(Plan::Enterprise.includes_salesforce());
        assert!(!Plan::Pro.includes_salesforce());
        assert!(!Plan::Free.includes_salesforce());
    }

    #[test]
    fn an_admin_is_more_than_an_editor_is_more_than_a_viewer() {
        assert!(Role::Admin > Role::Editor && Role::Editor > Role::Viewer);
    }

    #[test]
    fn a_slug_is_fit_for_an_address() {
        assert!(Slug::parse("northwind-labs").is_ok());
        for bad in [
            "",
            "a",
            "-a",
            "a-",
            "a--b",
            "Ä",
            "UPPER",
            "a/b",
            &"x".repeat(41),
        ] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }
}
