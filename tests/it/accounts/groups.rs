//! The pages of document groups and permission profiles.

use domain::content::Visibility::Locked;
use domain::organizations::{Plan, Role};

use super::{account, grouped, limited};
use crate::on_both_databases;
use crate::public::{member, offer};
use crate::support::pdf;

const HERE: &str = "/dashboard/accounts/access";

on_both_databases! {
    async fn an_editor_groups_an_item_and_limits_an_account(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        let report = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let page = editor.open(&format!("{HERE}/groups")).await;
        let page = editor.submit(&page, "/access/groups", &[("name", "Audit reports")]).await;
        assert!(page.text().contains("The group is saved"), "{}", page.text());
        let mut tx = app.db.read().await.unwrap();
        let group = store::accounts::document_groups::list(&mut tx, org.id).await.unwrap().remove(0);
        drop(tx);
        let item = format!("/dashboard/content/items/{}", report.item);
        let page = editor.open(&item).await;
        let id = group.id.to_string();
        editor.submit(&page, &item, &[("group", &id)]).await;
        let page = editor.open(&format!("{HERE}/profiles")).await;
        let fields = [("name", "Prospects"), ("opens", "groups")];
        let page = editor.submit(&page, "/access/profiles", &fields).await;
        assert!(page.text().contains("only what is in no group"), "{}", page.text());
        let path = report.path(&org, "download");
        assert_eq!(ada.get(&path).await.status, 200);
        let mut tx = app.db.read().await.unwrap();
        let profile = store::accounts::profiles::list(&mut tx, org.id).await.unwrap().remove(0);
        drop(tx);
        let edit = format!("/dashboard/accounts/{}/edit", account(&app, &org).await.id);
        let page = editor.open(&edit).await;
        let id = profile.id.to_string();
        let page = editor.submit(&page, "/edit", &[("profile", &id)]).await;
        assert!(page.text().contains("Opens only what is in no group"), "{}", page.text());
        assert_eq!(ada.get(&path).await.status, 403);
        let form = format!("{HERE}/profiles/{id}");
        let page = editor.open(&form).await;
        let opened = group.id.to_string();
        let fields = [("group", opened.as_str()), ("opens", "groups"), ("name", "Prospects"), ("version", "1")];
        assert!(page.text().contains("Audit reports"), "{}", page.text());
        editor.post(&form, &fields).await;
        assert_eq!(ada.get(&path).await.status, 200);
    }

    async fn a_group_that_a_profile_leaves_out_is_not_deleted_with_items_in_it(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Admin).await;
        let ada = member(&app, &org).await;
        let report = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let group = grouped(&app, &org, report.item, "Audit reports").await;
        let profile = limited(&app, &org, &[]).await.to_string();
        let page = editor.open(HERE).await;
        editor.submit(&page, "/access/default", &[("profile", &profile)]).await;
        let before = ada.get(&report.path(&org, "download")).await.status;
        let here = format!("{HERE}/groups/{group}");
        let page = editor.open(&here).await;
        assert!(page.text().contains("can’t be deleted while it has items"), "{}", page.text());
        let refused = editor.post(&format!("{here}/delete"), &[]).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains("Move the items to another group first"), "{}", refused.text());
        assert_eq!(ada.get(&report.path(&org, "download")).await.status, before, "nothing was opened");
    }

    async fn deleting_a_group_says_what_opens_and_a_default_profile_stays(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Admin).await;
        let ada = member(&app, &org).await;
        let report = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let group = grouped(&app, &org, report.item, "Audit reports").await;
        let page = editor.open(&format!("{HERE}/groups/{group}")).await;
        assert!(page.text().contains("every account with access sees it"), "{}", page.text());
        let page = editor.submit(&page, "/delete", &[]).await;
        assert!(page.text().contains("The group Audit reports is deleted"), "{}", page.text());
        assert_eq!(ada.get(&report.path(&org, "download")).await.status, 200);
        let profile = limited(&app, &org, &[]).await.to_string();
        let page = editor.open(HERE).await;
        let page = editor.submit(&page, "/access/default", &[("profile", &profile)]).await;
        assert!(page.text().contains("The default profile is saved"), "{}", page.text());
        let delete = format!("{HERE}/profiles/{profile}/delete");
        assert_eq!(editor.post(&delete, &[]).await.status, 400);
        let audit = editor.text("/dashboard/settings/audit").await;
        for action in ["Deleted a document group", "Chose the default permission profile"] {
            assert!(audit.contains(action), "{action}: {audit}");
        }
        let page = editor.open(HERE).await;
        editor.submit(&page, "/access/default", &[("profile", "")]).await;
        assert_eq!(editor.post(&delete, &[]).await.status, 303);
        assert_eq!(account(&app, &org).await.profile, None);
    }

    async fn a_name_is_given_once_and_a_stale_form_replaces_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        for kind in ["groups", "profiles"] {
            let action = format!("{HERE}/{kind}");
            assert_eq!(editor.post(&action, &[("name", "Reports")]).await.status, 303);
            let page = editor.post(&action, &[("name", " REPORTS ")]).await;
            assert_eq!(page.status, 422, "{kind}");
            assert!(page.text().contains("one of this name already"), "{}", page.text());
            assert_eq!(editor.post(&action, &[("name", "")]).await.status, 422);
        }
        let mut tx = app.db.read().await.unwrap();
        let group = store::accounts::document_groups::list(&mut tx, org.id).await.unwrap().remove(0);
        drop(tx);
        let form = format!("{HERE}/groups/{}", group.id);
        let first = [("name", "Audits"), ("version", "1")];
        assert_eq!(editor.post(&form, &first).await.status, 303);
        let page = editor.post(&form, &[("name", "Papers"), ("version", "1")]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("It is named “Audits” now"), "{}", page.text());
    }

    async fn another_organization_reaches_neither_groups_nor_profiles(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let report = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let group = grouped(&app, &org, report.item, "Board minutes").await;
        let profile = limited(&app, &org, &[group]).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for path in [format!("groups/{group}"), format!("profiles/{profile}")] {
            let path = format!("{HERE}/{path}");
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
            let fields = [("name", "Mine"), ("version", "1")];
            assert_eq!(stranger.post(&path, &fields).await.status, 404, "{path}");
            assert_eq!(stranger.post(&format!("{path}/delete"), &[]).await.status, 404, "{path}");
        }
        let foreign = [("profile", profile.to_string())];
        let foreign: Vec<_> = foreign.iter().map(|(a, b)| (*a, b.as_str())).collect();
        assert_eq!(stranger.post(&format!("{HERE}/default"), &foreign).await.status, 404);
        assert!(!stranger.text(HERE).await.contains("Board minutes"));
    }
}
