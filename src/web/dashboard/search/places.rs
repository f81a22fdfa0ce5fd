//! The dashboard's own pages, as they are found by name.

use domain::organizations::Role;

/// A page of the dashboard.
pub(super) struct Place {
    pub title: &'static str,
    pub href: &'static str,
    /// Other words that someone might look for it by.
    words: &'static str,
    /// Who may open it.
    role: Role,
    /// Whether the organization's plan must include Salesforce.
    is_salesforce: bool,
}

const fn place(title: &'static str, href: &'static str, words: &'static str, role: Role) -> Place {
    Place {
        title,
        href,
        words,
        role,
        is_salesforce: false,
    }
}

const fn salesforce(title: &'static str, href: &'static str, words: &'static str) -> Place {
    Place {
        title,
        href,
        words,
        role: Role::Admin,
        is_salesforce: true,
    }
}

const PLACES: [Place; 30] = [
    place("Overview", "/dashboard", "home activity feed", Role::Viewer),
    place(
        "Requests",
        "/dashboard/requests",
        "access approve deny",
        Role::Viewer,
    ),
    place(
        "Conversations",
        "/dashboard/conversations",
        "comments questions",
        Role::Viewer,
    ),
    place(
        "Questionnaires",
        "/dashboard/questionnaires",
        "uploads",
        Role::Viewer,
    ),
    place(
        "Accounts",
        "/dashboard/accounts",
        "customers companies",
        Role::Viewer,
    ),
    place(
        "Invite",
        "/dashboard/accounts/new",
        "add new account customer",
        Role::Editor,
    ),
    place(
        "Profiles and document groups",
        "/dashboard/accounts/access",
        "permissions",
        Role::Viewer,
    ),
    place(
        "Analytics",
        "/dashboard/analytics",
        "report views downloads",
        Role::Viewer,
    ),
    place(
        "Content",
        "/dashboard/content",
        "sections items documents",
        Role::Viewer,
    ),
    place(
        "Updates",
        "/dashboard/content/updates",
        "news announce",
        Role::Viewer,
    ),
    place(
        "Subscribers",
        "/dashboard/content/subscribers",
        "email updates",
        Role::Viewer,
    ),
    place(
        "New section",
        "/dashboard/content/sections/new",
        "add",
        Role::Editor,
    ),
    place(
        "New item",
        "/dashboard/content/items/new",
        "add document",
        Role::Editor,
    ),
    salesforce(
        "Salesforce",
        "/dashboard/salesforce",
        "health overview api calls",
    ),
    salesforce(
        "Salesforce: activities",
        "/dashboard/salesforce/activities",
        "tasks switches",
    ),
    salesforce(
        "Salesforce: matching",
        "/dashboard/salesforce/matching",
        "rules contacts leads",
    ),
    salesforce(
        "Salesforce: permissions",
        "/dashboard/salesforce/permissions",
        "check preflight",
    ),
    salesforce(
        "Salesforce: deliveries",
        "/dashboard/salesforce/deliveries",
        "errors failed sync log",
    ),
    salesforce(
        "Salesforce: no match",
        "/dashboard/salesforce/unmatched",
        "unmatched companies link ignore",
    ),
    salesforce(
        "Salesforce: past activity",
        "/dashboard/salesforce/past",
        "dry run preview backfill replay history",
    ),
    place(
        "Settings",
        "/dashboard/settings",
        "general name address domain",
        Role::Viewer,
    ),
    place(
        "People",
        "/dashboard/settings/people",
        "team colleagues invite roles",
        Role::Viewer,
    ),
    place(
        "Appearance",
        "/dashboard/settings/appearance",
        "logo color brand",
        Role::Admin,
    ),
    place(
        "Access",
        "/dashboard/settings/access",
        "automatic approval domains",
        Role::Admin,
    ),
    place(
        "NDA",
        "/dashboard/settings/nda",
        "agreement sign docusign clickwrap",
        Role::Admin,
    ),
    place(
        "DocuSign",
        "/dashboard/settings/nda/docusign",
        "envelope sign",
        Role::Admin,
    ),
    place(
        "Email",
        "/dashboard/settings/email",
        "outbox smtp test",
        Role::Admin,
    ),
    place(
        "Audit log",
        "/dashboard/settings/audit",
        "history who did",
        Role::Admin,
    ),
    place(
        "Your profile",
        "/dashboard/profile",
        "password second factor theme dark light sessions",
        Role::Viewer,
    ),
    place(
        "Your notifications",
        "/dashboard/notifications",
        "email",
        Role::Viewer,
    ),
];

/// The pages that this person may open and whose name or words have one that begins with
/// each of the words.
pub(super) fn find(words: &str, role: Role, has_salesforce: bool) -> Vec<&'static Place> {
    let words = words.to_lowercase();
    let fits = |place: &Place| {
        let text = format!("{} {}", place.title, place.words).to_lowercase();
        let begins = |word: &str| text.split_whitespace().any(|own| own.starts_with(word));
        words.split_whitespace().all(begins)
    };
    PLACES
        .iter()
        .filter(|place| place.role <= role && (has_salesforce || !place.is_salesforce))
        .filter(|place| fits(place))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(words: &str, role: Role) -> Vec<&'static str> {
        let found = find(words, role, true);
        found.iter().map(|place| place.title).collect()
    }

    #[test]
    fn a_page_is_found_by_its_name_and_by_what_it_is_for() {
        assert_eq!(titles("audit", Role::Admin), ["Audit log"]);
        assert_eq!(titles("DAR", Role::Viewer), ["Your profile"]);
        assert!(
            titles("omers", Role::Admin).is_empty(),
            "the middle of a word"
        );
        assert_eq!(titles("second password", Role::Viewer), ["Your profile"]);
        assert!(titles("no such page", Role::Admin).is_empty());
    }

    #[test]
    fn nobody_finds_a_page_that_is_closed_to_them() {
        assert!(titles("audit", Role::Editor).is_empty());
        assert!(titles("salesforce", Role::Editor).is_empty());
        assert!(find("salesforce", Role::Admin, false).is_empty());
        assert!(titles("new section", Role::Viewer).is_empty());
    }
}
