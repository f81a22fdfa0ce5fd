//! Creating people: what is said of it, and who is never created.

use super::tests::{account, at, contact, everything, matched, owner};
use super::*;

#[test]
fn a_new_contact_says_that_several_accounts_have_the_name() {
    let found = Candidates {
        accounts: vec![account("001a", "Northwind"), account("001b", "northwind")],
        ..Candidates::default()
    };
    let decision = decide(at("Northwind"), &found, everything());
    let Decision::CreateContact(oldest, why) = decision else {
        panic!("{decision:?}");
    };
    assert_eq!((oldest.id.as_str(), &why), ("001a", &Why::OldestOf(2)));
    let reason = on_new_contact(RecordId::new("003a"), &oldest, &why).reason;
    assert!(
        reason.contains("2 Accounts have exactly this name; the oldest was taken"),
        "{reason}"
    );
}

#[test]
fn a_new_leads_task_goes_to_whom_the_lead_was_assigned() {
    let rep = owner("005-rep", true);
    let found = on_new_lead(RecordId::new("00Qa"), Some(&rep));
    assert_eq!(found.owners, [rep.id]);
    for nobody in [
        None,
        Some(owner("005-gone", false)),
        Some(owner("00G-queue", true)),
    ] {
        let found = on_new_lead(RecordId::new("00Qa"), nobody.as_ref());
        assert!(found.owners.is_empty(), "{nobody:?}");
    }
}

#[test]
fn nobody_is_created_in_place_of_whom_nobody_could_look_for() {
    let without = |contacts, leads, accounts| Unreadable {
        contacts,
        leads,
        accounts,
    };
    for unreadable in [
        without(true, false, false),
        without(false, true, false),
        without(false, false, true),
    ] {
        let found = Candidates {
            unreadable,
            ..Candidates::default()
        };
        let decision = decide(at("Northwind"), &found, everything());
        let Decision::Nothing(reason) = decision else {
            panic!("{decision:?}");
        };
        assert!(
            reason.contains("can't be read, so nobody is created"),
            "{reason}"
        );
    }
    let found = Candidates {
        accounts: vec![account("001a", "Northwind")],
        unreadable: without(true, false, false),
        ..Candidates::default()
    };
    let found = matched(decide(at("Northwind"), &found, everything()));
    assert_eq!(found.what, Some(RecordId::new("001a")));
    assert!(
        found.reason.contains("Contacts can't be read"),
        "{}",
        found.reason
    );
}

#[test]
fn a_contact_whose_account_is_hidden_is_never_given_another() {
    let mut ada = contact("003a", None);
    ada.account_hidden = true;
    let found = Candidates {
        contacts: vec![ada],
        accounts: vec![account("001a", "Northwind")],
        ..Candidates::default()
    };
    let found = matched(decide(at("Northwind"), &found, everything()));
    assert_eq!(found.what, Some(RecordId::new("001a")));
    assert!(!found.associate);
    assert!(
        found.reason.contains("Its own Account can't be read"),
        "{}",
        found.reason
    );
}
