//! The table of cases for accounts that are linked to a Salesforce Account.

use super::*;
use crate::matching::candidates::{Converted, RecordId};
use crate::matching::{Candidates, decide};

const EMAIL: &str = "ada@larkspur.example";

fn owner(id: &str) -> Owner {
    Owner {
        id: RecordId::new(id),
        is_active: true,
    }
}

fn account(id: &str, name: &str) -> AccountCandidate {
    AccountCandidate {
        id: RecordId::new(id),
        name: name.to_owned(),
        owner: Some(owner(&format!("005-of-{id}"))),
    }
}

fn larkspur() -> AccountCandidate {
    account("001L", "Larkspur Health Inc.")
}

fn contact(id: &str, account: Option<AccountCandidate>) -> ContactCandidate {
    ContactCandidate {
        id: RecordId::new(id),
        email: EMAIL.to_owned(),
        owner: Some(owner(&format!("005-of-{id}"))),
        account,
        account_hidden: false,
    }
}

fn lead(converted: Option<&str>) -> LeadCandidate {
    LeadCandidate {
        id: RecordId::new("00QL"),
        email: EMAIL.to_owned(),
        owner: Some(owner("005-of-lead")),
        converted: converted.map(|id| Converted {
            contact_id: Some(RecordId::new(id)),
            account: Some(account("001C", "Converted Ltd")),
        }),
    }
}

/// Linked, and an Account of exactly the account's name beside it.
fn found(contacts: Vec<ContactCandidate>, leads: Vec<LeadCandidate>) -> Candidates {
    Candidates {
        contacts,
        leads,
        accounts: vec![account("001N", "Larkspur")],
        linked: Some(Linked::Here {
            name: "Larkspur".to_owned(),
            account: larkspur(),
            merged_from: None,
        }),
        company_link: None,
        unreadable: Unreadable::default(),
    }
}

fn by(email: Option<&str>) -> Subject<'_> {
    Subject {
        email,
        company: "Larkspur",
    }
}

fn allowed(create_contact: bool, associate_contact: bool) -> Allowed {
    Allowed {
        create_contact,
        create_lead: true,
        associate_contact,
    }
}

fn matched(found: &Candidates) -> Match {
    match decide(by(Some(EMAIL)), found, allowed(false, false)) {
        Decision::Matched(found) => found,
        other => panic!("not matched: {other:?}"),
    }
}

/// What a case is called, what Salesforce has, whose Task it is, and a part of the reason.
type Case = (&'static str, Candidates, Option<&'static str>, &'static str);

fn are_related_to_the_linked_account(cases: impl IntoIterator<Item = Case>) {
    for (case, found, who, said) in cases {
        let found = matched(&found);
        assert_eq!(found.what, Some(RecordId::new("001L")), "{case}");
        assert_eq!(found.who, who.map(RecordId::new), "{case}");
        assert_eq!(found.owners[0], RecordId::new("005-of-001L"), "{case}");
        let told = "“Larkspur” is linked to the Salesforce Account “Larkspur Health Inc.”.";
        assert!(found.reason.starts_with(told), "{case}: {}", found.reason);
        assert!(found.reason.contains(said), "{case}: {}", found.reason);
    }
}

#[test]
fn related_to_is_the_linked_account_wherever_the_contact_is() {
    let here = || contact("003A", Some(larkspur()));
    let elsewhere = || contact("003X", Some(account("001X", "Other Employer")));
    let private = || contact("003P", None);
    are_related_to_the_linked_account([
        (
            "a Contact there",
            found(vec![here()], vec![]),
            Some("003A"),
            "A Contact there has this email.",
        ),
        (
            "a Contact elsewhere",
            found(vec![elsewhere()], vec![]),
            Some("003X"),
            "A Contact has this email; its own Account is “Other Employer”.",
        ),
        (
            "a Contact without an Account",
            found(vec![private()], vec![]),
            Some("003P"),
            "it has no Account of its own.",
        ),
        (
            "an older Contact elsewhere and one there",
            found(vec![elsewhere(), here()], vec![]),
            Some("003A"),
            "2 Contacts have this email; the one there was taken.",
        ),
        (
            "two there",
            found(vec![here(), contact("003B", Some(larkspur()))], vec![]),
            Some("003A"),
            "2 Contacts there have this email; the oldest was taken.",
        ),
        (
            "two elsewhere",
            found(vec![elsewhere(), private()], vec![]),
            Some("003X"),
            "2 Contacts have this email, the oldest was taken; its own Account",
        ),
    ]);
}

#[test]
fn related_to_is_the_linked_account_where_there_is_no_contact() {
    are_related_to_the_linked_account([
        (
            "nobody",
            found(vec![], vec![]),
            None,
            "No Contact has this email.",
        ),
        (
            "a converted Lead",
            found(vec![], vec![lead(Some("003C"))]),
            Some("003C"),
            "A Lead with this email was converted",
        ),
        (
            "an open Lead",
            found(vec![], vec![lead(None)]),
            None,
            "a Lead has it, which Salesforce doesn't allow beside an Account.",
        ),
    ]);
}

#[test]
fn without_a_person_it_is_the_account_alone() {
    let decision = decide(by(None), &found(vec![], vec![]), allowed(true, true));
    let Decision::Matched(found) = decision else {
        panic!("{decision:?}");
    };
    assert_eq!((found.who, found.what), (None, Some(RecordId::new("001L"))));
}

#[test]
fn a_contact_is_created_there_where_allowed_and_never_a_lead() {
    for leads in [vec![], vec![lead(None)]] {
        let found = found(vec![], leads);
        match decide(by(Some(EMAIL)), &found, allowed(true, false)) {
            Decision::CreateContact(account, Why::Link(told)) => {
                assert_eq!(account, larkspur());
                assert!(told.contains("is linked to"), "{told}");
            }
            other => panic!("{other:?}"),
        }
        let decision = decide(by(Some(EMAIL)), &found, allowed(false, false));
        assert!(matches!(decision, Decision::Matched(_)), "{decision:?}");
    }
}

#[test]
fn only_a_contact_without_an_account_is_associated_and_only_where_allowed() {
    let elsewhere = Some(account("001X", "Other Employer"));
    for (own, may, associated) in [
        (None, true, true),
        (None, false, false),
        (elsewhere, true, false),
        (Some(larkspur()), true, false),
    ] {
        let found = found(vec![contact("003A", own.clone())], vec![]);
        match decide(by(Some(EMAIL)), &found, allowed(false, may)) {
            Decision::Matched(found) => assert_eq!(found.associate, associated, "{own:?} {may}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_contacts_owner_follows_where_the_accounts_has_left() {
    let mut linked = larkspur();
    linked.owner.as_mut().unwrap().is_active = false;
    let mut found = found(vec![contact("003A", None)], vec![]);
    found.linked = Some(Linked::Here {
        name: "Larkspur".to_owned(),
        account: linked,
        merged_from: None,
    });
    assert_eq!(matched(&found).owners, [RecordId::new("005-of-003A")]);
}

#[test]
fn a_merge_is_told() {
    let mut found = found(vec![], vec![]);
    found.linked = Some(Linked::Here {
        name: "Larkspur".to_owned(),
        account: larkspur(),
        merged_from: Some("Larkspur Ltd".to_owned()),
    });
    let reason = matched(&found).reason;
    let told = "linked to the Salesforce Account “Larkspur Ltd”, which was merged into “Larkspur Health Inc.”";
    assert!(reason.contains(told), "{reason}");
}

#[test]
fn what_is_gone_is_never_matched_by_name_nor_by_contact() {
    let mut found = found(vec![contact("003A", Some(larkspur()))], vec![]);
    found.linked = Some(Linked::Gone("It was deleted.".to_owned()));
    for may in [true, false] {
        assert_eq!(
            decide(by(Some(EMAIL)), &found, allowed(may, may)),
            Decision::LinkBroken("It was deleted.".to_owned())
        );
    }
}
