//! What an Admin may change about the organization.

use domain::audit::{Action, Changes};
use domain::content::colour::Colour;
use domain::email::EmailAddress;
use domain::names::tidy;
use domain::organizations::Organization;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("they were changed since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was typed into the form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsDraft {
    pub name: String,
    pub headline: String,
    pub introduction: String,
    pub security_email: String,
    pub accent: String,
}

impl SettingsDraft {
    pub fn from_organization(org: &Organization) -> Self {
        Self {
            name: org.name.clone(),
            headline: org.headline.clone(),
            introduction: org.introduction.clone(),
            security_email: org.security_email.clone(),
            accent: org.accent.clone(),
        }
    }

    fn checked(&self) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let draft = Self {
            name: tidy(&self.name),
            headline: tidy(&self.headline),
            introduction: self.introduction.trim().replace("\r\n", "\n"),
            security_email: self.security_email.trim().to_owned(),
            accent: checked_accent(&self.accent, &mut problems),
        };
        problems.required("name", "The name", &draft.name, 120);
        problems.required("headline", "The headline", &draft.headline, 120);
        problems.at_most(
            "introduction",
            "The introduction",
            &draft.introduction,
            2000,
        );
        if !draft.security_email.is_empty()
            && let Err(problem) = EmailAddress::parse(&draft.security_email)
        {
            problems.add("security_email", problem);
        }
        problems.into_result().map(|()| draft)
    }
}

/// White words on it and links of it on white must be readable (WCAG AA).
fn checked_accent(accent: &str, problems: &mut Problems) -> String {
    let colour = match accent.parse::<Colour>() {
        Ok(colour) => colour,
        Err(problem) => {
            problems.add("accent", problem);
            return String::new();
        }
    };
    let contrast = colour.contrast(Colour::WHITE);
    if contrast < 4.5 {
        problems.add(
            "accent",
            format!(
                "{colour} is too light: its contrast with white is {contrast:.1} to 1, and words \
                 need at least 4.5. Choose a darker one"
            ),
        );
    }
    colour.to_string()
}

/// Saves the settings, if they are still at `version`. Answers what they are now.
///
/// # Errors
/// They were changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "organizations.settings.save",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save(
    tx: &mut Tx,
    act: StaffAction<'_>,
    version: i64,
    draft: &SettingsDraft,
) -> Result<Organization, SettingsError> {
    let draft = draft.checked()?;
    let changes = changes(&SettingsDraft::from_organization(act.org), &draft);
    let org = Organization {
        name: draft.name,
        headline: draft.headline,
        introduction: draft.introduction,
        security_email: draft.security_email,
        accent: draft.accent,
        version,
        ..act.org.clone()
    };
    if !store::organizations::update(tx, &org).await? {
        return Err(SettingsError::Stale);
    }
    act.audit(tx, Action::ChangedSettings, &changes.to_string())
        .await?;
    Ok(org)
}

/// For the audit log: what is another than before.
fn changes(before: &SettingsDraft, after: &SettingsDraft) -> Changes {
    let mut changes = Changes::new("");
    changes.note("Name", &before.name, &after.name);
    changes.note("Headline", &before.headline, &after.headline);
    changes.note_text("Introduction", &before.introduction, &after.introduction);
    let (old, new) = (&before.security_email, &after.security_email);
    changes.note("Security contact", old, new);
    changes.note("Accent color", &before.accent, &after.accent);
    changes
}
