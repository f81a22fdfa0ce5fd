//! User, Group, `QueueSobject`, Organization and the rules that are records: readable
//! through the API, changed in Setup.

use super::{Field, Kind, Object};

pub(super) fn user() -> Object {
    let fields = vec![
        Field::text("Username", "Username", 80)
            .read_only()
            .not_null(),
        Field::text("LastName", "Last Name", 80)
            .read_only()
            .not_null(),
        Field::text("FirstName", "First Name", 40).read_only(),
        Field::text("Name", "Full Name", 121)
            .read_only()
            .not_null()
            .name_field(),
        Field::new("Email", "Email", Kind::Email)
            .read_only()
            .not_null(),
        Field::text("Title", "Title", 80).read_only(),
        Field::text("CompanyName", "Company Name", 80).read_only(),
        Field::text("Alias", "Alias", 8).read_only().not_null(),
        Field::new("IsActive", "Active", Kind::Bool)
            .read_only()
            .not_null(),
        Field::picklist(
            "UserType",
            "User Type",
            &["Standard", "PowerPartner", "Guest"],
        )
        .read_only(),
        Field::picklist("TimeZoneSidKey", "Time Zone", &[])
            .read_only()
            .not_null(),
        Field::picklist("LocaleSidKey", "Locale", &["en_US"])
            .read_only()
            .not_null(),
        Field::picklist("LanguageLocaleKey", "Language", &["en_US"])
            .read_only()
            .not_null(),
        Field::picklist("EmailEncodingKey", "Email Encoding", &["UTF-8"])
            .read_only()
            .not_null(),
    ];
    Object::new("User", "User", "Users", "005", false, fields)
}

pub(super) fn group() -> Object {
    let fields = vec![
        Field::text("Name", "Name", 40)
            .read_only()
            .not_null()
            .name_field(),
        Field::text("DeveloperName", "Developer Name", 80).read_only(),
        Field::picklist("Type", "Type", &["Queue", "Regular"])
            .read_only()
            .not_null(),
        Field::new("Email", "Email", Kind::Email).read_only(),
    ];
    Object::new("Group", "Group", "Groups", "00G", false, fields)
}

/// Which objects' records a queue may own.
pub(super) fn queue_sobject() -> Object {
    let fields = vec![
        Field::lookup("QueueId", "Queue ID", "Queue", &["Group"]).read_only(),
        Field::picklist(
            "SobjectType",
            "SObject Type",
            &["Case", "Contact", "Lead", "Task"],
        )
        .read_only(),
    ];
    Object::new(
        "QueueSobject",
        "Queue Sobject",
        "Queue Sobjects",
        "03g",
        false,
        fields,
    )
}

/// Duplicate rules; whether one blocks, its record doesn't say.
pub(super) fn duplicate_rule() -> Object {
    let fields = vec![
        Field::text("DeveloperName", "Object Name", 80)
            .read_only()
            .not_null(),
        Field::text("MasterLabel", "Rule Name", 80)
            .read_only()
            .not_null()
            .name_field(),
        Field::picklist("SobjectType", "Object", &["Account", "Contact", "Lead"])
            .read_only()
            .not_null(),
        Field::new("IsActive", "Active", Kind::Bool)
            .read_only()
            .not_null(),
    ];
    Object::new(
        "DuplicateRule",
        "Duplicate Rule",
        "Duplicate Rules",
        "0Bm",
        false,
        fields,
    )
}

/// Assignment rules of Cases and Leads.
pub(super) fn assignment_rule() -> Object {
    let fields = vec![
        Field::text("Name", "Name", 120).read_only().name_field(),
        Field::picklist("SobjectType", "SObject Type", &["Case", "Lead"]).read_only(),
        Field::new("Active", "Active", Kind::Bool)
            .read_only()
            .not_null(),
    ];
    Object::new(
        "AssignmentRule",
        "Assignment Rule",
        "Assignment Rules",
        "01Q",
        false,
        fields,
    )
}

pub(super) fn organization() -> Object {
    let fields = vec![
        Field::text("Name", "Name", 80)
            .read_only()
            .not_null()
            .name_field(),
        Field::new("TimeZoneSidKey", "Time Zone", Kind::Picklist).read_only(),
        Field::picklist(
            "OrganizationType",
            "Edition",
            &["Developer Edition", "Enterprise Edition"],
        )
        .read_only(),
        Field::text("InstanceName", "Instance Name", 5).read_only(),
        Field::new("IsSandbox", "Is Sandbox", Kind::Bool)
            .read_only()
            .not_null(),
        Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
        Field::new(
            "TrialExpirationDate",
            "Trial Expiration Date",
            Kind::DateTime,
        )
        .read_only(),
        Field::picklist("LanguageLocaleKey", "Language", &["en_US"]).read_only(),
        Field::picklist("DefaultLocaleSidKey", "Locale", &["en_US"]).read_only(),
        Field::text("PrimaryContact", "Primary Contact", 80).read_only(),
        Field::text("Country", "Country", 80).read_only(),
    ];
    Object::new(
        "Organization",
        "Organization",
        "Organizations",
        "00D",
        false,
        fields,
    )
}
