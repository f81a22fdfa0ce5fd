//! Two organizations on one Gatehouse: people who belong to one see and changes
//! nothing of the other.

use testkit::client::Page;

use super::ask::Addresses;
use super::before::found;
use crate::on_both_databases;
use crate::support::{FIRST, Route, SECOND, World};

/// Forms that are open to everyone on every trust center.
const OPEN: [&str; 3] = ["/request-access", "/sign-in", "/subscribe"];

fn is_not_open(route: &Route) -> bool {
    !OPEN.iter().any(|open| route.path.ends_with(open))
}

on_both_databases! {
    async fn staff_and_members_of_one_organization_see_and_change_nothing_of_another(app: TestApp) {
        let own = World::build(&app, "northgate", FIRST).await;
        let other = World::build(&app, "harbor", SECOND).await;
        let mut words = vec![other.words.locked, other.words.account];
        let email = "admin@harbor.example";
        words.push(email);
        let theirs = other.rows(&app).await;
        // On the own trust center and in the own dashboard, and on the other's page.
        let at_home = Addresses::for_trust_center("northgate", &theirs);
        let abroad = Addresses::for_trust_center("harbor", &theirs).public();
        let (inside, own_page) = (at_home.internal(), at_home.public());
        let people = [
            ("a Viewer", &own.viewer, &inside),
            ("an Editor", &own.editor, &inside),
            ("an Admin", &own.admin, &inside),
            ("a member", &own.member, &own_page),
            ("a member with a thread", &own.talkative, &own_page),
        ];
        let mut leaks = Vec::new();
        let mut see = |who: &str, what: &str, answer: &Page| {
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
            let words = found(answer, &words);
            if !words.is_empty() {
                leaks.push(format!("{who}: {what} answers {} with {words:?}", answer.status));
            }
        };
        for (who, browser, _) in &people[2..] {
            abroad.read(browser, |what, answer| see(who, what, answer)).await;
        }
        let before = other.rows(&app).await;
        for (who, browser, at_home) in &people {
            at_home.read(browser, |what, answer| see(who, what, answer)).await;
            at_home.write(browser, |_| true, |what, answer| see(who, what, answer)).await;
        }
        for (who, browser, _) in &people[2..] {
            abroad.write(browser, is_not_open, |what, answer| see(who, what, answer)).await;
        }
        assert!(leaks.is_empty(), "{leaks:#?}");
        let after = other.rows(&app).await;
        assert_eq!(before.differences(&after), "", "rows of the other organization");
        assert!(before.ids().len() > 20, "{before:?}");
    }
}
