//! The NDA's text, in versions that never change, and what new accounts need.

use domain::audit::{Action, Changes};
use domain::ids::NdaTextId;
use domain::nda::{NdaKind, NdaText};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::NDA_TEXT;
use crate::use_cases::problems::Problems;

/// Why nothing was published or chosen.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    #[error("another version was published since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The text as it is kept and signed: `\n` for every end of a line, nothing around it.
pub fn normalized(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Publishes the text as the version after `based_on` (0 for the first). Earlier
/// versions and their signatures stay as they are.
///
/// # Errors
/// What is wrong with the text, or that someone else published meanwhile.
#[instrument(name = "nda.text.publish", skip_all, fields(org = %act.org.id, staff = %act.by.id))]
pub async fn publish(
    tx: &mut Tx,
    act: StaffAction<'_>,
    based_on: i64,
    text: &str,
) -> Result<NdaText, TextError> {
    let body = normalized(text);
    let mut problems = Problems::default();
    problems.required("text", "The text", &body, NDA_TEXT);
    let current = store::nda::texts::current(tx, act.org.id).await?;
    if current.as_ref().is_some_and(|current| current.body == body) {
        problems.add("text", "This is the current version, word for word");
    }
    problems.into_result()?;
    if current.map_or(0, |current| current.version) != based_on {
        return Err(TextError::Stale);
    }
    let text = NdaText {
        id: act.ambient.id(NdaTextId::from_uuid),
        version: based_on + 1,
        sha256: sha256(&body),
        body,
        created_by: act.by.actor(),
        created_at: act.ambient.now(),
    };
    match store::nda::texts::insert(tx, act.org.id, &text).await {
        Err(StoreError::Duplicate(_)) => return Err(TextError::Stale),
        done => done?,
    }
    let detail = format!("version {}, SHA-256 {}", text.version, text.sha256);
    act.audit(tx, Action::PublishedNda, &detail).await?;
    Ok(text)
}

/// Chooses what accounts that come to be from now on need.
///
/// # Errors
/// Clickwrap without a text to sign; a new account can't have signed elsewhere.
#[instrument(
    name = "nda.text.choose_default",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn choose_default(
    tx: &mut Tx,
    act: StaffAction<'_>,
    kind: NdaKind,
) -> Result<(), TextError> {
    let mut problems = Problems::default();
    if kind == NdaKind::Elsewhere {
        problems.add("kind", "Choose this on the page of the account that signed");
    }
    if kind == NdaKind::Clickwrap && store::nda::texts::current(tx, act.org.id).await?.is_none() {
        problems.add("kind", "There is no text to sign yet: publish one first");
    }
    if kind == NdaKind::Docusign && !store::nda::docusign::is_ready(tx, act.org.id).await? {
        problems.add("kind", "DocuSign is not set up yet: do that first");
    }
    problems.into_result()?;
    let before = store::organizations::nda_default(tx, act.org.id).await?;
    store::organizations::set_nda_default(tx, act.org.id, kind).await?;
    let mut changes = Changes::new("");
    changes.note("Default for new accounts", before.title(), kind.title());
    act.audit(tx, Action::ChoseDefaultNda, &changes.to_string())
        .await?;
    Ok(())
}

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_other_programs_compute() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256("abc"), known);
        assert_eq!(normalized(" a\r\nb\n"), "a\nb");
    }
}
