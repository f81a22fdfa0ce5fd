//! The keys that seal what is secret in the database: looking what needs which, and sealing
//! everything again with the first of them.

use clock::Random;
use crypto::Keyring;
use store::Db;
use store::db::sealed::{SEALED_COLUMNS, SealedColumn};
use tracing::instrument;

use crate::use_cases::limits::SEALED_AT_ONCE;

/// How the sealed values of a database stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SealedValues {
    /// Sealed with the first key.
    pub current: usize,
    /// Sealed with another of the keys, or in the form that was used before November 2026.
    pub older: usize,
    /// What none of the keys opens: table, column and organization of each.
    pub unreadable: Vec<String>,
}

impl SealedValues {
    pub fn count(&self) -> usize {
        self.current + self.older + self.unreadable.len()
    }
}

/// Looks at every sealed value, and changes none.
///
/// # Errors
/// The database.
#[instrument(name = "keys.examine", skip_all)]
pub async fn examine(db: &Db, random: &Random, keyring: &Keyring) -> store::Result<SealedValues> {
    every_value(db, random, keyring, false).await
}

/// Seals every value again that the first key didn't seal, so that the others can be taken
/// away. Answers how they stood before. The server may run meanwhile, with the same keys:
/// what it changes stays as it is. Ended in between, it is run again.
///
/// # Errors
/// The database.
#[instrument(name = "keys.rotate", skip_all)]
pub async fn rotate(db: &Db, random: &Random, keyring: &Keyring) -> store::Result<SealedValues> {
    every_value(db, random, keyring, true).await
}

async fn every_value(
    db: &Db,
    random: &Random,
    keyring: &Keyring,
    changes: bool,
) -> store::Result<SealedValues> {
    let mut all = SealedValues::default();
    for column in &SEALED_COLUMNS {
        let mut after = Some(String::new());
        while let Some(from) = after {
            after = page(db, random, keyring, (column, &from, changes), &mut all).await?;
        }
    }
    Ok(all)
}

/// One page of a column. Answers after which row the next begins, if there may be one.
async fn page(
    db: &Db,
    random: &Random,
    keyring: &Keyring,
    (column, after, changes): (&SealedColumn, &str, bool),
    all: &mut SealedValues,
) -> store::Result<Option<String>> {
    let mut tx = if changes {
        db.begin().await?
    } else {
        db.read().await?
    };
    let values = column
        .page_across_tenants(&mut tx, after, SEALED_AT_ONCE)
        .await?;
    for value in &values {
        match keyring.seal_again(random, &column.seal(value), &value.bytes) {
            Ok(None) => all.current += 1,
            Ok(Some(sealed)) => {
                all.older += 1;
                if changes {
                    column.replace(&mut tx, value, sealed).await?;
                }
            }
            Err(_) => {
                let place = format!("{}, organization {}", column.name, value.org);
                all.unreadable.push(place);
            }
        }
    }
    tx.commit().await?;
    Ok(values.last().map(|value| value.row.clone()))
}
