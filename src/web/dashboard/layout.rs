//! What every page of the dashboard shares: navigation, who is signed in, and
//! the message after a redirect.

use domain::organizations::{Plan, Role};
use store::Tx;
use store::organizations::attention::Attention;

use super::issues::{Issue, issues};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, Undo};
use crate::web::http::staff_session::Staff;
use crate::web::http::theme::Theme;
use crate::web::limits::EMAIL_IS_LATE;

/// The parts of the dashboard, as the navigation lists them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    Overview,
    Requests,
    Conversations,
    Questionnaires,
    Accounts,
    Analytics,
    Content,
    Salesforce,
    Settings,
}

impl Section {
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Requests,
        Self::Conversations,
        Self::Questionnaires,
        Self::Accounts,
        Self::Analytics,
        Self::Content,
        Self::Salesforce,
        Self::Settings,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Requests => "Requests",
            Self::Conversations => "Conversations",
            Self::Questionnaires => "Questionnaires",
            Self::Accounts => "Accounts",
            Self::Analytics => "Analytics",
            Self::Content => "Content",
            Self::Salesforce => "Salesforce",
            Self::Settings => "Settings",
        }
    }

    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/dashboard",
            Self::Requests => "/dashboard/requests",
            Self::Conversations => "/dashboard/conversations",
            Self::Questionnaires => "/dashboard/questionnaires",
            Self::Accounts => "/dashboard/accounts",
            Self::Analytics => "/dashboard/analytics",
            Self::Content => "/dashboard/content",
            Self::Salesforce => "/dashboard/salesforce",
            Self::Settings => "/dashboard/settings",
        }
    }

    pub const fn icon(self) -> &'static str {
        match self {
            Self::Overview => "activity",
            Self::Requests => "inbox",
            Self::Conversations => "comment",
            Self::Questionnaires => "clipboard",
            Self::Accounts => "building",
            Self::Analytics => "chart",
            Self::Content => "document",
            Self::Salesforce => "cloud",
            Self::Settings => "gear",
        }
    }
}

/// The field `shell` of every dashboard page, for `templates/dashboard/layout.html`.
#[derive(Clone, Debug)]
pub struct Shell {
    pub org_name: String,
    pub org_slug: String,
    pub plan: Plan,
    pub user_name: String,
    pub role: Role,
    /// In which colours they like it.
    pub theme: Theme,
    /// Which entry of the navigation is lit.
    pub section: Section,
    /// What was just done.
    pub flash: Option<String>,
    /// How to take that back, where it can be.
    pub undo: Option<Undo>,
    /// What waits for staff.
    pub attention: Attention,
    /// What is in trouble, the most urgent first.
    pub issues: Vec<Issue>,
}

impl Shell {
    pub async fn new(
        tx: &mut Tx,
        staff: &Staff,
        section: Section,
        flash: Flash,
    ) -> WebResult<Self> {
        let org = staff.org.id;
        let late = staff.now - EMAIL_IS_LATE;
        let attention = store::organizations::attention::read(tx, org, late).await?;
        let connection = store::salesforce::connections::live(tx, org).await?;
        Ok(Self {
            org_name: staff.org.name.clone(),
            org_slug: staff.org.slug.to_string(),
            plan: staff.org.plan,
            user_name: staff.user.name.clone(),
            role: staff.user.role,
            theme: staff.theme,
            section,
            flash: flash.message,
            undo: flash.undo,
            issues: issues(connection.as_ref(), &attention, staff.now),
            attention,
        })
    }

    /// Whether that part is for this person: Salesforce is for Admins, where the plan has it.
    pub fn shows(&self, section: Section) -> bool {
        section != Section::Salesforce || (self.is_admin() && self.plan.includes_salesforce())
    }

    /// How much there is to do in that part.
    pub fn waiting(&self, section: Section) -> i64 {
        match section {
            Section::Requests => self.attention.requests,
            Section::Conversations => self.attention.conversations,
            Section::Questionnaires => self.attention.questionnaires,
            Section::Overview
            | Section::Accounts
            | Section::Analytics
            | Section::Content
            | Section::Salesforce
            | Section::Settings => 0,
        }
    }

    /// Whether the entry of the navigation has a dot: Admins mend there what is in trouble.
    pub fn has_dot(&self, section: Section) -> bool {
        let is_there = |issue: &Issue| issue.href.starts_with(section.href());
        let has_settings = matches!(section, Section::Settings | Section::Salesforce);
        has_settings && self.is_admin() && self.issues.iter().any(is_there)
    }

    /// What an Admin's page says at its top, beyond Overview, which says all of it, and
    /// Settings, where it is mended.
    pub fn urgent(&self) -> Option<&Issue> {
        let is_said_elsewhere = matches!(self.section, Section::Overview | Section::Settings);
        let urgent = self.issues.first().filter(|issue| issue.is_urgent);
        urgent.filter(|_| self.is_admin() && !is_said_elsewhere)
    }

    pub fn is_editor(&self) -> bool {
        self.role >= Role::Editor
    }

    pub fn is_admin(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Up to two letters in the place of a picture.
    pub fn initials(&self) -> String {
        initials(&self.user_name)
    }
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ada Byron Lovelace"), "AL");
        assert_eq!(initials("éloïse"), "É");
        assert_eq!(initials(" "), "");
    }
}
