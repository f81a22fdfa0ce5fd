//! Bringing a database's schema up to this version.

use crate::db::database::{Db, Dialect};
use crate::db::error::{Result, StoreError};
use crate::db::tx::Tx;
use crate::email::contents;
use crate::params;

/// A step of the schema, in both databases' words.
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// Every step, oldest first. A step that was released is never edited.
pub const MIGRATIONS: [Migration; 42] = [
    migration!(1, "0001_init"),
    migration!(2, "0002_talk"),
    migration!(3, "0003_nda"),
    migration!(4, "0004_questionnaire"),
    migration!(5, "0005_requests"),
    migration!(6, "0006_accounts"),
    migration!(7, "0007_salesforce_link"),
    migration!(8, "0008_docusign"),
    migration!(9, "0009_documents"),
    migration!(10, "0010_content"),
    migration!(11, "0011_insight"),
    migration!(12, "0012_letters"),
    migration!(13, "0013_archive"),
    migration!(14, "0014_exactly_once"),
    migration!(16, "0016_operations"),
    migration!(20, "0020_staff"),
    migration!(21, "0021_mailbox"),
    migration!(22, "0022_sessions"),
    migration!(23, "0023_domain_proof"),
    migration!(24, "0024_sealed_mail"),
    migration!(25, "0025_mail_columns"),
    migration!(26, "0026_update_mailing"),
    migration!(27, "0027_confirmed_requests"),
    migration!(28, "0028_request_of_activity"),
    migration!(29, "0029_table_names"),
    migration!(30, "0030_indexes"),
    migration!(31, "0031_content_revision"),
    migration!(32, "0032_activity_index"),
    migration!(33, "0033_setup"),
    migration!(34, "0034_requested_item"),
    migration!(35, "0035_day_totals"),
    migration!(36, "0036_saved_views"),
    migration!(37, "0037_member_index"),
    migration!(38, "0038_update_topics"),
    migration!(39, "0039_saved_replies"),
    migration!(40, "0040_company_links"),
    migration!(41, "0041_page_reading"),
    migration!(42, "0042_past_activity"),
    migration!(43, "0043_request_nda_and_account_view"),
    migration!(44, "0044_org_check"),
    migration!(45, "0045_mapping"),
    migration!(46, "0046_lead_assignment"),
];

/// The step after which no message is readable in the table.
const SEALS_MAIL: i64 = 24;

impl Db {
    /// Whether the database answers and has a schema.
    pub async fn check(&self) -> Result<()> {
        let mut tx = self.read().await?;
        tx.one("SELECT MAX(number) AS newest FROM schema_step", &[])
            .await?;
        Ok(())
    }

    /// Applies the steps that this database lacks, all or none. Answers their names.
    pub async fn migrate(&self) -> Result<Vec<&'static str>> {
        let mut tx = self.begin().await?;
        if self.dialect() == Dialect::Postgres {
            // Replicas that start together take turns.
            tx.script("SELECT pg_advisory_xact_lock(7268436)").await?;
        }
        tx.script("CREATE TABLE IF NOT EXISTS schema_step (number BIGINT PRIMARY KEY, name TEXT NOT NULL)")
            .await?;
        let newest: i64 = tx
            .one(
                "SELECT COALESCE(MAX(number), 0) AS newest FROM schema_step",
                &[],
            )
            .await?
            .get("newest")?;
        if newest > MIGRATIONS[MIGRATIONS.len() - 1].number {
            return Err(StoreError::FromTheFuture(newest));
        }
        let mut applied = Vec::new();
        for step in MIGRATIONS.iter().filter(|step| step.number > newest) {
            tx.script(match self.dialect() {
                Dialect::Sqlite => step.sqlite,
                Dialect::Postgres => step.postgres,
            })
            .await?;
            if step.number == SEALS_MAIL {
                contents::seal_what_waits(&mut tx).await?;
            }
            tx.execute(
                "INSERT INTO schema_step (number, name) VALUES ($1, $2)",
                params![step.number, step.name],
            )
            .await?;
            applied.push(step.name);
        }
        tx.commit().await?;
        Ok(applied)
    }

    /// The names of the steps that this database lacks.
    ///
    /// # Errors
    /// It has steps that this version doesn't know.
    pub async fn pending_migrations(&self) -> Result<Vec<&'static str>> {
        let mut tx = self.read().await?;
        let newest = match newest(&mut tx).await {
            Ok(newest) => newest,
            // A database without the table has had no step yet.
            Err(StoreError::Refused(_)) => 0,
            Err(error) => return Err(error),
        };
        if newest > MIGRATIONS[MIGRATIONS.len() - 1].number {
            return Err(StoreError::FromTheFuture(newest));
        }
        let missing = MIGRATIONS.iter().filter(|step| step.number > newest);
        Ok(missing.map(|step| step.name).collect())
    }
}

async fn newest(tx: &mut Tx) -> Result<i64> {
    tx.one(
        "SELECT COALESCE(MAX(number), 0) AS newest FROM schema_step",
        &[],
    )
    .await?
    .get("newest")
}
