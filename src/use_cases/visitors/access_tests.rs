use domain::content::Visibility;
use domain::email::EmailAddress;
use domain::ids::{AccountId, DocumentGroupId, ItemId, SectionId, VisitorId};
use domain::nda::{AccountNda, NdaKind};
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use super::*;

fn group(n: u128) -> DocumentGroupId {
    DocumentGroupId::from_uuid(Uuid::from_u128(n))
}

fn item(visibility: Visibility, group: Option<DocumentGroupId>) -> Item {
    Item {
        id: ItemId::from_uuid(Uuid::nil()),
        section: SectionId::from_uuid(Uuid::nil()),
        title: "Report".to_owned(),
        summary: String::new(),
        body: String::new(),
        visibility,
        group,
        document: None,
        position: 0,
        version: 1,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn known(accounts: Vec<Account>, ended: Option<Date>) -> KnownVisitor {
    KnownVisitor {
        visitor: Visitor {
            id: VisitorId::from_uuid(Uuid::nil()),
            email: EmailAddress::parse("ada@example.com").unwrap(),
            first_name: String::new(),
            last_name: String::new(),
            company: String::new(),
            confirmed_at: None,
        },
        accounts,
        scope: DocumentScope::Everything,
        ended,
    }
}

fn account(kind: NdaKind) -> Account {
    let id = AccountId::from_uuid(Uuid::nil());
    Account {
        nda: AccountNda::needing(kind),
        ..Account::new(id, "Acme", Timestamp::UNIX_EPOCH)
    }
}

#[test]
fn each_standing_meets_each_kind_of_item() {
    use ItemAccess::{Closed, NotIncluded, Open};
    let nobody = known(Vec::new(), None);
    let ended = known(Vec::new(), Some(date(2026, 5, 1)));
    let unsigned = known(vec![account(NdaKind::Clickwrap)], None);
    let member = known(vec![account(NdaKind::None)], None);
    let public = item(Visibility::Public, Some(group(2)));
    let ungrouped = item(Visibility::Locked, None);
    let ours = item(Visibility::Locked, Some(group(1)));
    let others = item(Visibility::Locked, Some(group(2)));
    let scope = DocumentScope::Groups([group(1)].into());
    for (who, visitor, expected) in [
        ("a stranger", None, [Open, Closed, Closed, Closed]),
        (
            "without account",
            Some(&nobody),
            [Open, Closed, Closed, Closed],
        ),
        ("expired", Some(&ended), [Open, Closed, Closed, Closed]),
        (
            "unsigned",
            Some(&unsigned),
            [Open, Closed, Closed, NotIncluded],
        ),
        ("member", Some(&member), [Open, Open, Open, NotIncluded]),
    ] {
        let access = Access::for_visitor(visitor);
        let found =
            [&public, &ungrouped, &ours, &others].map(|item| access.item_access(&scope, item));
        assert_eq!(found, expected, "{who}");
    }
    let access = Access::for_visitor(Some(&member));
    assert_eq!(
        access.item_access(&DocumentScope::Everything, &others),
        Open
    );
    let nothing = DocumentScope::Groups([].into());
    assert_eq!(access.item_access(&nothing, &ours), NotIncluded);
    assert_eq!(access.item_access(&nothing, &ungrouped), Open);
}

#[test]
fn an_access_that_ended_is_told_unless_another_lasts() {
    let until = date(2026, 5, 1);
    let ended = known(Vec::new(), Some(until));
    assert!(matches!(Access::for_visitor(Some(&ended)), Access::Expired(day) if day == until));
    let other = known(vec![account(NdaKind::None)], Some(until));
    assert!(Access::for_visitor(Some(&other)).is_open());
}
