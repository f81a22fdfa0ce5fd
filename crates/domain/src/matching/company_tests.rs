//! The table of cases for companies that an Admin linked to a Salesforce Account.

use super::tests::{account, at, contact, everything, matched};
use super::*;

const TOLD: &str =
    "“Northwind Inc. (northwind.example)” is linked to the Salesforce Account “Northwind Traders”.";

/// The company's link, and an Account of exactly the company's name beside it.
fn found(contacts: Vec<ContactCandidate>) -> Candidates {
    Candidates {
        contacts,
        accounts: vec![account("001n", "Northwind Inc.")],
        company_link: Some(Linked::Here {
            name: "Northwind Inc. (northwind.example)".to_owned(),
            account: account("001L", "Northwind Traders"),
            merged_from: None,
        }),
        ..Candidates::default()
    }
}

fn broken(contacts: Vec<ContactCandidate>) -> Candidates {
    Candidates {
        company_link: Some(Linked::Gone("It was deleted in Salesforce.".to_owned())),
        ..found(contacts)
    }
}

fn ends(found: &Match) -> (Option<&str>, Option<&str>) {
    let who = found.who.as_ref().map(RecordId::as_str);
    (who, found.what.as_ref().map(RecordId::as_str))
}

#[test]
fn the_linked_account_stands_for_the_one_of_that_name() {
    let on = matched(decide(
        at("Northwind Inc."),
        &found(vec![]),
        Allowed::default(),
    ));
    assert_eq!(ends(&on), (None, Some("001L")));
    assert_eq!(on.reason, format!("{TOLD} No Contact has this email."));
}

#[test]
fn a_contact_comes_first_and_keeps_its_own_account() {
    let ada = contact("003a", Some(account("001x", "Elsewhere")));
    let on = matched(decide(
        at("Northwind Inc."),
        &found(vec![ada]),
        everything(),
    ));
    assert_eq!(ends(&on), (Some("003a"), Some("001x")));
    assert!(!on.reason.contains("linked"), "{}", on.reason);
}

#[test]
fn a_contact_without_an_account_goes_to_the_linked_one() {
    let on = decide(
        at("Northwind Inc."),
        &found(vec![contact("003a", None)]),
        everything(),
    );
    let on = matched(on);
    assert_eq!(ends(&on), (Some("003a"), Some("001L")));
    assert!(on.associate);
    assert!(
        on.reason
            .ends_with("It has no Account; this company is linked to “Northwind Traders”."),
        "{}",
        on.reason
    );
}

#[test]
fn of_several_contacts_the_one_on_the_linked_account_is_taken() {
    let contacts = vec![
        contact("003n", Some(account("001n", "Northwind Inc."))),
        contact("003L", Some(account("001L", "Northwind Traders"))),
    ];
    let on = matched(decide(at("Northwind Inc."), &found(contacts), everything()));
    assert_eq!(ends(&on), (Some("003L"), Some("001L")));
    assert!(
        on.reason
            .contains("the one on the linked Account was taken")
    );
    let contacts = vec![contact("003n", Some(account("001n", "Northwind Inc."))); 2];
    let on = matched(decide(at("Northwind Inc."), &found(contacts), everything()));
    assert!(
        on.reason.contains("none is on the linked Account"),
        "{}",
        on.reason
    );
}

#[test]
fn a_contact_is_created_there_where_that_is_allowed() {
    let Decision::CreateContact(on, why) =
        decide(at("Northwind Inc."), &found(vec![]), everything())
    else {
        panic!("no Contact is wanted");
    };
    assert_eq!(on.id.as_str(), "001L");
    let reason = on_new_contact(RecordId::new("003a"), &on, &why).reason;
    assert!(reason.starts_with(TOLD), "{reason}");
}

#[test]
fn where_the_linked_account_is_gone_an_admin_is_asked_and_no_name_is_taken_instead() {
    let decision = decide(at("Northwind Inc."), &broken(vec![]), everything());
    assert_eq!(
        decision,
        Decision::LinkBroken("It was deleted in Salesforce.".to_owned())
    );
    // Whoever is known doesn't need the Account.
    let ada = contact("003a", Some(account("001x", "Elsewhere")));
    let on = matched(decide(
        at("Northwind Inc."),
        &broken(vec![ada]),
        everything(),
    ));
    assert_eq!(ends(&on), (Some("003a"), Some("001x")));
    let alone = contact("003a", None);
    let on = matched(decide(
        at("Northwind Inc."),
        &broken(vec![alone]),
        everything(),
    ));
    assert_eq!(ends(&on), (Some("003a"), None));
    assert!(
        on.reason
            .contains("the one that this company was linked to is gone")
    );
}

#[test]
fn where_the_link_of_the_account_leads_nowhere_that_of_the_company_counts() {
    let gone = Some(Linked::Gone("It was deleted in Salesforce.".to_owned()));
    let both = Candidates {
        linked: gone.clone(),
        ..found(vec![])
    };
    let on = matched(decide(at("Northwind Inc."), &both, Allowed::default()));
    assert_eq!(ends(&on), (None, Some("001L")));
    let neither = Candidates {
        linked: gone,
        ..broken(vec![])
    };
    let decision = decide(at("Northwind Inc."), &neither, everything());
    assert!(matches!(decision, Decision::LinkBroken(_)), "{decision:?}");
}

#[test]
fn the_link_of_an_account_comes_before_that_of_its_company() {
    let both = Candidates {
        linked: Some(Linked::Here {
            name: "Northwind".to_owned(),
            account: account("001A", "Northwind Group"),
            merged_from: None,
        }),
        ..found(vec![])
    };
    let on = matched(decide(at("Northwind Inc."), &both, Allowed::default()));
    assert_eq!(ends(&on), (None, Some("001A")));
}
