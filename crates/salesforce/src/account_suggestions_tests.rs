//! The table of cases for suggestions.

use serde_json::json;

use super::*;

fn account(id: &str, name: &str, website: &str) -> serde_json::Value {
    json!({"attributes": {"type": "Account"}, "Id": id, "Name": name, "Website": website})
}

fn contact(account: &str, name: &str) -> serde_json::Value {
    json!({"attributes": {"type": "Contact"}, "Id": "003", "AccountId": account,
           "Account": {"attributes": {"type": "Account"}, "Name": name}})
}

fn site() -> String {
    "acme.co.uk".to_owned()
}

fn suggested(results: Vec<Readable>) -> Vec<(String, Vec<Because>)> {
    let found = sort("Acme Inc.", Some("acme.co.uk"), results).unwrap();
    let accounts = found.accounts.into_iter();
    accounts
        .map(|one| (one.account.name, one.because))
        .collect()
}

#[test]
fn an_account_is_suggested_with_all_that_speaks_for_it_the_likeliest_first() {
    let by_name = vec![
        account("001b", "Acme Bakery", ""),
        account("001l", "ACME Ltd", "www.acme.co.uk/about"),
        account("001i", "Acme Inc.", "https://acme.example"),
    ];
    let by_site = vec![
        account("001s", "The Rocket Company", "http://shop.ACME.co.uk"),
        account("001o", "Other", "https://notacme.co.uk"),
    ];
    let by_contact = vec![
        contact("001l", "ACME Ltd"),
        contact("001c", "Bird & Son"),
        contact("001l", "ACME Ltd"),
    ];
    assert_eq!(
        suggested(vec![Ok(by_name), Ok(by_site), Ok(by_contact), Ok(vec![])]),
        [
            ("Acme Inc.".to_owned(), vec![Because::SameName]),
            (
                "ACME Ltd".to_owned(),
                vec![
                    Because::SameNameButLegalForm,
                    Because::Website(site()),
                    Because::Contacts(2)
                ]
            ),
            (
                "The Rocket Company".to_owned(),
                vec![Because::Website(site())]
            ),
            ("Bird & Son".to_owned(), vec![Because::Contacts(1)]),
            ("Acme Bakery".to_owned(), vec![Because::NameBegins]),
        ]
    );
}

#[test]
fn a_website_is_compared_by_what_someone_has_registered() {
    let says = |website: &str, domain: &str| {
        let account = serde_json::from_value(json!({"Id": "001", "Website": website})).unwrap();
        because(&account, "", Some(domain))
            .iter()
            .any(|why| matches!(why, Because::Website(_)))
    };
    assert!(says("acme.co.uk", "mail.acme.co.uk"));
    assert!(says("HTTPS://WWW.Acme.co.uk/", "acme.co.uk"));
    assert!(says(" acme.example ", "acme.example"));
    // Both are registered below co.uk, by two companies.
    assert!(!says("other.co.uk", "acme.co.uk"));
    assert!(!says("acme.co.uk.evil.example", "acme.co.uk"));
    assert!(!says("", "acme.co.uk"));
    assert!(!says("http://[", "acme.co.uk"));
}

#[test]
fn what_is_asked_is_taken_literally_and_bounded() {
    let none = super::super::refused::Refused::default();
    let asks = by_name("O'Hara 50%")
        .into_iter()
        .chain(by_domain("mail.o_hara.example"));
    let texts: Vec<_> = asks.map(|ask| ask.text(&none)).collect();
    assert!(
        texts[0].contains(r"Name LIKE 'O\'Hara 50\%%'"),
        "{}",
        texts[0]
    );
    assert!(
        texts[2].contains(r"Website LIKE '%o\_hara.example%'"),
        "{}",
        texts[2]
    );
    assert!(
        texts[3].contains(r"Email LIKE '%@mail.o\_hara.example' AND"),
        "{}",
        texts[3]
    );
    assert!(texts.iter().all(|text| text.contains("LIMIT ")));
    assert!(by_name("O").is_empty(), "one letter finds everything");
}

#[test]
fn a_part_that_was_refused_or_cut_is_told() {
    let refused = super::super::errors::ApiError {
        code: "INVALID_FIELD".to_owned(),
        ..Default::default()
    };
    let found = sort("Acme", None, vec![Err(refused), Ok(vec![])]).unwrap();
    assert!(found.is_incomplete);
    let many: Vec<_> = (0..MAX_SUGGESTED)
        .map(|n| account(&format!("001{n}"), "Acme", ""))
        .collect();
    assert!(sort("Acme", None, vec![Ok(many)]).unwrap().is_incomplete);
    let few = vec![account("0011", "Acme", "")];
    assert!(!sort("Acme", None, vec![Ok(few)]).unwrap().is_incomplete);
}

#[test]
fn what_both_questions_found_is_suggested_once_with_all_reasons() {
    let name = |results| sort("Acme Inc.", None, results).unwrap();
    let domain = |results| sort("Acme Inc.", Some("acme.co.uk"), results).unwrap();
    let by_name = name(vec![Ok(vec![
        account("001a", "ACME Ltd", ""),
        account("001b", "Acme Bakery", ""),
    ])]);
    let by_domain = domain(vec![
        Ok(vec![account("001a", "ACME Ltd", "acme.co.uk")]),
        Ok(vec![contact("001b", "Acme Bakery")]),
    ]);
    let both = by_name.with(by_domain);
    let found: Vec<_> = both.accounts.into_iter().map(|one| one.because).collect();
    assert_eq!(
        found,
        [
            vec![Because::SameNameButLegalForm, Because::Website(site())],
            vec![Because::Contacts(1), Because::NameBegins],
        ]
    );
}
