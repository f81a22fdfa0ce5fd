//! The table of cases for what a Task says.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::activities::{Details, NewActivity, Person};
use crate::email::EmailAddress;
use crate::ids::ActivityId;

fn activity(kind: ActivityKind, at: &str, details: Details) -> Activity {
    Activity {
        id: ActivityId::from_uuid(Uuid::from_u128(1)),
        occurred_at: at.parse::<Timestamp>().unwrap(),
        request: None,
        what: NewActivity {
            kind,
            person: Some(Person {
                email: EmailAddress::parse("ada@northwind.example").unwrap(),
                first_name: "Ada".to_owned(),
                last_name: "Løve “Q” O'Neill \\ 🚀 שלום".to_owned(),
            }),
            company: "Nor\\th'wind \"GmbH\"".to_owned(),
            account: None,
            details,
        },
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn delivery() -> DeliveryId {
    DeliveryId::from_uuid(Uuid::from_u128(0xabcd))
}

#[test]
fn the_eight_subjects_are_the_guides_to_the_letter() {
    let subjects: Vec<_> = ActivityKind::ALL
        .map(|kind| subject("SafeBase", kind))
        .to_vec();
    assert_eq!(
        subjects,
        [
            "SafeBase: Requested Access",
            "SafeBase: Account Created",
            "SafeBase: Account Member Added",
            "SafeBase: Comment on Status Page",
            "SafeBase: File Downloaded",
            "SafeBase: NDA Signed",
            "SafeBase: Questionnaire Uploaded",
            "SafeBase: Status Page View",
        ]
    );
}

#[test]
fn an_own_prefix_replaces_it_and_a_long_one_is_cut() {
    assert_eq!(
        subject("Acme Trust", ActivityKind::NdaSigned),
        "Acme Trust: NDA Signed"
    );
    assert_eq!(subject("  ", ActivityKind::NdaSigned), "NDA Signed");
    assert_eq!(
        subject("Trust @{EU}", ActivityKind::NdaSigned),
        "Trust @(EU}: NDA Signed"
    );
    assert_eq!(
        subject(&"🚀".repeat(200), ActivityKind::NdaSigned)
            .encode_utf16()
            .count(),
        255
    );
}

#[test]
fn the_due_date_is_the_date_in_the_orgs_zone_either_side_of_midnight() {
    let on = |at: &str, name: &str| {
        due_date(
            &activity(ActivityKind::NdaSigned, at, Details::default()),
            &zone(name),
        )
        .to_string()
    };
    assert_eq!(on("2026-11-23T04:59:59Z", "America/New_York"), "2026-11-22");
    assert_eq!(on("2026-11-23T05:00:00Z", "America/New_York"), "2026-11-23");
    assert_eq!(on("2026-11-23T14:59:59Z", "Asia/Tokyo"), "2026-11-23");
    assert_eq!(on("2026-11-23T15:00:00Z", "Asia/Tokyo"), "2026-11-24");
    // Daylight saving: New York is four hours behind in July.
    assert_eq!(on("2026-07-01T03:59:59Z", "America/New_York"), "2026-06-30");
    assert_eq!(on("2026-07-01T04:00:00Z", "America/New_York"), "2026-07-01");
}

#[test]
fn comments_say_who_what_when_and_how_to_find_it_again() {
    let download = activity(
        ActivityKind::FileDownloaded,
        "2026-11-23T14:05:00Z",
        Details {
            item: Some("SOC 2 Type II".to_owned()),
            file: Some("soc2 \"final\".pdf".to_owned()),
            ..Details::default()
        },
    );
    let text = comments(
        &download,
        &zone("America/New_York"),
        "https://t.example/a/1",
        delivery(),
    );
    assert_eq!(
        text,
        "Visitor: Ada Løve “Q” O'Neill \\ 🚀 שלום <ada@northwind.example>\n\
         Company: Nor\\th'wind \"GmbH\"\n\
         Item: SOC 2 Type II\n\
         File: soc2 \"final\".pdf\n\
         When: 2026-11-23 09:05 EST\n\
         \n\
         See it in Gatehouse: https://t.example/a/1\n\
         Gatehouse reference: 0000000000000000000000000000abcd"
    );
    assert!(has_reference(&text, delivery()));
}

#[test]
fn comments_over_the_limit_lose_their_middle_and_keep_link_and_reference() {
    let request = activity(
        ActivityKind::RequestedAccess,
        "2026-11-23T14:05:00Z",
        Details {
            text: Some("🚀é".repeat(40_000)),
            ..Details::default()
        },
    );
    let text = comments(
        &request,
        &TimeZone::UTC,
        "https://t.example/a/1",
        delivery(),
    );
    let length = text.encode_utf16().count();
    assert!((COMMENTS - 10..=COMMENTS).contains(&length), "{length}");
    assert!(
        text.contains("Reason:\n🚀é")
            && text.contains("…\n\nSee it in Gatehouse: https://t.example/a/1")
    );
    assert!(has_reference(&text, delivery()));
}

#[test]
fn a_reference_inside_a_visitors_text_is_not_one_on_a_line_of_its_own() {
    let quoted = format!("I saw \"{}\" somewhere", reference(delivery()));
    assert!(!has_reference(&quoted, delivery()));
}

#[test]
fn a_request_is_open_unless_the_option_completes_it_and_the_rest_is_done() {
    assert!(!is_completed(ActivityKind::RequestedAccess, false));
    assert!(is_completed(ActivityKind::RequestedAccess, true));
    assert!(is_completed(ActivityKind::StatusPageView, false));
}
