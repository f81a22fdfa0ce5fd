//! Changing whom the public form lets ask, and who is let in by themselves.

use domain::access_requests::policy::{AccessPolicy, AutomaticApproval, RefusedDomains};
use domain::audit::{Action, Changes};
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("it was changed since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was typed into the form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PolicyDraft {
    pub automatic: AutomaticApproval,
    pub refuses_free_mail: bool,
    pub confirms_address: bool,
    /// A domain a line.
    pub refused_domains: String,
}

impl PolicyDraft {
    pub fn from_policy(policy: &AccessPolicy) -> Self {
        Self {
            automatic: policy.automatic,
            refuses_free_mail: policy.refuses_free_mail,
            confirms_address: policy.confirms_address,
            refused_domains: policy.refused_domains.to_string(),
        }
    }

    fn checked(&self) -> Result<AccessPolicy, Problems> {
        let mut problems = Problems::default();
        match RefusedDomains::parse(&self.refused_domains) {
            Ok(refused_domains) => Ok(AccessPolicy {
                automatic: self.automatic,
                refuses_free_mail: self.refuses_free_mail,
                confirms_address: self.confirms_address,
                refused_domains,
            }),
            Err(problem) => {
                problems.add("refused_domains", problem);
                Err(problems)
            }
        }
    }
}

/// Saves the policy, if it is still at `version`. It counts for requests from now on.
///
/// # Errors
/// It was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "access_requests.policy.save",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save(
    tx: &mut Tx,
    act: StaffAction<'_>,
    version: i64,
    draft: &PolicyDraft,
) -> Result<(), PolicyError> {
    let policy = draft.checked()?;
    let (before, _) = store::access_requests::policy::of(tx, act.org.id).await?;
    if !store::access_requests::policy::save(tx, act.org.id, &policy, version).await? {
        return Err(PolicyError::Stale);
    }
    let changes = changes(&before, &policy);
    act.audit(tx, Action::ChangedAccessPolicy, &changes.to_string())
        .await?;
    Ok(())
}

/// For the audit log: what is another than before.
fn changes(before: &AccessPolicy, after: &AccessPolicy) -> Changes {
    let automatic = |policy: &AccessPolicy| match policy.automatic {
        AutomaticApproval::Never => "Never",
        AutomaticApproval::KnownDomain => "When an account has the email’s domain",
        AutomaticApproval::Always => "Always",
    };
    let mut changes = Changes::new("");
    changes.note("Auto-approve requests", automatic(before), automatic(after));
    let (old, new) = (before.confirms_address, after.confirms_address);
    changes.note_switch("Confirm addresses by email", old, new);
    let (old, new) = (before.refuses_free_mail, after.refuses_free_mail);
    changes.note_switch("Block personal email addresses", old, new);
    let list = |policy: &AccessPolicy| policy.refused_domains.to_string().replace('\n', ", ");
    changes.note("Blocked domains", list(before), list(after));
    changes
}
