use domain::activities::ActivityKind;
use domain::content::Visibility::{Locked, Public};
use domain::organizations::Plan;

use super::{activities, member, offer};
use crate::on_both_databases;
use crate::support::{TestApp, pdf};

on_both_databases! {
    async fn anyone_reads_and_downloads_what_is_public_and_nothing_is_recorded(app: TestApp) {
        let org = app.enterprise().await;
        let content = pdf("Policy");
        let public = offer(&app, &org, Public, "Policy.pdf", &content).await;
        let browser = app.browser();
        let page = browser.text(&org.page(&format!("/items/{}", public.item))).await;
        assert!(page.contains("Policy.pdf"), "{page}");
        let file = browser.get(&public.path(&org, "download")).await;
        assert_eq!((file.status.as_u16(), &file.bytes), (200, &content));
        for kind in ActivityKind::ALL {
            assert!(activities(&app, &org, kind).await.is_empty(), "{kind}");
        }
    }

    async fn a_stranger_learns_no_more_of_a_locked_item_than_its_title_and_summary(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Secret name.pdf", &pdf("Report")).await;
        let browser = app.browser();
        let secrets = ["Secret name", &locked.document.id.to_string(), "at length"];
        for path in [String::new(), format!("/items/{}", locked.item)] {
            let page = browser.open(&org.page(&path)).await;
            assert!(page.text().contains("SOC 2 Type II report, in short."), "{}", page.text());
            assert!(page.text().contains("Request access"));
            for secret in secrets {
                assert!(!page.html().contains(secret), "{secret} on {path}");
            }
        }
    }

    async fn a_stranger_gets_a_locked_document_by_no_address(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = app.browser();
        for verb in ["view", "download"] {
            let answer = browser.get(&locked.path(&org, verb)).await;
            assert_eq!(answer.status, 303, "{verb}");
            assert_eq!(answer.location().unwrap().path(), org.page("/sign-in"));
            assert!(answer.header("content-disposition").is_none());
            let client = browser.client();
            let head = client.http().head(client.url(&locked.path(&org, verb)).unwrap());
            assert_eq!(client.send(head).await.unwrap().status, 303);
        }
    }

    async fn a_member_reads_what_is_locked_until_access_is_taken_away(app: TestApp) {
        let org = app.enterprise().await;
        let content = pdf("Report");
        let locked = offer(&app, &org, Locked, "Report.pdf", &content).await;
        let browser = member(&app, &org).await;
        let page = browser.text(&org.page(&format!("/items/{}", locked.item))).await;
        assert!(page.contains("Report.pdf") && page.contains("at length"), "{page}");
        assert_eq!(browser.get(&locked.path(&org, "download")).await.bytes, content);
        let view = browser.get(&locked.path(&org, "view")).await;
        assert_eq!(view.bytes, content);
        assert!(view.header("content-disposition").unwrap().starts_with("inline;"));
        assert_eq!(view.header("x-content-type-options"), Some("nosniff"));
        revoke_everyone(&app, org.id).await;
        let refused = browser.get(&locked.path(&org, "download")).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("Request access"), "{}", refused.text());
    }

    async fn the_same_document_is_open_where_one_of_its_items_is(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let open = app.item(&org, "Summary", Public).await;
        let mut tx = app.db.begin().await.unwrap();
        let mut item = store::content::items::by_id(&mut tx, org.id, open.id).await.unwrap().unwrap();
        item.document = Some(locked.document.id);
        store::content::items::update(&mut tx, org.id, &item).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(app.browser().get(&locked.path(&org, "download")).await.status, 200);
    }

    async fn another_organizations_pages_know_nothing_of_it(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let public = offer(&app, &org, Public, "Policy.pdf", &pdf("Policy")).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = member(&app, &other).await;
        for offer in [&public, &locked] {
            for verb in ["view", "download"] {
                assert_eq!(browser.get(&offer.path(&other, verb)).await.status, 404);
            }
            let item = browser.get(&other.page(&format!("/items/{}", offer.item))).await;
            assert_eq!(item.status, 404);
        }
        // Her session at the other organization is nobody's here.
        assert_eq!(browser.get(&locked.path(&org, "download")).await.status, 303);
    }

    async fn unknown_addresses_answer_with_an_error_page(app: TestApp) {
        let org = app.enterprise().await;
        let id = "01890000-0000-7000-8000-000000000000";
        let browser = app.browser();
        for path in [
            "/trust/nobody".to_owned(),
            "/trust/nobody/request-access".to_owned(),
            org.page("/items/not-an-id"),
            org.page(&format!("/items/{id}")),
            org.page(&format!("/documents/{id}/view")),
            org.page(&format!("/documents/{id}/download")),
            org.page("/nothing"),
        ] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.text().contains("isn’t here"), "{path}: {}", page.text());
        }
    }

    async fn an_address_typed_with_a_slash_at_the_end_works(app: TestApp) {
        let org = app.enterprise().await;
        assert_eq!(app.browser().open(&org.page("/")).await.url.path(), org.page(""));
    }

    async fn the_start_page_leads_to_the_only_organization_and_lists_no_others(app: TestApp) {
        app.enterprise().await;
        let browser = app.browser();
        assert_eq!(browser.open("/").await.url.path(), "/trust/northgate");
        app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let page = browser.text("/").await;
        assert!(!page.contains("Northgate") && !page.contains("Southgate"), "{page}");
    }
}

async fn revoke_everyone(app: &TestApp, org: ::domain::ids::OrganizationId) {
    let mut tx = app.db.begin().await.unwrap();
    let account = store::accounts::by_name(&mut tx, org, "Analytical Engines")
        .await
        .unwrap()
        .unwrap();
    for member in store::accounts::members::of_account(&mut tx, org, account.id)
        .await
        .unwrap()
    {
        store::accounts::members::revoke(&mut tx, org, member.id, app.ambient.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}
