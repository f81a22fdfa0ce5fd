//! Tokens are in the database encrypted, and nowhere else.

use gatehouse::salesforce_connection::tokens;
use secrecy::ExposeSecret as _;

use super::people::{MODAL, access_token, connected, connection, stored_tokens};
use crate::on_both_databases;
use crate::support::Log;

on_both_databases! {
    async fn no_log_line_and_no_page_has_a_token(app: TestApp) {
        let (log, listening) = Log::listen();
        let (org, admin) = connected(&app).await;
        let first = access_token(&app, &org).await;
        let id = connection(&app, &org).await.unwrap().id;
        let second = tokens::refresh(&app, org.id, id, 1).await.unwrap();
        let second = second.session.access_token.expose_secret().to_owned();
        let mut pages = admin.open(MODAL).await.html();
        pages += &admin.open("/dashboard/salesforce/deliveries").await.html();
        admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        drop(listening);

        let log = log.text();
        assert!(log.contains("answered"), "the log was listened to");
        for secret in [first.as_str(), &second, "a-secret-of-the-tests", "5Aep"] {
            assert!(!log.contains(secret), "{secret} is in the log");
            assert!(!pages.contains(secret), "{secret} is on a page");
        }
    }

    async fn stored_tokens_are_sealed(app: TestApp) {
        let (org, _) = connected(&app).await;
        let token = access_token(&app, &org).await;
        let sealed = stored_tokens(&app, &org).await.sealed.unwrap();
        for bytes in [&sealed.access, &sealed.refresh] {
            assert!(!bytes.windows(4).any(|some| token.as_bytes().windows(4).any(|t| t == some)));
        }
    }
}
