//! Whether what goes to PostgreSQL and comes from it can be read or answered by others.

use std::net::IpAddr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::db::database::Db;
use crate::db::error::Result;

/// How the connection to PostgreSQL is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatabaseTls {
    /// It doesn't leave the machine.
    Local,
    /// Encrypted, and the server has shown whose it is.
    Verified,
    /// Encrypted, but whoever answers is believed.
    Unverified,
    /// Readable for everyone on the way.
    Plain,
}

impl Db {
    /// How the connection is protected; `None` for the embedded database.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn tls(&self) -> Result<Option<DatabaseTls>> {
        let Some(options) = self.postgres_options() else {
            return Ok(None);
        };
        if is_local(&options) {
            return Ok(Some(DatabaseTls::Local));
        }
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM pg_stat_ssl
             WHERE pid = pg_backend_pid() AND ssl";
        let encrypted: i64 = self.read().await?.one(sql, &[]).await?.get("n")?;
        Ok(Some(match options.get_ssl_mode() {
            _ if encrypted == 0 => DatabaseTls::Plain,
            PgSslMode::VerifyFull => DatabaseTls::Verified,
            _ => DatabaseTls::Unverified,
        }))
    }
}

fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_and_this_machine_are_local() {
        for (url, expected) in [
            ("postgres://gatehouse@localhost/gatehouse", true),
            ("postgres://gatehouse@127.0.0.1:5433/gatehouse", true),
            ("postgres:///gatehouse?host=/run/postgresql", true),
            ("postgres://gatehouse@db.internal/gatehouse", false),
            ("postgres://gatehouse@10.0.0.7/gatehouse", false),
        ] {
            let options: PgConnectOptions = url.parse().unwrap();
            assert_eq!(is_local(&options), expected, "{url}");
        }
    }
}
