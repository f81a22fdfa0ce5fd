//! The org's lookup field from Lead to Account, checked before it is used.

use salesforce::lead_link::LeadField;
use tracing::instrument;

use super::InstallError;
use super::choices::save_options;
use super::lookup::ask;
use crate::app::App;
use crate::use_cases::StaffAction;

/// Keeps the field that Leads are linked to Accounts by, or that there is none.
/// Answers the field as the org spells it.
#[instrument(
    name = "salesforce.lead_link.save_lead_field",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_lead_field(
    app: &App,
    act: StaffAction<'_>,
    typed: &str,
) -> Result<Option<String>, InstallError> {
    let field = match typed.trim() {
        "" => None,
        name => {
            well_formed(name)?;
            let fields = ask(app, act, |client, session| async move {
                client.lead_fields(&session).await
            })
            .await?;
            Some(find(name, &fields).map_err(InstallError::Invalid)?)
        }
    };
    let chosen = field.clone();
    save_options(app, act, |options| options.lead_account_field = chosen).await?;
    Ok(field)
}

/// Only a custom field can be meant: Lead has no lookup to Account of its own.
fn well_formed(name: &str) -> Result<(), InstallError> {
    let well_formed = name.len() <= 80
        && is_custom(name)
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if well_formed {
        return Ok(());
    }
    Err(InstallError::Invalid(format!(
        "“{name}” is not the API name of a custom field. It looks like Account__c; see Setup → \
         Object Manager → Lead → Fields & Relationships."
    )))
}

fn is_custom(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("__c")
}

/// The field's name as the org has it, or what is wrong with it.
fn find(name: &str, fields: &[LeadField]) -> Result<String, String> {
    let field = fields
        .iter()
        .find(|one| one.name.eq_ignore_ascii_case(name));
    let Some(field) = field else {
        let others = lookups(fields);
        return Err(format!(
            "Lead has no field “{name}” that the connected user can see. {others}"
        ));
    };
    if !field.to_account {
        let (name, others) = (&field.name, lookups(fields));
        return Err(format!("“{name}” isn’t a lookup to Account. {others}"));
    }
    if !field.createable {
        return Err(format!(
            "The connected user can’t fill in “{}”. In Salesforce, open Setup → Permission Sets → \
             Object Settings → Leads, allow Edit Access for the field, then save again.",
            field.name
        ));
    }
    Ok(field.name.clone())
}

/// The fields that could have been meant.
fn lookups(fields: &[LeadField]) -> String {
    let fitting = fields
        .iter()
        .filter(|one| one.to_account && is_custom(&one.name));
    let names: Vec<_> = fitting
        .map(|one| format!("{} ({})", one.name, one.label))
        .collect();
    if names.is_empty() {
        return "The user sees no lookup field from Lead to Account; leave this empty if your org \
                has none."
            .to_owned();
    }
    format!("Lookup fields from Lead to Account: {}.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, to_account: bool, createable: bool) -> LeadField {
        LeadField {
            name: name.to_owned(),
            label: "Customer".to_owned(),
            to_account,
            createable,
        }
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_with_those_that_would_do() {
        let fields = [
            field("Customer__c", true, true),
            field("Closed__c", true, false),
            field("Region__c", false, true),
            field("ConvertedAccountId", true, false),
        ];
        assert_eq!(find("customer__C", &fields).unwrap(), "Customer__c");
        let others =
            "Lookup fields from Lead to Account: Customer__c (Customer), Closed__c (Customer).";
        let missing = find("Nothing__c", &fields).unwrap_err();
        assert!(
            missing.contains("no field “Nothing__c”") && missing.ends_with(others),
            "{missing}"
        );
        let other = find("Region__c", &fields).unwrap_err();
        assert!(
            other.contains("isn’t a lookup to Account") && other.ends_with(others),
            "{other}"
        );
        let closed = find("Closed__c", &fields).unwrap_err();
        assert!(closed.contains("allow Edit Access"), "{closed}");
        let none = find("Nothing__c", &fields[2..]).unwrap_err();
        assert!(none.contains("leave this empty"), "{none}");
    }
}
