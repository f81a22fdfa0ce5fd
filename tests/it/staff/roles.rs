//! Changing names and roles; the last Admin stays.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::staff::{Manager, PersonError, change};

use super::{PEOPLE, audit_log, colleague, page_of, saved, sign_in};
use crate::on_both_databases;
use crate::support::PASSWORD;

on_both_databases! {
    async fn an_admin_changes_a_colleagues_name_and_role(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let viewer = app.staff(&org, Role::Viewer).await;
        let theirs = app.browser_of(&viewer).await;
        let page = admin.open(PEOPLE).await;
        assert!(page.text().contains("viewer@northgate.example"), "{}", page.text());
        let page = admin.open(&page_of(&viewer)).await;
        let fields = [("name", "Vera Lind"), ("role", "editor")];
        let page = admin.submit(&page, &page_of(&viewer), &fields).await;
        assert!(page.text().contains("Vera Lind"), "{}", page.summary());
        let now = saved(&app, &org, &viewer).await;
        assert_eq!((now.name.as_str(), now.role), ("Vera Lind", Role::Editor));
        // Another role needs a new session.
        assert_eq!(theirs.get("/dashboard").await.status, 303);
        let log = audit_log(&admin).await;
        assert!(log.contains("Changed a colleague"), "{log}");
        assert!(log.contains("Role: Viewer → Editor"), "{log}");
        assert!(log.contains("→ Vera Lind"), "{log}");
    }

    async fn a_new_name_ends_no_session(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let viewer = app.staff(&org, Role::Viewer).await;
        let theirs = app.browser_of(&viewer).await;
        let page = admin.open(&page_of(&viewer)).await;
        admin.submit(&page, &page_of(&viewer), &[("name", "Vera Lind")]).await;
        assert!(theirs.text("/dashboard").await.contains("Vera Lind"));
        let page = admin.open(&page_of(&viewer)).await;
        let page = admin.submit(&page, &page_of(&viewer), &[("name", " ")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Enter a name"), "{}", page.text());
    }

    async fn the_only_admin_stays_one(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let admin = app.browser_of(&user).await;
        let page = admin.open(&page_of(&user)).await;
        let page = admin.submit(&page, &page_of(&user), &[("role", "viewer")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("is the only Admin"), "{}", page.text());
        assert_eq!(saved(&app, &org, &user).await.role, Role::Admin);
        // One who can't sign in anymore is none.
        let other = colleague(&app, &org, "second@northgate.example", Role::Admin).await;
        let fields = [("to", user.id.to_string())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let gone = admin.post(&format!("{}/deactivate", page_of(&other)), &fields).await;
        assert_eq!(gone.status, 303);
        let page = admin.open(&page_of(&user)).await;
        let page = admin.submit(&page, &page_of(&user), &[("role", "viewer")]).await;
        assert_eq!(page.status, 422);
    }

    async fn an_admin_gives_the_role_away_and_stays_signed_in(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        colleague(&app, &org, "second@northgate.example", Role::Admin).await;
        let (admin, elsewhere) = (app.browser_of(&user).await, app.browser_of(&user).await);
        let page = admin.open(&page_of(&user)).await;
        let page = admin.submit(&page, &page_of(&user), &[("role", "viewer")]).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, PEOPLE));
        assert_eq!(admin.get(&page_of(&user)).await.status, 403);
        assert_eq!(elsewhere.get("/dashboard").await.status, 303);
    }

    async fn two_admins_who_demote_each_other_at_once_leave_one(app: TestApp) {
        let org = app.enterprise().await;
        let ada = colleague(&app, &org, "ada@northgate.example", Role::Admin).await;
        let ben = colleague(&app, &org, "ben@northgate.example", Role::Admin).await;
        let organization = {
            let mut tx = app.db.read().await.unwrap();
            ::store::organizations::by_id(&mut tx, org.id).await.unwrap().unwrap()
        };
        let manager = |by| Manager::Admin(StaffAction { ambient: &app.ambient, org: &organization, by, session: "", public_url: &app.config.public_url });
        let mut first = app.db.begin().await.unwrap();
        change(&mut first, manager(&ada), ben.id, &ben.name, Role::Viewer).await.unwrap();
        let second = async {
            let mut tx = app.db.begin().await.unwrap();
            let done = change(&mut tx, manager(&ben), ada.id, &ada.name, Role::Viewer).await;
            tx.commit().await.unwrap();
            done.map(drop)
        };
        let mut second = std::pin::pin!(second);
        // It has to wait for the first one, which it can't see yet.
        let waited = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(waited.is_err(), "{waited:?}");
        first.commit().await.unwrap();
        let done = second.await;
        assert!(matches!(done, Err(PersonError::NotAdmin)), "{done:?}");
        assert_eq!(saved(&app, &org, &ada).await.role, Role::Admin);
        assert_eq!(saved(&app, &org, &ben).await.role, Role::Viewer);
    }

    async fn the_operator_and_an_admin_who_demote_two_at_once_leave_one(app: TestApp) {
        let org = app.enterprise().await;
        let ada = colleague(&app, &org, "ada@northgate.example", Role::Admin).await;
        let ben = colleague(&app, &org, "ben@northgate.example", Role::Admin).await;
        let organization = {
            let mut tx = app.db.read().await.unwrap();
            ::store::organizations::by_id(&mut tx, org.id).await.unwrap().unwrap()
        };
        let operator = Manager::Operator { ambient: &app.ambient, org: &organization, public_url: &app.config.public_url };
        let demote = async |user: &::domain::staff::StaffUser| {
            let mut tx = app.db.begin().await.unwrap();
            let done = change(&mut tx, operator, user.id, &user.name, Role::Viewer).await;
            tx.commit().await.unwrap();
            done.is_ok()
        };
        let (one, other) = tokio::join!(demote(&ada), demote(&ben));
        assert!(one != other, "{one} {other}");
    }

    async fn nobody_manages_the_people_of_another_organization(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        let theirs = app.staff(&other, Role::Admin).await;
        let page = page_of(&theirs);
        assert_eq!(admin.get(&page).await.status, 404);
        for path in ["", "/deactivate", "/reactivate"] {
            let fields = [("name", "x"), ("role", "viewer"), ("to", "")];
            let answer = admin.post(&format!("{page}{path}"), &fields).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert_eq!(saved(&app, &other, &theirs).await, theirs);
        assert_eq!(sign_in(&app.browser(), &theirs, PASSWORD).await.status, 303);
    }

    async fn editors_see_who_works_here_and_change_nobody(app: TestApp) {
        let org = app.enterprise().await;
        let viewer = app.staff(&org, Role::Viewer).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let text = editor.text(PEOPLE).await;
        assert!(text.contains("viewer@northgate.example"), "{text}");
        assert_eq!(editor.get(&page_of(&viewer)).await.status, 403);
        let fields = [("name", "x"), ("role", "admin")];
        assert_eq!(editor.post(&page_of(&viewer), &fields).await.status, 403);
    }
}
