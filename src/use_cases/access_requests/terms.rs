//! What an approval gives beside the account: a new account's profile and NDA, and the
//! person's last day of access.

use domain::access_requests::AccessRequest;
use domain::accounts::Account;
use domain::audit::{Action, Changes};
use domain::ids::ProfileId;
use domain::nda::NdaKind;
use jiff::civil::Date;
use store::Tx;
use tracing::instrument;

use super::DecideError;
use crate::use_cases::StaffAction;
use crate::use_cases::accounts::{AccountError, set_member_end};
use crate::use_cases::nda::{RequireError, require};
use crate::use_cases::problems::Problems;

/// What staff chose while approving. The default leaves everything to the organization's
/// defaults and sets no last day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terms {
    /// The permission profile of an account that the approval creates.
    pub profile: Option<ProfileId>,
    /// The NDA that an account needs which the approval creates.
    pub nda: Option<NdaKind>,
    /// The person's last day of access (UTC), `YYYY-MM-DD`; empty for no end.
    pub until: String,
}

impl Terms {
    const fn are_of_a_new_account(&self) -> bool {
        self.profile.is_some() || self.nda.is_some()
    }

    /// Applies what was chosen, in the transaction of the approval.
    ///
    /// # Errors
    /// The account existed, so that its own profile and NDA stay; the profile is gone;
    /// the NDA isn't set up; or the last day can't be read or is over.
    #[instrument(
        name = "access_requests.terms.apply",
        skip_all,
        fields(org = %act.org.id, staff = %act.by.id, access_request = %request.id)
    )]
    pub(super) async fn apply(
        &self,
        tx: &mut Tx,
        act: StaffAction<'_>,
        request: &AccessRequest,
        account: &Account,
        is_new: bool,
    ) -> Result<(), DecideError> {
        if self.are_of_a_new_account() && !is_new {
            let text = format!(
                "{} exists already, with a profile and an NDA of its own: choose it in the list, \
                 or leave both at their defaults",
                account.name
            );
            return Err(problem("account", &text).into());
        }
        if let Some(profile) = self.profile {
            set_profile(tx, act, account, profile).await?;
        }
        if let Some(kind) = self.nda {
            let required = require(tx, act, account.id, kind, "").await;
            required.map_err(refused_nda)?;
        }
        self.set_end(tx, act, request, account).await
    }

    async fn set_end(
        &self,
        tx: &mut Tx,
        act: StaffAction<'_>,
        request: &AccessRequest,
        account: &Account,
    ) -> Result<(), DecideError> {
        if self.until.trim().is_empty() {
            return Ok(());
        }
        let is_over = |day: Date| day < act.ambient.today();
        if self.until.trim().parse().is_ok_and(is_over) {
            let text = "This date is in the past. Choose today or later";
            return Err(problem("access_until", text).into());
        }
        let members = store::accounts::members::of_account(tx, act.org.id, account.id).await?;
        let member = members.iter().find(|one| one.visitor == request.visitor);
        let member = member.ok_or(DecideError::NotFound)?.id;
        let ended = set_member_end(tx, act, account.id, member, &self.until).await;
        ended.map_err(|error| match error {
            AccountError::Invalid(problems) => problems.into(),
            AccountError::Store(error) => error.into(),
            AccountError::NotFound | AccountError::Stale => DecideError::NotFound,
        })?;
        Ok(())
    }
}

async fn set_profile(
    tx: &mut Tx,
    act: StaffAction<'_>,
    account: &Account,
    id: ProfileId,
) -> Result<(), DecideError> {
    let found = store::accounts::profiles::by_id(tx, act.org.id, id).await?;
    let Some(profile) = found else {
        let text = "This profile was deleted: choose another";
        return Err(problem("profile", text).into());
    };
    store::accounts::profiles::set_for(tx, act.org.id, account.id, Some(id)).await?;
    let mut changes = Changes::new(&account.name);
    changes.note("Permission profile", "default", &profile.name);
    act.audit(tx, Action::EditedAccount, &changes.to_string())
        .await?;
    Ok(())
}

fn refused_nda(error: RequireError) -> DecideError {
    match error {
        RequireError::Invalid(problems) => problem("nda", &problems.to_string()).into(),
        RequireError::Store(error) => error.into(),
        RequireError::NotFound => DecideError::NoAccount,
    }
}

fn problem(field: &'static str, text: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add(field, text);
    problems
}
