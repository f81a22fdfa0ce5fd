//! Finding entries.

use std::time::Duration;

use domain::audit::Action;
use domain::organizations::{Plan, Role};

use super::{ADA, BEN, HERE, count, details_on_pages, did};
use crate::on_both_databases;

on_both_databases! {
    async fn entries_are_found_by_person_category_day_and_words(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, ADA, Action::GaveAccess, "Grace to Acme").await;
        app.advance(Duration::from_hours(24));
        did(&app, &org, BEN, Action::EditedItem, "SOC 2 report").await;
        did(&app, &org, "Salesforce", Action::SalesforceNeedsLogin, "expired").await;
        app.advance(Duration::from_hours(24));
        did(&app, &org, ADA, Action::ChangedSettings, "Headline edited").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let all = ["Grace to Acme", "SOC 2 report", "expired", "Headline edited"];
        for (query, found) in [
            ("", &all[..]),
            ("who=ada%40northgate.example", &["Grace to Acme", "Headline edited"]),
            ("who=BEN+OKAFOR", &["SOC 2 report"]),
            ("who=salesforce", &["expired"]),
            ("who=acme", &[]),
            ("kind=access", &["Grace to Acme"]),
            ("kind=content", &["SOC 2 report"]),
            ("kind=salesforce", &["expired"]),
            ("kind=settings&who=ada", &["Headline edited"]),
            ("kind=settings&who=ben", &[]),
            // The clock of the tests begins on 2 February 2026.
            ("to=2026-02-02", &["Grace to Acme"]),
            ("from=2026-02-03&to=2026-02-03", &["SOC 2 report", "expired"]),
            ("from=2026-02-04", &["Headline edited"]),
            ("from=2026-02-04&to=2026-02-03", &[]),
            ("q=acme", &["Grace to Acme"]),
            ("q=edited+an+ITEM", &["SOC 2 report"]),
            ("q=ben%40northgate", &["SOC 2 report"]),
            ("q=+++&who=&kind=&from=&to=&before=", &all[..]),
            ("kind=nonsense&from=soon&to=2026-02-31&before=nonsense", &all[..]),
        ] {
            let page = admin.text(&format!("{HERE}?{query}")).await;
            for detail in all {
                assert_eq!(page.contains(detail), found.contains(&detail), "{query}: {detail}: {page}");
            }
        }
    }

    async fn an_entry_is_found_by_the_network_and_the_session_it_came_from(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, BEN, Action::EditedItem, "From the command line").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.text(&format!("{HERE}?q=127.0.0")).await;
        assert!(page.contains("Signed in") && !page.contains("From the command line"), "{page}");
        let session = page.split("session ").nth(1).expect("a session")[..12].to_owned();
        assert!(admin.text(&format!("{HERE}?q={session}")).await.contains("Signed in"));
    }

    async fn a_search_finds_letters_of_every_script_whatever_their_case(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, "Éloïse Ødegård <e@northgate.example>", Action::GaveAccess, "ÄRZTE ZÜRICH").await;
        did(&app, &org, ADA, Action::GaveAccess, "Arzte Zurich").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for query in ["q=%C3%A4rzte+z%C3%BCrich", "q=%C3%84rzte", "who=%C3%A9LO%C3%8FSE+%C3%B8degård"] {
            let page = admin.text(&format!("{HERE}?{query}")).await;
            assert!(page.contains("ÄRZTE ZÜRICH") && !page.contains("Arzte Zurich"), "{query}: {page}");
        }
    }

    async fn what_is_searched_for_is_taken_as_it_is_written(app: TestApp) {
        let org = app.enterprise().await;
        let hostile = ["100% sure", "under_score", "O'Neil", "<script>alert(1)</script>", "back\\slash"];
        for detail in hostile {
            did(&app, &org, ADA, Action::AddedItem, detail).await;
        }
        did(&app, &org, ADA, Action::AddedItem, "nothing special").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for (query, found) in [("%25", 0), ("_", 1), ("'", 2), ("%3Cscript%3E", 3), ("%5C", 4)] {
            for field in ["q", "who"] {
                let page = admin.open(&format!("{HERE}?kind=content&{field}={query}")).await;
                assert_eq!(page.status, 200);
                let text = page.text();
                for (n, detail) in hostile.into_iter().enumerate() {
                    let is_found = field == "q" && n == found;
                    assert_eq!(text.contains(detail), is_found, "{field}={query}: {detail}: {text}");
                }
                assert!(!text.contains("nothing special"), "{field}={query}: {text}");
                assert!(!page.html().contains("<script>alert"), "{}", page.html());
            }
        }
        let long = "%25".repeat(5_000);
        let page = admin.get(&format!("{HERE}?q={long}&who={long}")).await;
        assert_eq!(page.status, 200);
    }

    async fn further_pages_keep_the_filter_and_leave_nothing_out(app: TestApp) {
        let org = app.enterprise().await;
        for n in 0..120 {
            did(&app, &org, ADA, Action::GaveAccess, &format!("ada-{n}")).await;
            did(&app, &org, BEN, Action::GaveAccess, &format!("ben-{n}")).await;
        }
        let admin = app.signed_in(&org, Role::Admin).await;
        let query = "who=ada&kind=access&from=2026-02-02&to=2026-02-02&q=ada-";
        let details = details_on_pages(&admin, query).await;
        let expected: Vec<_> = (0..120).rev().map(|n| format!("ada-{n}")).collect();
        assert_eq!(details, expected);
        let first = admin.open(&format!("{HERE}?{query}")).await;
        assert!(first.text().contains("More than 50 entries match"), "{}", first.text());
        assert!(first.link("Newest").is_none());
        let second = admin.open(first.link("Older").expect("a further page").as_str()).await;
        let form = second.form(HERE).expect("the filter");
        for (field, value) in [("who", "ada"), ("kind", "access"), ("from", "2026-02-02"), ("to", "2026-02-02"), ("q", "ada-")] {
            assert_eq!(form.value(field), Some(value), "{field}");
        }
        let again = admin.open(second.link("Newest").expect("the first page").as_str()).await;
        assert_eq!((count(&again), again.text()), (50, first.text()));
        let cleared = admin.open(second.link("Clear").expect("a link").as_str()).await;
        assert!(cleared.text().contains("ben-119"), "{}", cleared.text());
        assert!(cleared.link("Clear").is_none(), "there is nothing to clear");
    }

    async fn entries_of_one_moment_are_each_on_one_page(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        for n in 0..120 {
            let (detail, action) = (format!("at-once-{n:03}"), Action::GaveAccess);
            store::audit_log::insert(&mut tx, &app.ambient, org.id, ADA, action, &detail).await.unwrap();
        }
        tx.commit().await.unwrap();
        let admin = app.signed_in(&org, Role::Admin).await;
        let mut details = details_on_pages(&admin, "kind=access").await;
        details.sort_unstable();
        let expected: Vec<_> = (0..120).map(|n| format!("at-once-{n:03}")).collect();
        assert_eq!(details, expected);
    }

    async fn nobody_sees_entries_of_another_organization(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        did(&app, &other, ADA, Action::GaveAccess, "Theirs").await;
        let mut tx = app.db.read().await.unwrap();
        let theirs = store::audit_log::list(&mut tx, other.id, &store::audit_log::Filter::default(), 1).await.unwrap();
        drop(tx);
        did(&app, &org, ADA, Action::GaveAccess, "Ours").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for query in ["", "who=ada", "q=theirs", "kind=access", "from=2026-02-02&to=2026-02-02"] {
            let page = admin.open(&format!("{HERE}?{query}")).await;
            let in_entries = page.html().matches(">Theirs<").count();
            assert_eq!(in_entries, 0, "{query}: {}", page.text());
        }
        // A place in another log is none in this one.
        let page = admin.text(&format!("{HERE}?before={}", theirs[0].id)).await;
        assert!(page.contains("Ours") && !page.contains("Theirs"), "{page}");
    }

    async fn who_acted_stands_once_above_what_they_did_one_after_the_other(app: TestApp) {
        let org = app.enterprise().await;
        for (actor, detail) in [(ADA, "one"), (ADA, "two"), (BEN, "three"), (ADA, "four"), (ADA, "five")] {
            did(&app, &org, actor, Action::AddedItem, detail).await;
        }
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(&format!("{HERE}?kind=content")).await;
        let html = page.html();
        let groups: Vec<_> = html.split("class=\"audit-who\"").skip(1).collect();
        let shown = |part: &str| ["one", "two", "three", "four", "five"]
            .into_iter().filter(|detail| part.contains(&format!("<p>{detail}</p>"))).collect::<Vec<_>>();
        let shown: Vec<_> = groups.iter().map(|group| shown(group)).collect();
        assert_eq!(shown, [vec!["four", "five"], vec!["three"], vec!["one", "two"]]);
        assert_eq!(html.matches("ada@northgate.example</p>").count(), 2, "{html}");
        assert!(page.text().contains("5 entries match"), "{}", page.text());
        let ben = admin.text(page.link("Ben Okafor").expect("a link").as_str()).await;
        assert!(ben.contains("three") && !ben.contains("four") && ben.contains("1 entry matches"), "{ben}");
    }

    async fn an_empty_log_and_a_filter_that_finds_nothing_say_so(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(&format!("{HERE}?q=nothing+of+the+kind")).await;
        assert!(page.text().contains("No entries match"), "{}", page.text());
        assert!(page.link("show all entries").is_some());
        let page = admin.text(&format!("{HERE}?from=2026-02-04&to=2026-02-03")).await;
        assert!(page.contains("“From” is after “To”"), "{page}");
    }
}
