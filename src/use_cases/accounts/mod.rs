//! What staff write down of an account, and how long its people have access.

pub mod admission;
pub mod bulk;
mod changes;
pub mod invite;
pub mod profiles;
pub mod reminders;

use domain::accounts::{Account, ReviewStatus};
use domain::audit::{Action, Changes};
use domain::email::company_domain;
use domain::ids::{AccountId, MemberId, ProfileId, StaffUserId};
use domain::names::tidy;
use jiff::civil::Date;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::{ACCOUNT_DESCRIPTION, ACCOUNT_DOMAINS, ACCOUNT_NAME};
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("there is no such account or member")]
    NotFound,
    #[error("it was changed since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was typed into an account's form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountDraft {
    pub name: String,
    pub description: String,
    /// Separated by spaces, commas or lines; the first is the main one.
    pub domains: String,
    pub owner: Option<StaffUserId>,
    pub review: ReviewStatus,
    pub profile: Option<ProfileId>,
    /// `YYYY-MM-DD`, or empty.
    pub access_until: String,
}

impl AccountDraft {
    /// As it is saved.
    #[instrument(name = "accounts.from_account", skip_all, fields(%org, account = %account.id))]
    pub async fn from_account(
        tx: &mut Tx,
        org: ::domain::ids::OrganizationId,
        account: &Account,
    ) -> store::Result<Self> {
        Ok(Self {
            name: account.name.clone(),
            description: account.description.clone(),
            domains: store::accounts::domains::of(tx, org, account.id)
                .await?
                .join("\n"),
            owner: account.owner,
            review: account.review,
            profile: account.profile,
            access_until: account
                .access_until
                .map_or_else(String::new, |day| day.to_string()),
        })
    }
}

/// Saves an account, if it is still at `version`.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "accounts.edit",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %id)
)]
pub async fn edit(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccountId,
    version: i64,
    draft: &AccountDraft,
) -> Result<(), AccountError> {
    let found = store::accounts::by_id(tx, act.org.id, id).await?;
    let before = found.ok_or(AccountError::NotFound)?;
    let mut problems = Problems::default();
    let name = tidy(&draft.name);
    problems.required("name", "The name", &name, ACCOUNT_NAME);
    let description = draft.description.trim().replace("\r\n", "\n");
    problems.at_most(
        "description",
        "The description",
        &description,
        ACCOUNT_DESCRIPTION,
    );
    let access_until = last_day(&draft.access_until, &mut problems);
    let same = store::accounts::by_name(tx, act.org.id, &name).await?;
    if let Some(other) = same.filter(|other| other.id != id) {
        problems.add(
            "name",
            format!("There is an account named {} already", other.name),
        );
    }
    let domains = domains(tx, act, id, &draft.domains, &mut problems).await?;
    check_choices(tx, act, draft, &mut problems).await?;
    problems.into_result()?;
    let account = Account {
        name,
        description,
        owner: draft.owner,
        review: draft.review,
        profile: draft.profile,
        access_until,
        version,
        ..before.clone()
    };
    if !store::accounts::update(tx, act.org.id, &account).await? {
        return Err(AccountError::Stale);
    }
    let old_domains = store::accounts::domains::of(tx, act.org.id, id).await?;
    store::accounts::domains::replace(tx, act.org.id, id, &domains).await?;
    let mut changes = changes::of_account(tx, act, &before, &account).await?;
    changes.note("Domains", old_domains.join(", "), domains.join(", "));
    act.audit(tx, Action::EditedAccount, &changes.to_string())
        .await?;
    Ok(())
}

/// Archives the account, which lets nobody in from now on, or brings it back as it was.
/// Where it is so already, nothing happens. Answers its name.
///
/// # Errors
/// There is no such account.
#[instrument(
    name = "accounts.set_archived",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %id)
)]
pub async fn set_archived(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccountId,
    archive: bool,
) -> Result<String, AccountError> {
    let found = store::accounts::by_id(tx, act.org.id, id).await?;
    let account = found.ok_or(AccountError::NotFound)?;
    let since = archive.then(|| act.ambient.now());
    if store::accounts::set_archived(tx, act.org.id, id, since).await? {
        let action = if archive {
            Action::ArchivedAccount
        } else {
            Action::RestoredAccount
        };
        act.audit(tx, action, &account.name).await?;
    }
    Ok(account.name)
}

/// The owner and the profile must be there.
async fn check_choices(
    tx: &mut Tx,
    act: StaffAction<'_>,
    draft: &AccountDraft,
    problems: &mut Problems,
) -> store::Result<()> {
    if let Some(owner) = draft.owner
        && store::staff::users::active_by_id(tx, act.org.id, owner)
            .await?
            .is_none()
    {
        problems.add("owner", "Choose a colleague from the list");
    }
    if let Some(profile) = draft.profile
        && store::accounts::profiles::by_id(tx, act.org.id, profile)
            .await?
            .is_none()
    {
        problems.add("profile", "This profile was deleted: choose another");
    }
    Ok(())
}

/// What was typed as the account's domains, tidied; none is another account's.
async fn domains(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccountId,
    typed: &str,
    problems: &mut Problems,
) -> store::Result<Vec<String>> {
    let mut domains: Vec<String> = Vec::new();
    let words = typed.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    for word in words.filter(|word| !word.is_empty()) {
        let domain = match company_domain(word) {
            Ok(domain) => domain,
            Err(problem) => {
                problems.add("domains", problem);
                continue;
            }
        };
        let owners = store::accounts::by_domain(tx, act.org.id, &domain).await?;
        if let Some(other) = owners.iter().find(|other| other.id != id) {
            let archived = if other.is_archived() {
                ", which is archived"
            } else {
                ""
            };
            let problem = format!(
                "{domain} belongs to {}{archived}: remove it there first",
                other.name
            );
            problems.add("domains", problem);
        }
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    if domains.len() > ACCOUNT_DOMAINS {
        problems.add(
            "domains",
            format!("An account can have {ACCOUNT_DOMAINS} domains at most"),
        );
    }
    Ok(domains)
}

/// A last day of access as a browser's date field sends it.
fn last_day(typed: &str, problems: &mut Problems) -> Option<Date> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let day = typed.parse::<Date>().ok().filter(|day| day.year() >= 2000);
    if day.is_none() {
        problems.add(
            "access_until",
            "Write the date as year-month-day, such as 2026-09-30",
        );
    }
    day
}

/// Gives one person's access another last day (UTC), or none. Answers the name.
///
/// # Errors
/// The date can't be read, or there is no such member with access.
#[instrument(
    name = "accounts.set_member_end",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %account, %member)
)]
pub async fn set_member_end(
    tx: &mut Tx,
    act: StaffAction<'_>,
    account: AccountId,
    member: MemberId,
    typed: &str,
) -> Result<(String, Option<Date>), AccountError> {
    let mut problems = Problems::default();
    let until = last_day(typed, &mut problems);
    problems.into_result()?;
    let members = store::accounts::members::of_account(tx, act.org.id, account).await?;
    let found = members.into_iter().find(|found| found.id == member);
    let member = found
        .filter(|member| member.revoked_at.is_none())
        .ok_or(AccountError::NotFound)?;
    store::accounts::members::set_end(tx, act.org.id, member.id, until).await?;
    let name = member.display_name();
    let mut changes = Changes::new(&format!("{name} <{}>", member.email));
    changes.note_optional("Expires", member.access_until, until, changes::NEVER);
    act.audit(tx, Action::ChangedEndOfAccess, &changes.to_string())
        .await?;
    Ok((name, until))
}
