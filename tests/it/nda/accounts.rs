//! The NDA on an account's page.

use domain::organizations::{Plan, Role};

use super::{account, choose, fixture};
use crate::on_both_databases;
use crate::public::member;

on_both_databases! {
    async fn an_account_shows_who_signed_which_version_and_when(app: TestApp) {
        let fixture = fixture(&app).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &fixture.org).await.id);
        let viewer = app.signed_in(&fixture.org, Role::Viewer).await;
        let page = viewer.open(&path).await;
        assert!(page.text().contains("Not signed yet"), "{}", page.text());
        assert!(page.form("/nda").is_none(), "Viewers read");
        fixture.sign(&fixture.ada, "Augusta King").await;
        let page = viewer.text(&path).await;
        for part in ["Augusta King", "known as Ada Lovelace", "ada@engines.example", "127.0.0.1", "Feb 2, 2026"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(viewer.get(&format!("{path}/nda/certificate")).await.status, 200);
    }

    async fn signed_elsewhere_needs_a_note_and_clickwrap_a_text(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        let page = choose(&app, &org, &editor, "elsewhere", " ").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The note is missing"), "{}", page.text());
        let page = choose(&app, &org, &editor, "clickwrap", "").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("There is no text to sign yet"), "{}", page.text());
        let page = choose(&app, &org, &editor, "elsewhere", "Paper, 3 May 2025").await;
        assert!(page.text().contains("Paper, 3 May 2025"), "{}", page.text());
        let id = account(&app, &org).await.id;
        let odd = editor.post(&format!("/dashboard/accounts/{id}/nda"), &[("kind", "fax")]).await;
        assert_eq!(odd.status, 400);
    }

    async fn a_signature_counts_again_when_clickwrap_is_chosen_again(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        choose(&app, &fixture.org, &fixture.admin, "none", "").await;
        let page = choose(&app, &fixture.org, &fixture.admin, "clickwrap", "").await;
        assert!(page.text().contains("The signature that this account has counts"), "{}", page.text());
        assert_eq!(fixture.ada.get(&fixture.locked.path(&fixture.org, "view")).await.status, 200);
    }

    async fn another_organization_reaches_neither_signature_nor_certificate(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let path = format!("/dashboard/accounts/{}/nda", account(&app, &fixture.org).await.id);
        assert_eq!(stranger.get(&format!("{path}/certificate")).await.status, 404);
        assert_eq!(stranger.post(&path, &[("kind", "none")]).await.status, 404);
        assert_eq!(stranger.get("/dashboard/settings/nda/1").await.status, 404);
        let abroad = fixture.ada.get(&other.page("/nda/certificate")).await;
        assert_eq!(abroad.status, 303, "her session is nobody's there");
    }
}
