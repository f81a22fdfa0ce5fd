//! What is in trouble: all of it on Overview, and what is urgent on the other pages of an
//! Admin.

use domain::salesforce::hold;
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use store::organizations::attention::{Attention, MOST};

use crate::salesforce_connection::what_stops;
use crate::web::components::numbers::thousands;

/// Something that an Admin has to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// The part of the product, such as "Salesforce".
    pub part: &'static str,
    /// What is wrong, in a sentence or two.
    pub text: String,
    /// Where it is mended.
    pub href: &'static str,
    /// What the link there says.
    pub action: &'static str,
    /// Whether something waits until someone acts: Admins see it beyond Overview.
    pub is_urgent: bool,
}

const SALESFORCE: &str = "/dashboard/settings/salesforce";
const PERMISSIONS: &str = "/dashboard/salesforce/permissions";
const DELIVERIES: &str = "/dashboard/salesforce/deliveries?state=parked#list";
const FAILED_EMAIL: &str = "/dashboard/settings/email?state=failed";
const LATE_EMAIL: &str = "/dashboard/settings/email?state=pending";
const DOCUSIGN: &str = "/dashboard/settings/docusign";
const APPEARANCE: &str = "/dashboard/settings/appearance";

/// What is in trouble now, the most urgent first.
pub(super) fn issues(
    connection: Option<&Connection>,
    attention: &Attention,
    now: Timestamp,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    issues.extend(connection.and_then(|connection| held(connection, now)));
    issues.extend(connection.and_then(refused_by_org));
    issues.extend(counted(attention));
    issues.extend(failing_domain(attention));
    issues.sort_by_key(|issue| !issue.is_urgent);
    issues
}

/// Why nothing is sent to Salesforce. That an Admin paused it is no trouble.
fn held(connection: &Connection, now: Timestamp) -> Option<Issue> {
    if connection.state == ConnectionState::Paused {
        return None;
    }
    let wait = hold::wait(
        connection.state,
        connection.hold_until,
        &connection.hold_reason,
        now,
    )?;
    let needs_login = connection.state == ConnectionState::NeedsReauth;
    Some(Issue {
        part: "Salesforce",
        text: if needs_login {
            "Salesforce rejected the saved login. Deliveries wait, and nothing is lost.".to_owned()
        } else {
            format!("Deliveries are on hold: {}. {}", wait.cause, wait.remedy)
        },
        href: SALESFORCE,
        action: if needs_login {
            "Log in to Salesforce again"
        } else {
            "Salesforce settings"
        },
        is_urgent: needs_login,
    })
}

/// What the last look at the org found to stop all deliveries.
fn refused_by_org(connection: &Connection) -> Option<Issue> {
    Some(Issue {
        part: "Salesforce",
        text: what_stops(connection)?,
        href: PERMISSIONS,
        action: "Review the org check",
        is_urgent: true,
    })
}

fn counted(attention: &Attention) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut add = |count: i64, part, (one, many): (&str, &str), href, action| {
        if count > 0 {
            issues.push(Issue {
                part,
                text: sentence(count, one, many),
                href,
                action,
                is_urgent: false,
            });
        }
    };
    let delivery = ("delivery needs attention", "deliveries need attention");
    add(
        attention.deliveries,
        "Salesforce",
        delivery,
        DELIVERIES,
        "Review deliveries",
    );
    let failed = ("email couldn’t be sent", "emails couldn’t be sent");
    add(
        attention.failed_emails,
        "Email",
        failed,
        FAILED_EMAIL,
        "Review emails",
    );
    let late = (
        "email has waited for more than an hour to be sent",
        "emails have waited for more than an hour to be sent",
    );
    add(
        attention.late_emails,
        "Email",
        late,
        LATE_EMAIL,
        "Review emails",
    );
    let envelope = (
        "envelope can’t be read from DocuSign",
        "envelopes can’t be read from DocuSign",
    );
    add(
        attention.envelopes,
        "DocuSign",
        envelope,
        DOCUSIGN,
        "DocuSign settings",
    );
    issues
}

/// The custom domain whose proof is gone.
fn failing_domain(attention: &Attention) -> Option<Issue> {
    let domain = Some(&attention.failing_domain).filter(|domain| !domain.is_empty())?;
    Some(Issue {
        part: "Custom domain",
        text: format!(
            "The DNS record that proves {domain} is gone. Without it, the domain stops working."
        ),
        href: APPEARANCE,
        action: "Check the domain",
        is_urgent: true,
    })
}

/// "3 emails couldn’t be sent."
fn sentence(count: i64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}."),
        MOST.. => format!("{} or more {many}.", thousands(&count)),
        _ => format!("{} {many}.", thousands(&count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_words() {
        assert_eq!(sentence(1, "email waits", "emails wait"), "1 email waits.");
        assert_eq!(sentence(2, "email waits", "emails wait"), "2 emails wait.");
        assert_eq!(
            sentence(MOST, "email waits", "emails wait"),
            "1,000 or more emails wait."
        );
    }

    #[test]
    fn an_organization_without_trouble_has_no_issues() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(issues(None, &Attention::default(), now).is_empty());
    }

    #[test]
    fn what_waits_for_someone_comes_first() {
        let attention = Attention {
            failed_emails: 2,
            failing_domain: "trust.acme.example".to_owned(),
            ..Attention::default()
        };
        let found = issues(None, &attention, Timestamp::UNIX_EPOCH);
        let parts: Vec<_> = found.iter().map(|issue| issue.part).collect();
        assert_eq!(parts, ["Custom domain", "Email"]);
    }
}
