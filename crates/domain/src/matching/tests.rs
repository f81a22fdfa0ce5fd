//! The table of cases for matching.

use super::*;
use crate::matching::candidates::Converted;

const EMAIL: &str = "ada@northwind.example";

pub(super) fn owner(id: &str, is_active: bool) -> Owner {
    Owner {
        id: RecordId::new(id),
        is_active,
    }
}

pub(super) fn account(id: &str, name: &str) -> AccountCandidate {
    AccountCandidate {
        id: RecordId::new(id),
        name: name.to_owned(),
        owner: Some(owner(&format!("005-of-{id}"), true)),
    }
}

pub(super) fn contact(id: &str, account: Option<AccountCandidate>) -> ContactCandidate {
    ContactCandidate {
        id: RecordId::new(id),
        email: EMAIL.to_owned(),
        owner: Some(owner(&format!("005-of-{id}"), true)),
        account,
        account_hidden: false,
    }
}

fn lead(id: &str) -> LeadCandidate {
    LeadCandidate {
        id: RecordId::new(id),
        email: EMAIL.to_owned(),
        owner: Some(owner(&format!("005-of-{id}"), true)),
        converted: None,
    }
}

pub(super) fn at(company: &str) -> Subject<'_> {
    Subject {
        email: Some(EMAIL),
        company,
    }
}

pub(super) fn everything() -> Allowed {
    Allowed {
        create_contact: true,
        create_lead: true,
        associate_contact: true,
    }
}

/// `WhoId` and `WhatId` of a match.
fn ends(decision: &Decision) -> (Option<&str>, Option<&str>) {
    match decision {
        Decision::Matched(found) => (
            found.who.as_ref().map(RecordId::as_str),
            found.what.as_ref().map(RecordId::as_str),
        ),
        other => panic!("not matched: {other:?}"),
    }
}

pub(super) fn matched(decision: Decision) -> Match {
    match decision {
        Decision::Matched(found) => found,
        other => panic!("not matched: {other:?}"),
    }
}

#[test]
fn a_contact_is_found_by_email_in_any_case_and_brings_its_account() {
    let mut ada = contact("003a", Some(account("001a", "Northwind")));
    ada.email = "Ada@NorthWind.Example".to_owned();
    let found = Candidates {
        contacts: vec![ada],
        ..Candidates::default()
    };
    let decision = decide(at("Something else"), &found, everything());
    assert_eq!(ends(&decision), (Some("003a"), Some("001a")));
}

#[test]
fn the_contacts_own_account_wins_over_one_that_has_the_typed_name() {
    let found = Candidates {
        contacts: vec![contact("003a", Some(account("001a", "Northwind Holding")))],
        accounts: vec![account("001b", "Northwind")],
        ..Candidates::default()
    };
    let decision = decide(at("Northwind"), &found, everything());
    assert_eq!(ends(&decision), (Some("003a"), Some("001a")));
}

#[test]
fn of_several_contacts_the_one_on_the_matched_account_is_taken() {
    let found = Candidates {
        contacts: vec![
            contact("003a", Some(account("001a", "Old Employer"))),
            contact("003b", Some(account("001b", "Northwind"))),
        ],
        ..Candidates::default()
    };
    let found = matched(decide(at("northwind"), &found, everything()));
    assert_eq!(found.who, Some(RecordId::new("003b")));
    assert_eq!(found.what, Some(RecordId::new("001b")));
    assert!(
        found.reason.starts_with("2 Contacts have this email"),
        "{}",
        found.reason
    );
}

#[test]
fn of_several_contacts_elsewhere_the_oldest_is_taken_and_told() {
    let found = Candidates {
        contacts: vec![
            contact("003a", Some(account("001a", "One"))),
            contact("003b", Some(account("001b", "Two"))),
        ],
        ..Candidates::default()
    };
    let found = matched(decide(at("Northwind"), &found, everything()));
    assert_eq!(found.who, Some(RecordId::new("003a")));
    assert!(
        found.reason.contains("the oldest was taken"),
        "{}",
        found.reason
    );
}

#[test]
fn a_contact_without_account_gets_the_one_of_exactly_this_name_where_allowed() {
    let found = Candidates {
        contacts: vec![contact("003a", None)],
        accounts: vec![account("001a", "Northwind")],
        ..Candidates::default()
    };
    for associate_contact in [true, false] {
        let allowed = Allowed {
            associate_contact,
            ..Allowed::default()
        };
        let found = matched(decide(at("Northwind"), &found, allowed));
        assert_eq!(found.what, Some(RecordId::new("001a")));
        assert_eq!(found.associate, associate_contact);
    }
}

#[test]
fn a_contact_without_any_account_still_gets_the_task() {
    let found = Candidates {
        contacts: vec![contact("003a", None)],
        ..Candidates::default()
    };
    let decision = decide(at("Northwind"), &found, everything());
    assert_eq!(ends(&decision), (Some("003a"), None));
}

#[test]
fn account_names_match_exactly_but_for_case_outer_spaces_and_unicode_form() {
    let takes = |name: &str, company: &str| {
        let found = Candidates {
            accounts: vec![account("001a", name)],
            ..Candidates::default()
        };
        matches!(
            decide(at(company), &found, Allowed::default()),
            Decision::Matched(_)
        )
    };
    assert!(takes("Northwind GmbH", "  northwind gmbh "));
    assert!(takes("Café Noir", "Cafe\u{301} noir"));
    assert!(takes("Łódź Systems", "łódź systems"));
    assert!(!takes("Company Inc.", "Company Incorporated"));
    assert!(!takes("Company Inc.", "Company Inc"));
    assert!(!takes("Acme Corp", "Acme  Corp"));
    assert!(!takes("", ""));
}

#[test]
fn of_several_accounts_of_the_name_the_oldest_is_taken_and_told() {
    let found = Candidates {
        accounts: vec![account("001a", "Northwind"), account("001b", "NORTHWIND")],
        ..Candidates::default()
    };
    let found = matched(decide(at("Northwind"), &found, Allowed::default()));
    assert_eq!(found.what, Some(RecordId::new("001a")));
    assert!(
        found.reason.contains("2 Accounts have it"),
        "{}",
        found.reason
    );
}

#[test]
fn a_contact_is_created_only_where_allowed_and_only_on_an_existing_account() {
    let found = Candidates {
        accounts: vec![account("001a", "Northwind")],
        ..Candidates::default()
    };
    let allowed = Allowed {
        create_contact: true,
        ..Allowed::default()
    };
    assert_eq!(
        decide(at("Northwind"), &found, allowed),
        Decision::CreateContact(account("001a", "Northwind"), Why::Name)
    );
    let decision = decide(
        at("Northwind"),
        &found,
        Allowed {
            create_lead: true,
            ..Allowed::default()
        },
    );
    assert_eq!(ends(&decision), (None, Some("001a")));
    let decision = decide(at("Northwind"), &Candidates::default(), allowed);
    assert!(matches!(decision, Decision::Nothing(_)));
}

#[test]
fn an_account_of_the_name_goes_before_an_open_lead() {
    let found = Candidates {
        leads: vec![lead("00Qa")],
        accounts: vec![account("001a", "Northwind")],
        ..Candidates::default()
    };
    assert_eq!(
        ends(&decide(at("Northwind"), &found, Allowed::default())),
        (None, Some("001a"))
    );
}

#[test]
fn an_open_lead_is_taken_without_related_to_rather_than_a_second_one_made() {
    let found = Candidates {
        leads: vec![lead("00Qa"), lead("00Qb")],
        ..Candidates::default()
    };
    let decision = decide(at("Northwind"), &found, everything());
    assert_eq!(ends(&decision), (Some("00Qa"), None));
    assert!(matched(decision).reason.starts_with("2 open Leads"));
}

#[test]
fn a_converted_lead_leads_to_what_it_became() {
    let mut converted = lead("00Qa");
    converted.converted = Some(Converted {
        contact_id: Some(RecordId::new("003z")),
        account: Some(account("001z", "Northwind")),
    });
    let found = Candidates {
        leads: vec![converted],
        ..Candidates::default()
    };
    let decision = decide(at("Elsewhere"), &found, everything());
    assert_eq!(ends(&decision), (Some("003z"), Some("001z")));
}

#[test]
fn a_lead_converted_into_nothing_readable_is_not_written_on() {
    let mut converted = lead("00Qa");
    converted.converted = Some(Converted {
        contact_id: None,
        account: None,
    });
    let found = Candidates {
        leads: vec![converted],
        ..Candidates::default()
    };
    assert_eq!(
        decide(at("Northwind"), &found, everything()),
        Decision::CreateLead
    );
}

#[test]
fn nothing_found_creates_a_lead_where_allowed_and_else_says_so() {
    assert_eq!(
        decide(at("Northwind"), &Candidates::default(), everything()),
        Decision::CreateLead
    );
    match decide(at("Northwind"), &Candidates::default(), Allowed::default()) {
        Decision::Nothing(reason) => assert!(reason.contains("named exactly “Northwind”")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_person_only_the_account_counts() {
    let subject = Subject {
        email: None,
        company: "Northwind",
    };
    let found = Candidates {
        accounts: vec![account("001a", "Northwind")],
        ..Candidates::default()
    };
    assert_eq!(
        ends(&decide(subject, &found, everything())),
        (None, Some("001a"))
    );
    assert!(matches!(
        decide(subject, &Candidates::default(), everything()),
        Decision::Nothing(_)
    ));
}

#[test]
fn owners_are_the_accounts_then_the_contacts_as_far_as_they_are_active() {
    let owners = |account_active, contact_active| {
        let mut at = account("001a", "Northwind");
        at.owner = Some(owner("005acc", account_active));
        let mut ada = contact("003a", Some(at));
        ada.owner = Some(owner("005con", contact_active));
        let found = Candidates {
            contacts: vec![ada],
            ..Candidates::default()
        };
        let found = matched(decide(
            super::Subject {
                email: Some(EMAIL),
                company: "",
            },
            &found,
            everything(),
        ));
        found
            .owners
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(owners(true, true), ["005acc", "005con"]);
    assert_eq!(owners(false, true), ["005con"]);
    assert_eq!(owners(true, false), ["005acc"]);
    assert!(owners(false, false).is_empty());
}

#[test]
fn a_queue_owns_no_task() {
    let mut queued = lead("00Qa");
    queued.owner = Some(owner("00Gqueue", true));
    let found = Candidates {
        leads: vec![queued],
        ..Candidates::default()
    };
    assert!(
        matched(decide(at("x"), &found, everything()))
            .owners
            .is_empty()
    );
}
