//! Every column whose values are sealed, for whoever looks after the keys.

use crypto::Seal;
use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// A column of sealed values. What lasts for minutes only, the verifier of a login that
/// has begun, isn't one of them: it is gone before a key is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SealedColumn {
    /// The table that has the column.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
    /// What finds the row.
    key: &'static str,
    /// As values are sealed for it.
    pub name: &'static str,
}

/// All of them.
pub const SEALED_COLUMNS: [SealedColumn; 6] = [
    SealedColumn {
        table: "connection",
        column: "access_token",
        key: "id",
        name: "connection.access_token",
    },
    SealedColumn {
        table: "connection",
        column: "refresh_token",
        key: "id",
        name: "connection.refresh_token",
    },
    SealedColumn {
        table: "docusign",
        column: "private_key",
        key: "org_id",
        name: "docusign.private_key",
    },
    SealedColumn {
        table: "docusign_key",
        column: "secret",
        key: "id",
        name: "docusign_key.secret",
    },
    SealedColumn {
        table: "staff_second_factor",
        column: "secret",
        key: "user_id",
        name: "staff_second_factor.secret",
    },
    SealedColumn {
        table: "email",
        column: "contents",
        key: "id",
        // The table's name when values were first sealed for it.
        name: "mail.contents",
    },
];

/// One value, and whose it is.
#[derive(Clone, Debug)]
pub struct SealedValue {
    /// The organization whose value it is.
    pub org: OrganizationId,
    /// What finds the row: the value of the column's key.
    pub row: String,
    /// The sealed value.
    pub bytes: Vec<u8>,
}

impl SealedColumn {
    /// The seal that the value has, by which it is opened and sealed again.
    pub fn seal(&self, value: &SealedValue) -> Seal {
        Seal::new(self.name, value.org, &value.row)
    }

    /// Values whose rows come after that one, in the order of their rows.
    pub async fn page_across_tenants(
        &self,
        tx: &mut Tx,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SealedValue>> {
        let Self {
            table, column, key, ..
        } = self;
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT org_id, {key} AS row_key, {column} AS sealed FROM {table}
             WHERE {column} IS NOT NULL AND {key} > $1 ORDER BY {key} LIMIT $2"
        ));
        let rows = tx.all(sql, params![after, limit]).await?;
        rows.iter()
            .map(|row| {
                Ok(SealedValue {
                    org: row.get("org_id")?,
                    row: row.get("row_key")?,
                    bytes: row.get("sealed")?,
                })
            })
            .collect()
    }

    /// Puts another value in its place, unless it has changed meanwhile.
    pub async fn replace(&self, tx: &mut Tx, value: &SealedValue, with: Vec<u8>) -> Result<()> {
        let Self {
            table, column, key, ..
        } = self;
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE {table} SET {column} = $4
             WHERE org_id = $1 AND {key} = $2 AND {column} = $3"
        ));
        tx.execute(
            sql,
            params![value.org, &value.row, value.bytes.clone(), with],
        )
        .await?;
        Ok(())
    }
}
