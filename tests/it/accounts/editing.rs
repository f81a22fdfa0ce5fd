//! What staff know of an account, and how they change it.

use domain::activities::ActivityKind;
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::account;
use crate::on_both_databases;
use crate::public::{activities, member, member_of};
use crate::support::{Browser, TestApp, TestOrg};

/// Changes Ada's account in its form.
async fn edit(app: &TestApp, org: &TestOrg, staff: &Browser, fields: &[(&str, &str)]) -> Page {
    let path = format!("/dashboard/accounts/{}/edit", account(app, org).await.id);
    let page = staff.open(&path).await;
    staff.submit(&page, "/edit", fields).await
}

on_both_databases! {
    async fn an_editor_writes_down_what_is_known_of_an_account(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        let page = edit(&app, &org, &editor, &[
            ("description", "Bank in Berlin.\nRenews in May."),
            ("domains", "engines.example, https://www.Difference.example/about"),
            ("review", "in_review"),
            ("access_until", "2026-02-05"),
        ]).await;
        let text = page.text();
        for part in ["The account is saved", "Bank in Berlin", "difference.example", "In review", "Expires in 3 days"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let mut tx = app.db.read().await.unwrap();
        let found = store::accounts::by_domain(&mut tx, org.id, "difference.example").await.unwrap();
        assert_eq!((found.len(), found[0].domain.as_str()), (1, "engines.example"));
        drop(tx);
        let admin = app.signed_in(&org, Role::Admin).await;
        let audit = admin.text("/dashboard/settings/audit").await;
        for part in [
            "Edited an account",
            "Description edited",
            "Review: Not reviewed → In review",
            "Expires: Never → 2026-02-05",
            "Domains: engines.example → engines.example, difference.example",
        ] {
            assert!(audit.contains(part), "{part}: {audit}");
        }
    }

    async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        member_of(&app, &org, "eve@rival.example", "Rival").await;
        for (field, typed, said) in [
            ("name", "RIVAL", "There is an account named Rival already"),
            ("name", " ", "The name is missing"),
            ("domains", "rival.example", "rival.example belongs to Rival"),
            ("domains", "gmail.com", "nobody’s company domain"),
            ("domains", "no domain", "is not a domain"),
            ("access_until", "soon", "year-month-day"),
        ] {
            let page = edit(&app, &org, &editor, &[(field, typed)]).await;
            assert_eq!(page.status, 422, "{field} {typed}");
            assert!(page.text().contains(said), "{said}: {}", page.text());
            assert!(page.html().contains(typed), "{typed} is gone");
        }
        assert_eq!(account(&app, &org).await.version, 1);
    }

    async fn two_who_edit_at_once_do_not_overwrite_each_other(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        let path = format!("/dashboard/accounts/{}/edit", account(&app, &org).await.id);
        let form = editor.open(&path).await;
        edit(&app, &org, &editor, &[("description", "The first.")]).await;
        let page = editor.submit(&form, "/edit", &[("description", "The second.")]).await;
        assert_eq!(page.status, 409);
        let text = page.text();
        assert!(text.contains("The first.") && page.html().contains("The second."), "{text}");
        editor.submit(&page, "/edit", &[]).await;
        assert_eq!(account(&app, &org).await.description, "The second.");
    }

    async fn a_renamed_account_stays_the_account_of_its_people(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        edit(&app, &org, &editor, &[("name", "Analytical Engines GmbH")]).await;
        let page = ada.text(&org.page("")).await;
        assert!(page.contains("Shared with Analytical Engines GmbH"), "{page}");
        assert!(activities(&app, &org, ActivityKind::AccountCreated).await.is_empty());
    }

    async fn viewers_read_and_other_organizations_see_nothing(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &org).await.id);
        assert!(!viewer.open(&path).await.html().contains("/edit"));
        assert_eq!(viewer.get(&format!("{path}/edit")).await.status, 403);
        assert_eq!(viewer.post(&format!("{path}/edit"), &[]).await.status, 403);
        assert_eq!(viewer.get("/dashboard/accounts/access/groups").await.status, 403);
        assert_eq!(viewer.post("/dashboard/accounts/access/default", &[]).await.status, 403);
        assert_eq!(viewer.get("/dashboard/accounts/access").await.status, 200);
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for path in [path.clone(), format!("{path}/edit")] {
            assert_eq!(stranger.get(&path).await.status, 404);
        }
        let fields = [("name", "Mine"), ("review", "approved"), ("version", "1")];
        assert_eq!(stranger.post(&format!("{path}/edit"), &fields).await.status, 404);
    }

    async fn the_list_is_filtered_by_owner_review_nda_and_end(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        member_of(&app, &org, "eve@rival.example", "Rival").await;
        let page = editor.open("/dashboard/accounts").await;
        assert!(page.text().contains("2 accounts"), "{}", page.text());
        let form = editor.open(&format!("/dashboard/accounts/{}/edit", account(&app, &org).await.id)).await;
        let html = form.html();
        let owner = html.split("<option value=\"0").nth(1).unwrap();
        let owner = format!("0{}", &owner[..35]);
        edit(&app, &org, &editor, &[
            ("owner", &owner), ("review", "approved"), ("access_until", "2026-02-20"),
        ]).await;
        for (query, engines, rival) in [
            (format!("owner={owner}"), true, false),
            ("owner=none".to_owned(), false, true),
            ("review=approved".to_owned(), true, false),
            ("nda=settled".to_owned(), true, true),
            ("nda=open".to_owned(), false, false),
            ("access=soon".to_owned(), true, false),
            ("access=ended".to_owned(), false, false),
            ("owner=none&q=rival.ex".to_owned(), false, true),
            ("review=nonsense&owner=nonsense".to_owned(), true, true),
        ] {
            let page = editor.text(&format!("/dashboard/accounts?{query}")).await;
            let found = (page.contains("Analytical Engines"), page.contains("Rival"));
            assert_eq!(found, (engines, rival), "{query}: {page}");
        }
        app.advance(std::time::Duration::from_hours(720));
        let again = app.signed_in(&org, Role::Viewer).await;
        let page = again.text("/dashboard/accounts?access=ended").await;
        assert!(page.contains("Expired Feb 20, 2026") && !page.contains("Rival"), "{page}");
    }
}
