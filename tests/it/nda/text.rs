//! The text in its versions, and what new accounts need.

use domain::nda::NdaKind;
use domain::organizations::{Plan, Role};

use super::{TEXT, fixture, publish};
use crate::on_both_databases;

on_both_databases! {
    async fn a_preview_publishes_nothing_and_runs_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open("/dashboard/settings/nda").await;
        let text = "# Title\n\n<script>alert(1)</script> [x](javascript:alert(1))";
        let fields = [("text", text), ("act", "preview")];
        let page = admin.submit(&page, "/settings/nda", &fields).await;
        assert!(page.html().contains("<h2>Title</h2>"), "{}", page.html());
        assert!(!page.html().contains("<script>alert") && !page.html().contains("href=\"javascript"));
        assert!(page.text().contains("No text yet"), "{}", page.text());
        let saved = admin.submit(&page, "/settings/nda", &[("act", "publish")]).await;
        assert!(saved.text().contains("Version 1 is published"), "the draft stayed: {}", saved.text());
    }

    async fn versions_are_listed_with_their_hash_and_how_many_signed(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let page = publish(&fixture.admin, "# Second").await;
        let kept = fixture.signature(&app).await.unwrap();
        let text = page.text();
        for part in ["Version 2", "0 signatures", "1 signature", &kept.sha256, "Admin of Northgate Labs"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let first = fixture.admin.text("/dashboard/settings/nda/1").await;
        assert!(first.contains("What is confidential stays so") && first.contains(&kept.sha256), "{first}");
        assert_eq!(fixture.admin.get("/dashboard/settings/nda/3").await.status, 404);
        assert_eq!(fixture.admin.get("/dashboard/settings/nda/x").await.status, 404);
    }

    async fn two_admins_at_once_do_not_overwrite_each_other(app: TestApp) {
        let fixture = fixture(&app).await;
        let open = fixture.admin.open("/dashboard/settings/nda").await;
        publish(&fixture.admin, "# Faster").await;
        let fields = [("text", "# Slower"), ("act", "publish")];
        let page = fixture.admin.submit(&open, "/settings/nda", &fields).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("Someone published a version"), "{}", page.text());
        let page = fixture.admin.submit(&page, "/settings/nda", &[("act", "publish")]).await;
        assert!(page.text().contains("Version 3 is published"), "{}", page.text());
    }

    async fn an_empty_or_unchanged_text_is_no_version(app: TestApp) {
        let fixture = fixture(&app).await;
        for (text, said) in [(" ", "The text is missing"), (TEXT, "word for word")] {
            let page = publish(&fixture.admin, text).await;
            assert_eq!(page.status, 422);
            assert!(page.text().contains(said), "{}", page.text());
        }
    }

    async fn new_accounts_need_what_the_organization_chose(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let choose = async |kind: &str| {
            admin.post("/dashboard/settings/nda/default", &[("kind", kind)]).await
        };
        assert_eq!(choose("clickwrap").await.status, 422, "without a text");
        assert_eq!(choose("elsewhere").await.status, 422);
        let invite = async |account: &str, email: &str| {
            let fields = [("account", account), ("email", email), ("last_name", "Doe")];
            admin.post("/dashboard/accounts", &fields).await;
            let mut tx = app.db.read().await.unwrap();
            let found = store::accounts::by_name(&mut tx, org.id, account).await.unwrap();
            found.unwrap().nda.kind
        };
        assert_eq!(invite("First", "a@first.example").await, NdaKind::None);
        publish(&admin, "# NDA").await;
        assert_eq!(invite("Second", "a@second.example").await, NdaKind::None);
        assert_eq!(choose("clickwrap").await.status, 303);
        assert_eq!(invite("Third", "a@third.example").await, NdaKind::Clickwrap);
        assert_eq!(invite("First", "b@first.example").await, NdaKind::None, "stays as it was");
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let mut tx = app.db.read().await.unwrap();
        assert_eq!(store::organizations::nda_default(&mut tx, other.id).await.unwrap(), NdaKind::None);
        assert!(store::nda::texts::current(&mut tx, other.id).await.unwrap().is_none());
    }
}
