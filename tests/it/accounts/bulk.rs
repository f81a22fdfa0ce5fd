//! One change to several accounts.

use domain::organizations::{Plan, Role};

use super::limited;
use crate::on_both_databases;
use crate::requests::give_access;
use crate::support::{Browser, TestApp, TestOrg};

const BULK: &str = "/dashboard/accounts/bulk";

async fn id(app: &TestApp, org: &TestOrg, name: &str) -> String {
    let mut tx = app.db.read().await.unwrap();
    let found = store::accounts::by_name(&mut tx, org.id, name).await;
    found.unwrap().expect("the account").id.to_string()
}

async fn three(app: &TestApp, org: &TestOrg) -> Browser {
    let editor = app.signed_in(org, Role::Editor).await;
    for (name, email) in [
        ("Analytical Engines", "ada@engines.example"),
        ("Bolt", "b@bolt.example"),
        ("Crane", "c@crane.example"),
    ] {
        give_access(&editor, name, email).await;
    }
    editor
}

on_both_databases! {
    async fn several_accounts_are_archived_and_restored_and_the_list_stays_filtered(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three(&app, &org).await;
        let (ada, bolt) = (id(&app, &org, "Analytical Engines").await, id(&app, &org, "Bolt").await);
        let page = editor.open("/dashboard/accounts?sort=-people&nda=settled").await;
        let form = page.form(BULK).expect("the bulk actions");
        assert_eq!(form.value("list"), Some("nda=settled&sort=-people"));
        let fields = [("act", "archive"), ("account", &ada), ("account", &bolt), ("list", "nda=settled&sort=-people")];
        let page = editor.follow(editor.post(BULK, &fields).await).await;
        assert_eq!(page.url.query(), Some("nda=settled&sort=-people"));
        let text = page.text();
        assert!(text.contains("2 accounts archived.") && text.contains("1 account"), "{text}");
        assert!(text.contains("Crane") && !text.contains("Bolt"), "{text}");
        let fields = [("act", "restore"), ("account", bolt.as_str()), ("list", "show=archived")];
        let page = editor.follow(editor.post(BULK, &fields).await).await;
        assert!(page.text().contains("1 account restored."), "{}", page.text());
        assert!(editor.text("/dashboard/accounts").await.contains("2 accounts"));
        let admin = app.signed_in(&org, Role::Admin).await;
        let audit = admin.text("/dashboard/settings/audit?kind=access").await;
        assert_eq!(audit.matches("Archived an account").count(), 2, "{audit}");
        assert_eq!(audit.matches("Brought an account back").count(), 1, "{audit}");
    }

    async fn several_accounts_get_one_profile(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three(&app, &org).await;
        let profile = limited(&app, &org, &[]).await.to_string();
        let (ada, bolt) = (id(&app, &org, "Analytical Engines").await, id(&app, &org, "Bolt").await);
        let fields = [("act", "profile"), ("profile", profile.as_str()), ("account", &ada), ("account", &bolt)];
        let page = editor.follow(editor.post(BULK, &fields).await).await;
        assert!(page.text().contains("Permission profile set for 2 accounts."), "{}", page.text());
        let page = editor.text(&format!("/dashboard/accounts/{bolt}")).await;
        assert!(page.contains("Profile of 0 groups"), "{page}");
        let admin = app.signed_in(&org, Role::Admin).await;
        let audit = admin.text("/dashboard/settings/audit?q=profile+of").await;
        // Ada's has it already.
        assert_eq!(audit.matches("Edited an account").count(), 1, "{audit}");
        let fields = [("act", "profile"), ("profile", ""), ("account", bolt.as_str())];
        editor.post(BULK, &fields).await;
        let page = editor.text(&format!("/dashboard/accounts/{bolt}")).await;
        assert!(!page.contains("Profile of 0 groups"), "{page}");
    }

    async fn what_cannot_be_done_to_one_is_done_to_none(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three(&app, &org).await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        let stranger = app.staff_with(&other, "eve@harbor.example", Role::Editor).await;
        let stranger = app.browser_of(&stranger).await;
        give_access(&stranger, "Theirs", "t@theirs.example").await;
        let (ours, theirs) = (id(&app, &org, "Bolt").await, id(&app, &other, "Theirs").await);
        let nobody = "00000000-0000-7000-8000-000000000000";
        for (fields, status) in [
            (vec![("act", "archive"), ("account", &ours), ("account", &theirs)], 404),
            (vec![("act", "profile"), ("profile", nobody), ("account", &ours)], 400),
            (vec![("act", "archive")], 400),
            (vec![("act", "delete"), ("account", &ours)], 400),
            (vec![("act", "archive"), ("account", "x")], 404),
        ] {
            let answer = editor.post(BULK, &fields).await;
            assert_eq!(answer.status, status, "{fields:?}: {}", answer.summary());
        }
        assert!(editor.text("/dashboard/accounts").await.contains("3 accounts"));
        assert!(stranger.text("/dashboard/accounts").await.contains("1 account"));
    }
}
