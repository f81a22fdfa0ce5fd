//! What every test uses: a separate running Gatehouse on either
//! database, people with browsers, and a mail server that keeps everything.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its part of what tests share"
)]

mod app;
mod authenticator;
pub mod bombs;
mod browser;
mod database;
mod dns;
mod docusign;
mod dump;
mod log;
pub mod plans;
mod routes;
mod salesforce;
mod seed;
mod statements;
mod visitors;
mod world;

pub use app::TestApp;
pub use authenticator::{Authenticator, recovery_codes};
pub use browser::Browser;
pub use database::{Database, TestDatabase};
pub use docusign::{
    CONNECT_KEY, DOCUSIGN_SETTINGS, LocalDocusign, add_connect_key, connect_docusign, use_template,
};
pub use dump::Dump;
pub use log::Log;
pub use routes::{Route, form_fields, routes};
pub use salesforce::{INTEGRATION_USER, LocalOrg, SALESFORCE_PASSWORD};
pub use seed::{PASSWORD, TestItem, TestOrg, pdf};
pub use visitors::{Offer, enter, mailed_link, member, member_of, offer};
pub use world::{FIRST, SECOND, World, people};

/// Makes of `async fn name(app: TestApp) { … }` two tests, `name::sqlite` and
/// `name::postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "what the test's own file imports")]
            use super::*;

            $(#[$meta])*
            async fn check($app: $crate::support::TestApp) $body

            #[tokio::test]
            async fn sqlite() {
                use $crate::support::{Database, TestApp};
                check(TestApp::start(Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                use $crate::support::{Database, TestApp};
                check(TestApp::start(Database::Postgres).await).await;
            }
        }
    )+};
}
