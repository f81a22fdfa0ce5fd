//! Which NDA an account needs.

use clock::Ambient;
use domain::accounts::Account;
use domain::audit::{Action, Changes};
use domain::ids::AccountId;
use domain::nda::{AccountNda, NdaKind};
use domain::organizations::Organization;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::NDA_NOTE;
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RequireError {
    #[error("there is no such account")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says what the account needs. A signature that it has counts whenever clickwrap
/// is chosen (again). That it signed elsewhere is staff's word: nobody signed here,
/// so no activity is recorded for it.
///
/// # Errors
/// Clickwrap without a text, DocuSign that is not set up, or a missing note on what was signed elsewhere.
#[instrument(
    name = "nda.require",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %id)
)]
pub async fn require(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccountId,
    kind: NdaKind,
    note: &str,
) -> Result<Account, RequireError> {
    let found = store::accounts::by_id(tx, act.org.id, id).await?;
    let mut account = found.ok_or(RequireError::NotFound)?;
    let before = account.nda.kind;
    account.nda = match kind {
        NdaKind::None => AccountNda::default(),
        NdaKind::Clickwrap => clickwrap(tx, act.org, id).await?,
        NdaKind::Docusign => docusign(tx, act.org, id).await?,
        NdaKind::Elsewhere => elsewhere(act.ambient, &account.nda, note)?,
    };
    store::accounts::set_nda(tx, act.org.id, id, &account.nda).await?;
    let mut changes = Changes::new(&account.name);
    changes.note("NDA", before.title(), kind.title());
    if !account.nda.note.is_empty() {
        changes.say(format!("Note: {}", account.nda.note));
    }
    act.audit(tx, Action::ChoseAccountNda, &changes.to_string())
        .await?;
    Ok(account)
}

async fn clickwrap(
    tx: &mut Tx,
    org: &Organization,
    id: AccountId,
) -> Result<AccountNda, RequireError> {
    if store::nda::texts::current(tx, org.id).await?.is_none() {
        let mut problems = Problems::default();
        problems.add(
            "kind",
            "There is no text to sign yet: an Admin publishes one under Settings, NDA",
        );
        return Err(problems.into());
    }
    let signed = store::nda::signatures::of_account(tx, org.id, id).await?;
    Ok(AccountNda {
        completed_at: signed.map(|signed| signed.signed_at),
        ..AccountNda::needing(NdaKind::Clickwrap)
    })
}

async fn docusign(
    tx: &mut Tx,
    org: &Organization,
    id: AccountId,
) -> Result<AccountNda, RequireError> {
    if !store::nda::docusign::is_ready(tx, org.id).await? {
        let mut problems = Problems::default();
        let what = "DocuSign is not set up yet: an Admin does that under Settings, NDA, DocuSign";
        problems.add("kind", what);
        return Err(problems.into());
    }
    let signed = store::nda::envelopes::signature(tx, org.id, id).await?;
    Ok(AccountNda {
        completed_at: signed.and_then(|signed| signed.completed_at),
        ..AccountNda::needing(NdaKind::Docusign)
    })
}

fn elsewhere(ambient: &Ambient, before: &AccountNda, note: &str) -> Result<AccountNda, Problems> {
    let note = note.trim().replace("\r\n", "\n");
    let mut problems = Problems::default();
    problems.required("note", "The note", &note, NDA_NOTE);
    problems.into_result()?;
    let since = match before.kind {
        NdaKind::Elsewhere => before.completed_at,
        NdaKind::None | NdaKind::Clickwrap | NdaKind::Docusign => None,
    };
    Ok(AccountNda {
        kind: NdaKind::Elsewhere,
        note,
        completed_at: Some(since.unwrap_or_else(|| ambient.now())),
    })
}
