//! Account, Contact and Lead.

use super::{Field, Kind, Object};

const SALUTATIONS: &[&str] = &["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."];
const LEAD_SOURCES: &[&str] = &[
    "Web",
    "Phone Inquiry",
    "Partner Referral",
    "Purchased List",
    "Other",
];
const INDUSTRIES: &[&str] = &[
    "Banking",
    "Biotechnology",
    "Consulting",
    "Education",
    "Electronics",
    "Energy",
    "Finance",
    "Healthcare",
    "Insurance",
    "Manufacturing",
    "Retail",
    "Technology",
    "Transportation",
];

fn address(prefix: &str) -> Vec<Field> {
    let field = |part: &str, length| {
        Field::text(
            &format!("{prefix}{part}"),
            format!("{prefix} {part}").trim_start(),
            length,
        )
    };
    let mut street = Field::new(
        &format!("{prefix}Street"),
        &format!("{prefix} Street"),
        Kind::TextArea,
    );
    street.length = 255;
    vec![
        street,
        field("City", 40),
        field("State", 80),
        field("PostalCode", 20),
        field("Country", 80),
    ]
}

fn person() -> Vec<Field> {
    vec![
        Field::text("LastName", "Last Name", 80).not_null(),
        Field::text("FirstName", "First Name", 40),
        Field::picklist("Salutation", "Salutation", SALUTATIONS),
        Field::text("Name", "Full Name", 121)
            .read_only()
            .not_null()
            .name_field(),
        Field::new("Email", "Email", Kind::Email),
        Field::new("Phone", "Phone", Kind::Phone),
        Field::new("MobilePhone", "Mobile Phone", Kind::Phone),
        Field::text("Title", "Title", 128),
        Field::picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        Field::new("Description", "Description", Kind::LongText),
        Field::new("HasOptedOutOfEmail", "Email Opt Out", Kind::Bool),
        Field::new("LastActivityDate", "Last Activity", Kind::Date).read_only(),
    ]
}

pub(super) fn account() -> Object {
    let mut fields = vec![
        Field::lookup(
            "MasterRecordId",
            "Master Record ID",
            "MasterRecord",
            &["Account"],
        )
        .read_only(),
        Field::text("Name", "Account Name", 255)
            .not_null()
            .name_field(),
        Field::picklist(
            "Type",
            "Account Type",
            &[
                "Prospect",
                "Customer - Direct",
                "Customer - Channel",
                "Partner",
                "Other",
            ],
        ),
        Field::lookup("ParentId", "Parent Account ID", "Parent", &["Account"]),
        Field::new("Phone", "Account Phone", Kind::Phone),
        Field::new("Website", "Website", Kind::Url),
        Field::text("AccountNumber", "Account Number", 40),
        Field::picklist("Industry", "Industry", INDUSTRIES),
        Field::new("AnnualRevenue", "Annual Revenue", Kind::Currency),
        Field::new("NumberOfEmployees", "Employees", Kind::Int),
        Field::new("Description", "Account Description", Kind::LongText),
        Field::lookup("OwnerId", "Owner ID", "Owner", &["User"])
            .not_null()
            .defaulted(),
        Field::new("LastActivityDate", "Last Activity", Kind::Date).read_only(),
    ];
    fields.extend(address("Billing"));
    Object::new("Account", "Account", "Accounts", "001", true, fields)
}

pub(super) fn contact() -> Object {
    let mut fields = vec![
        Field::lookup(
            "MasterRecordId",
            "Master Record ID",
            "MasterRecord",
            &["Contact"],
        )
        .read_only(),
        Field::lookup("AccountId", "Account ID", "Account", &["Account"]),
        Field::lookup("OwnerId", "Owner ID", "Owner", &["User"])
            .not_null()
            .defaulted(),
        Field::text("Department", "Department", 80),
        Field::lookup("ReportsToId", "Reports To ID", "ReportsTo", &["Contact"]),
    ];
    fields.extend(person());
    fields.extend(address("Mailing"));
    Object::new("Contact", "Contact", "Contacts", "003", true, fields)
}

pub(super) fn lead() -> Object {
    let mut fields = vec![
        Field::lookup(
            "MasterRecordId",
            "Master Record ID",
            "MasterRecord",
            &["Lead"],
        )
        .read_only(),
        Field::text("Company", "Company", 255).not_null(),
        Field::lookup("OwnerId", "Owner ID", "Owner", &["Group", "User"])
            .not_null()
            .defaulted(),
        Field::picklist(
            "Status",
            "Status",
            &[
                "Open - Not Contacted*",
                "Working - Contacted",
                "Closed - Converted",
                "Closed - Not Converted",
            ],
        )
        .not_null(),
        Field::picklist("Industry", "Industry", INDUSTRIES),
        Field::picklist("Rating", "Rating", &["Hot", "Warm", "Cold"]),
        Field::new("Website", "Website", Kind::Url),
        Field::new("NumberOfEmployees", "Employees", Kind::Int),
        Field::new("IsConverted", "Converted", Kind::Bool)
            .read_only()
            .not_null(),
        Field::new("ConvertedDate", "Converted Date", Kind::Date).read_only(),
        Field::lookup(
            "ConvertedAccountId",
            "Converted Account ID",
            "ConvertedAccount",
            &["Account"],
        )
        .read_only(),
        Field::lookup(
            "ConvertedContactId",
            "Converted Contact ID",
            "ConvertedContact",
            &["Contact"],
        )
        .read_only(),
        Field::new("IsUnreadByOwner", "Unread By Owner", Kind::Bool),
    ];
    fields.extend(person());
    fields.extend(address(""));
    Object::new("Lead", "Lead", "Leads", "00Q", true, fields)
}
