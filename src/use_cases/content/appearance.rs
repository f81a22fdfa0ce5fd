//! The logo, the custom domain, and what security.txt says: what Admins set.

use domain::audit::{Action, Changes};
use domain::content::logo::{Logo, Variant};
use store::Tx;
use store::content::security_contact::SecurityContact;
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::organizations::settings::SettingsError;
use crate::use_cases::problems::Problems;

/// # Errors
/// The database.
#[instrument(
    name = "content.appearance.set_logo",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn set_logo(
    tx: &mut Tx,
    act: StaffAction<'_>,
    variant: Variant,
    logo: Option<&Logo>,
) -> store::Result<()> {
    let action = if let Some(logo) = logo {
        store::content::logos::set(tx, act.org.id, variant, logo).await?;
        Action::ChangedLogo
    } else {
        store::content::logos::remove(tx, act.org.id, variant).await?;
        Action::RemovedLogo
    };
    let detail = format!("for {} pages", variant.key());
    act.audit(tx, action, &detail).await
}

/// Saves what security.txt says.
///
/// # Errors
/// What is wrong with it.
#[instrument(
    name = "content.appearance.set_security_contact",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn set_security_contact(
    tx: &mut Tx,
    act: StaffAction<'_>,
    typed: &SecurityContact,
) -> Result<(), SettingsError> {
    let contact = checked(typed)?;
    let before = store::content::security_contact::of(tx, act.org.id).await?;
    store::content::security_contact::set(tx, act.org.id, &contact).await?;
    let mut changes = Changes::new("");
    changes.note("Contact", &before.contact_url, &contact.contact_url);
    changes.note("Policy", &before.policy_url, &contact.policy_url);
    changes.note("Languages", &before.languages, &contact.languages);
    act.audit(tx, Action::ChangedSecurityTxt, &changes.to_string())
        .await?;
    Ok(())
}

fn checked(typed: &SecurityContact) -> Result<SecurityContact, Problems> {
    let mut problems = Problems::default();
    let contact = SecurityContact {
        contact_url: typed.contact_url.trim().to_owned(),
        policy_url: typed.policy_url.trim().to_owned(),
        languages: typed.languages.trim().to_owned(),
    };
    let addresses = [
        ("contact_url", &contact.contact_url),
        ("policy_url", &contact.policy_url),
    ];
    for (field, text) in addresses {
        problems.at_most(field, "The address", text, 300);
        let is_https = Url::parse(text).is_ok_and(|url| url.scheme() == "https")
            && text.bytes().all(|b| b.is_ascii_graphic());
        if !text.is_empty() && !is_https {
            let problem = format!("“{text}” is not a web address: it begins with https://");
            problems.add(field, problem);
        }
    }
    let is_tag = |tag: &str| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let tags: Vec<_> = contact.languages.split(',').map(str::trim).collect();
    if !contact.languages.is_empty() && !tags.iter().all(|tag| is_tag(tag)) {
        problems.add(
            "languages",
            "Write language tags with commas between: en, de",
        );
    }
    problems.into_result()?;
    Ok(SecurityContact {
        languages: tags.join(", "),
        ..contact
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_can_be_smuggled_into_security_txt() {
        for bad in [
            "https://a.example/\nContact: x",
            "http://a.example",
            "https:// a",
        ] {
            let typed = SecurityContact {
                contact_url: bad.to_owned(),
                languages: "en\nde".to_owned(),
                ..SecurityContact::default()
            };
            let problems = checked(&typed).unwrap_err();
            assert!(!problems.of("contact_url").is_empty(), "{bad}");
            assert!(!problems.of("languages").is_empty(), "{bad}");
        }
    }
}
