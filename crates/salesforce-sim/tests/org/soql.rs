use salesforce_sim::{AccountSeed, ContactSeed, FieldAccess, LeadSeed, ObjectAccess, UserSeed};
use serde_json::{Value, json};

use crate::support::{Org, connected, read, refusal, text};

/// Accounts `Acme`, `acme inc.`, `O'Neill \ Söhne` and `100%_sure`, and people.
async fn scene() -> Org {
    let org = connected().await;
    let sam = org
        .sim
        .add_user(UserSeed::new("sam@x.example", "Sam", "Sales").inactive());
    let acme = org.sim.add_account(AccountSeed::new("Acme"));
    for name in ["acme inc.", "O'Neill \\ Söhne", "100%_sure"] {
        org.sim.add_account(AccountSeed::new(name));
    }
    org.sim
        .set_field(acme, "OwnerId", salesforce_sim::Value::Id(sam));
    org.sim
        .set_field(acme, "NumberOfEmployees", salesforce_sim::Value::Num(250.0));
    org.sim
        .add_contact(ContactSeed::new("Ann", "Arbor", "ann@acme.example").of(acme));
    org.sim
        .add_contact(ContactSeed::new("Bob", "Bellow", "Bob@Acme.example"));
    let queue = org.sim.add_queue("Inbound");
    org.sim
        .add_lead(LeadSeed::new("Lea", "Der", "lea@x.example", "X").owned_by(queue));
    org
}

#[tokio::test]
async fn conditions_find_what_they_say() {
    let org = scene().await;
    for (condition, expected) in [
        ("Name = 'ACME'", "Acme"),
        ("Name != 'acme'", "acme inc.,O'Neill \\ Söhne,100%_sure"),
        ("Name IN ('acme', 'ACME INC.', 'x')", "Acme,acme inc."),
        (
            "Name NOT IN ('acme', 'acme inc.')",
            "O'Neill \\ Söhne,100%_sure",
        ),
        ("Name LIKE 'acme%'", "Acme,acme inc."),
        ("Name LIKE '_cme'", "Acme"),
        ("Name LIKE '100\\%\\_%'", "100%_sure"),
        ("(NOT Name LIKE '%e%')", ""),
        (r"Name = 'o\'neill \\ SÖHNE'", "O'Neill \\ Söhne"),
        (r"Name LIKE 'O\'Neill \\%'", "O'Neill \\ Söhne"),
        ("Name = 'acme' OR Name = '100%_sure'", "Acme,100%_sure"),
        (
            "(Name = 'acme' OR Name = 'acme inc.') AND NumberOfEmployees > 100",
            "Acme",
        ),
        (
            "NOT (Name = 'acme')",
            "acme inc.,O'Neill \\ Söhne,100%_sure",
        ),
        ("NumberOfEmployees = null AND Name LIKE 'a%'", "acme inc."),
        ("NumberOfEmployees >= 250", "Acme"),
        ("Owner.IsActive = false", "Acme"),
        ("Owner.Name = 'sam sales'", "Acme"),
        ("CreatedDate = TODAY AND Name = 'acme'", "Acme"),
        ("CreatedDate < LAST_N_DAYS:3", ""),
        (
            "CreatedDate > 2020-01-01T00:00:00Z AND CreatedDate < 2999-01-01T00:00:00.000+0000 AND Name = 'Acme'",
            "Acme",
        ),
        ("Id = '001000000000000'", ""),
        ("Name > 'acme'", "acme inc.,O'Neill \\ Söhne"),
    ] {
        let soql = format!("SELECT Name FROM Account WHERE {condition}");
        assert_eq!(org.column(&soql, "Name").await, expected, "{condition}");
    }
}

/// Queries that name what isn't there, or compare it with what it can't be.
const WRONG_NAMES: &[(&str, &str)] = &[
    ("", "MALFORMED_QUERY: A query string has to be specified"),
    (
        "SELECT Id FROM Unicorn",
        "INVALID_TYPE: sObject type 'Unicorn' is not supported.",
    ),
    (
        "SELECT Nope FROM Account",
        "INVALID_FIELD: No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    ),
    (
        "SELECT Id FROM Account WHERE Nope = 1",
        "INVALID_FIELD: No such column 'Nope' on entity 'Account'.",
    ),
    (
        "SELECT Id FROM Account ORDER BY Nope",
        "INVALID_FIELD: No such column 'Nope' on entity 'Account'.",
    ),
    (
        "SELECT Id, id FROM Account",
        "INVALID_FIELD: duplicate field selected: id",
    ),
    (
        "SELECT Id FROM Task WHERE Description LIKE '%x%'",
        "INVALID_FIELD: field 'Description' can not be filtered in a query call",
    ),
    (
        "SELECT Id FROM Account WHERE Boss.Name = 'x'",
        "INVALID_FIELD: Didn't understand relationship 'Boss' in field path.",
    ),
    (
        "SELECT Id FROM Account WHERE Name = 5",
        "INVALID_FIELD: value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Account WHERE CreatedDate > '2020-01-01'",
        "INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Account WHERE CreatedDate > 2020-01-01",
        "INVALID_FIELD: value of filter criterion",
    ),
    (
        "SELECT Id FROM Account WHERE Id = 'abc'",
        "INVALID_QUERY_FILTER_OPERATOR: invalid ID field: abc",
    ),
];

/// Queries that aren't SOQL, or more than it allows.
const WRONG_SYNTAX: &[(&str, &str)] = &[
    (
        r"SELECT Id FROM Account WHERE Name = 'a\xb'",
        r"MALFORMED_QUERY: Invalid string literal 'a\xb'. Illegal character sequence '\x' in string literal.",
    ),
    (
        "SELECT Id FROM Account WHERE Name = 'a",
        "MALFORMED_QUERY: ",
    ),
    (
        "SELECT Id FROM Account WHERE Name = 'O'Neill'",
        "MALFORMED_QUERY: ",
    ),
    (
        "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
        "MALFORMED_QUERY: unexpected token: 'OR'",
    ),
    (
        "SELECT Id FROM Account WHERE Name IN ()",
        "MALFORMED_QUERY: unexpected token: ')'",
    ),
    (
        "SELECT Id, FROM Account",
        "MALFORMED_QUERY: unexpected token: 'FROM'",
    ),
    (
        "SELECT Id FROM Account ORDERBY Name",
        "MALFORMED_QUERY: unexpected token: 'ORDERBY'",
    ),
    (
        "SELECT Id FROM Account LIMIT -1",
        "MALFORMED_QUERY: unexpected token: '-1'",
    ),
    (
        "SELECT Id FROM Account OFFSET 2001",
        "NUMBER_OUTSIDE_VALID_RANGE: Maximum SOQL offset allowed is 2000",
    ),
    (
        "DELETE FROM Account",
        "MALFORMED_QUERY: unexpected token: 'DELETE'",
    ),
];

#[tokio::test]
async fn wrong_queries_are_refused_with_the_reason() {
    let org = scene().await;
    for (soql, expected) in WRONG_NAMES.iter().chain(WRONG_SYNTAX) {
        let (status, body) = org.query(soql).await;
        assert_eq!(status, 400, "{soql}");
        assert!(
            refusal(&body).starts_with(expected),
            "{soql}\n{}",
            refusal(&body)
        );
    }
}

#[tokio::test]
async fn an_error_points_at_its_place() {
    let org = scene().await;
    let (_, body) = org.query("SELECT Id FROM Account WHERE Name ~ 'x'").await;
    assert!(
        text(&body[0], "message").contains("ERROR at Row:1:Column:35"),
        "{body}"
    );
}

#[tokio::test]
async fn parents_come_along_as_nested_records() {
    let org = scene().await;
    let soql = "SELECT Id, Name, Account.Name, Account.Owner.IsActive, Account.OwnerId FROM Contact ORDER BY Name";
    let (_, body) = org.query(soql).await;
    let ann = &body["records"][0];
    assert_eq!(ann["attributes"]["type"], "Contact");
    assert_eq!(
        (
            ann["Account"]["Name"].as_str(),
            ann["Account"]["Owner"]["IsActive"].as_bool()
        ),
        (Some("Acme"), Some(false))
    );
    assert_eq!(body["records"][1]["Account"], Value::Null);
    let (_, body) = org
        .query("SELECT Owner.Name, Owner.Type, Owner.IsActive FROM Lead")
        .await;
    assert_eq!(
        (
            &body["records"][0]["Owner"]["Name"],
            &body["records"][0]["Owner"]["Type"]
        ),
        (&json!("Inbound"), &json!("Queue"))
    );
    let lead = org.column("SELECT Id FROM Lead", "Id").await;
    org.create("Task", json!({"Subject": "S", "WhoId": lead}))
        .await;
    let (_, body) = org
        .query("SELECT Who.Name, Who.Type, What.Name FROM Task")
        .await;
    assert_eq!(
        (
            &body["records"][0]["Who"]["Name"],
            &body["records"][0]["What"]
        ),
        (&json!("Lea Der"), &Value::Null)
    );
}

#[tokio::test]
async fn results_are_ordered_limited_and_counted() {
    let org = scene().await;
    for (tail, expected) in [
        ("ORDER BY Name", "100%_sure,Acme,acme inc.,O'Neill \\ Söhne"),
        ("ORDER BY Name DESC LIMIT 2", "O'Neill \\ Söhne,acme inc."),
        ("ORDER BY Name LIMIT 2 OFFSET 1", "Acme,acme inc."),
        (
            "ORDER BY NumberOfEmployees NULLS LAST, Name DESC LIMIT 2",
            "Acme,O'Neill \\ Söhne",
        ),
        ("ORDER BY NumberOfEmployees, Name LIMIT 1", "100%_sure"),
        ("LIMIT 0", ""),
    ] {
        assert_eq!(
            org.column(&format!("SELECT Name FROM Account {tail}"), "Name")
                .await,
            expected,
            "{tail}"
        );
    }
    let (_, body) = org
        .query("select count() from Contact where Email = 'BOB@acme.EXAMPLE'")
        .await;
    assert_eq!(body, json!({"totalSize": 1, "done": true, "records": []}));
}

#[tokio::test]
async fn long_results_come_in_pages_of_two_thousand() {
    let org = connected().await;
    for n in 0..2001 {
        org.sim.add_account(AccountSeed::new(&format!("A{n}")));
    }
    let (_, first) = org.query("SELECT Id FROM Account").await;
    assert_eq!(
        (first["totalSize"].as_u64(), first["done"].as_bool()),
        (Some(2001), Some(false))
    );
    assert_eq!(first["records"].as_array().unwrap().len(), 2000);
    let next = org
        .http
        .get(org.url(&text(&first, "nextRecordsUrl")))
        .bearer_auth(&org.token);
    let (_, second) = read(next.send().await.unwrap()).await;
    assert_eq!(
        (
            second["done"].as_bool(),
            second["records"].as_array().unwrap().len()
        ),
        (Some(true), 1)
    );
    assert_eq!(
        org.get("/query/01gnothing-2000").await.1[0]["errorCode"],
        "INVALID_QUERY_LOCATOR"
    );
}

#[tokio::test]
async fn deleted_records_are_seen_by_query_all_only() {
    let org = scene().await;
    let id = org
        .column("SELECT Id FROM Account WHERE Name = 'acme'", "Id")
        .await;
    org.sim.delete(id.parse().unwrap());
    assert_eq!(
        org.column("SELECT Id FROM Account WHERE Name = 'acme'", "Id")
            .await,
        ""
    );
    assert_eq!(
        org.column("SELECT Id FROM Contact WHERE FirstName = 'Ann'", "Id")
            .await,
        "",
        "contacts go with their account"
    );
    let request = org
        .send("GET", "/queryAll")
        .query(&[("q", "SELECT Id, IsDeleted FROM Account WHERE Name = 'acme'")]);
    let (_, body) = read(request.send().await.unwrap()).await;
    assert_eq!(body["records"][0]["IsDeleted"], true);
}

#[tokio::test]
async fn permissions_and_sharing_apply() {
    let org = scene().await;
    let acme = org
        .column("SELECT Id FROM Account WHERE Name = 'acme'", "Id")
        .await;
    org.sim.hide_record(org.user, acme.parse().unwrap(), true);
    assert_eq!(
        org.column("SELECT Id FROM Account WHERE Name = 'acme'", "Id")
            .await,
        ""
    );
    let (_, body) = org
        .query("SELECT Account.Name FROM Contact WHERE FirstName = 'Ann'")
        .await;
    assert_eq!(body["records"][0]["Account"], Value::Null);
    org.sim
        .restrict_field(org.user, "Contact", "Email", Some(FieldAccess::Hidden));
    let (_, body) = org.query("SELECT Id FROM Contact WHERE Email = 'x'").await;
    assert_eq!(body[0]["errorCode"], "INVALID_FIELD");
    org.sim
        .restrict_object(org.user, "Lead", ObjectAccess::NONE);
    assert_eq!(
        org.query("SELECT Id FROM Lead").await.1[0]["errorCode"],
        "INVALID_TYPE"
    );
    org.sim
        .restrict_object(org.user, "Account", ObjectAccess::NONE);
    assert_eq!(
        org.query("SELECT Account.Name FROM Contact").await.1[0]["errorCode"],
        "INVALID_FIELD"
    );
}

#[tokio::test]
async fn columns_can_be_asked_for_instead_of_records() {
    let org = scene().await;
    let request = org.send("GET", "/query/").query(&[
        ("q", "SELECT Id, Owner.Name FROM Account"),
        ("columns", "true"),
    ]);
    let (_, body) = read(request.send().await.unwrap()).await;
    assert_eq!(
        (
            &body["entityName"],
            &body["columnMetadata"][1]["joinColumns"][0]["columnName"]
        ),
        (&json!("Account"), &json!("Name"))
    );
}

#[tokio::test]
async fn today_is_the_orgs_day_not_the_worlds() {
    let org = connected().await;
    // Half past ten in the evening of the 22nd in New York.
    org.sim.clock().set(1_795_404_600_000);
    org.sim.add_account(AccountSeed::new("Late"));
    org.sim.clock().advance(2 * 60 * 60 * 1000);
    let mut org = org;
    org.connect().await;
    assert_eq!(
        org.column(
            "SELECT Name FROM Account WHERE CreatedDate = YESTERDAY",
            "Name"
        )
        .await,
        "Late"
    );
    org.sim.set_time_zone("UTC");
    assert_eq!(
        org.column("SELECT Name FROM Account WHERE CreatedDate = TODAY", "Name")
            .await,
        "Late"
    );
}
