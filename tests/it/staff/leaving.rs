//! People who leave: they can't sign in, hear nothing more, and colleagues take over.

use domain::ids::AccountId;
use domain::organizations::Role;
use domain::staff::StaffUser;
use testkit::client::Page;

use super::{PEOPLE, audit_log, colleague, page_of, saved, sign_in, works};
use crate::on_both_databases;
use crate::support::{Browser, PASSWORD, TestApp, TestOrg, member};

/// What an Admin sends to deactivate someone.
async fn deactivate(admin: &Browser, user: &StaffUser, to: Option<&StaffUser>) -> Page {
    let page = admin.open(&page_of(user)).await;
    let to = to.map_or_else(String::new, |user| user.id.to_string());
    admin.submit(&page, "/deactivate", &[("to", &to)]).await
}

/// The account of a member, which this person owns.
async fn owns_an_account(app: &TestApp, org: &TestOrg, user: &StaffUser) -> AccountId {
    member(app, org).await;
    let mut tx = app.db.begin().await.unwrap();
    let id = store::accounts::list::names(&mut tx, org.id, 1)
        .await
        .unwrap();
    let found = store::accounts::by_name(&mut tx, org.id, &id[0])
        .await
        .unwrap();
    let mut account = found.unwrap();
    account.owner = Some(user.id);
    assert!(
        store::accounts::update(&mut tx, org.id, &account)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    account.id
}

async fn owner(app: &TestApp, org: &TestOrg, id: AccountId) -> Option<::domain::ids::StaffUserId> {
    let mut tx = app.db.read().await.unwrap();
    store::accounts::by_id(&mut tx, org.id, id)
        .await
        .unwrap()
        .unwrap()
        .owner
}

on_both_databases! {
    async fn a_dismissed_admin_is_out_at_once(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let dismissed = colleague(&app, &org, "dismissed@northgate.example", Role::Admin).await;
        let theirs = app.browser_of(&dismissed).await;
        let page = deactivate(&admin, &dismissed, None).await;
        assert!(page.text().contains("is deactivated"), "{}", page.summary());
        assert_eq!(theirs.get("/dashboard").await.status, 303);
        let unknown = app.browser().post("/login", &[("email", "nobody@x.example"), ("password", "x")]).await;
        let answer = sign_in(&app.browser(), &dismissed, PASSWORD).await;
        assert_eq!((answer.status, answer.text()), (unknown.status, unknown.text()));
        let log = audit_log(&admin).await;
        assert!(log.contains("Deactivated a colleague") && log.contains("dismissed@"), "{log}");
        let list = admin.open(PEOPLE).await;
        assert!(list.text().contains("Deactivated"), "{}", list.text());
    }

    async fn a_reactivated_colleague_can_sign_in_but_not_with_an_old_session(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let editor = app.staff(&org, Role::Editor).await;
        let theirs = app.browser_of(&editor).await;
        deactivate(&admin, &editor, None).await;
        assert!(!works(&app, &editor).await);
        let page = admin.open(&page_of(&editor)).await;
        let page = admin.submit(&page, "/reactivate", &[]).await;
        assert!(page.text().contains("can sign in again"), "{}", page.text());
        assert_eq!(theirs.get("/dashboard").await.status, 303);
        assert!(works(&app, &editor).await);
        assert!(audit_log(&admin).await.contains("Reactivated a colleague"));
    }

    async fn accounts_and_questionnaires_go_to_the_chosen_colleague(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let leaving = app.staff(&org, Role::Editor).await;
        let next = colleague(&app, &org, "next@northgate.example", Role::Editor).await;
        let account = owns_an_account(&app, &org, &leaving).await;
        let page = deactivate(&admin, &leaving, None).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Choose who takes over"), "{}", page.text());
        assert!(saved(&app, &org, &leaving).await.is_active);
        let page = deactivate(&admin, &leaving, Some(&next)).await;
        assert!(page.text().contains("1 account went to"), "{}", page.text());
        assert_eq!(owner(&app, &org, account).await, Some(next.id));
        assert!(audit_log(&admin).await.contains("1 account to Editor of Northgate Labs"));
    }

    async fn deactivated_and_foreign_colleagues_can_not_take_over(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let leaving = app.staff(&org, Role::Editor).await;
        let gone = colleague(&app, &org, "gone@northgate.example", Role::Editor).await;
        let other = app.organization("harbor", "Harbor", ::domain::organizations::Plan::Free).await;
        let stranger = app.staff(&other, Role::Admin).await;
        owns_an_account(&app, &org, &leaving).await;
        deactivate(&admin, &gone, None).await;
        for to in [&gone, &stranger, &leaving] {
            let page = deactivate(&admin, &leaving, Some(to)).await;
            assert_eq!(page.status, 422, "{}", page.summary());
        }
    }

    async fn nobody_deactivates_themselves(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        colleague(&app, &org, "second@northgate.example", Role::Admin).await;
        let admin = app.browser_of(&user).await;
        let page = admin.post(&format!("{}/deactivate", page_of(&user)), &[("to", "")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Ask another Admin"), "{}", page.text());
        assert!(saved(&app, &org, &user).await.is_active);
    }

    async fn a_deactivated_colleague_gets_no_email_and_can_not_be_assigned(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let leaving = app.staff(&org, Role::Editor).await;
        deactivate(&admin, &leaving, None).await;
        let visitor = app.browser();
        let form = visitor.open(&org.page("/request-access")).await;
        let fields = [("first_name", "Ada"), ("last_name", "Lovelace"),
            ("email", "ada@engines.example"), ("company", "Engines"), ("reason", "Audit")];
        visitor.submit(&form, "/request-access", &fields).await;
        let mut tx = app.db.read().await.unwrap();
        let rows = tx.all("SELECT recipient FROM email", &[]).await.unwrap();
        let to: Vec<String> = rows.iter().map(|row| row.get("recipient").unwrap()).collect();
        assert!(to.contains(&"admin@northgate.example".to_owned()), "{to:?}");
        assert!(!to.contains(&leaving.email.to_string()), "{to:?}");
        drop(tx);
        member(&app, &org).await;
        let list = admin.open("/dashboard/accounts").await;
        let account = admin.open(list.link("Analytical Engines").unwrap().path()).await;
        let form = admin.open(&format!("{}/edit", account.url.path())).await;
        assert!(!form.html().contains(&leaving.id.to_string()), "{}", form.html());
        let owner = leaving.id.to_string();
        let refused = admin.submit(&form, "/edit", &[("owner", &owner)]).await;
        assert_eq!(refused.status, 422, "{}", refused.summary());
    }
}
