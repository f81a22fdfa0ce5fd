//! Searching the trust center: what is found, in which order, and what never is.

use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};
use store::content::items;
use testkit::client::Page;

use super::{activities, member, member_of};
use crate::accounts::{grouped, limited};
use crate::content::{entry, section, updates};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestItem, TestOrg, people};

/// As the form of the page asks.
async fn search(browser: &Browser, org: &TestOrg, words: &str) -> Page {
    let words: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    browser.open(&org.page(&format!("/search?q={words}"))).await
}

/// Whether the page has this text. Not for words of the query, which it repeats.
fn shows(page: &Page, text: &str) -> bool {
    page.html().contains(text)
}

async fn write(app: &TestApp, org: &TestOrg, item: TestItem, summary: &str, body: &str) {
    let mut tx = app.db.begin().await.unwrap();
    let found = items::by_id(&mut tx, org.id, item.id).await.unwrap();
    let mut item = found.unwrap();
    item.summary = summary.to_owned();
    item.body = body.to_owned();
    assert!(items::update(&mut tx, org.id, &item).await.unwrap());
    tx.commit().await.unwrap();
}

/// The locked item whose text nobody may find before it is open to them: its page shows
/// `Zurich` to those whom it is open to.
async fn secret(app: &TestApp, org: &TestOrg) -> TestItem {
    let item = app.item(org, "Penetration test", Locked).await;
    write(
        app,
        org,
        item,
        "By an independent firm.",
        "The servers are in Zurich.",
    )
    .await;
    item
}

on_both_databases! {
    async fn everything_that_is_published_is_found_and_leads_to_its_place(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Encryption policy", Public).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "controls", "Controls").await;
        entry(&editor, "control", &[("title", "Disks are encrypted"), ("category", "Infrastructure"), ("state", "done")]).await;
        section(&editor, "faqs", "Questions").await;
        entry(&editor, "question", &[("title", "How are backups kept?"), ("body", "With *encryption*, see [here](https://example.com/hidden).")]).await;
        section(&editor, "subprocessors", "Subprocessors").await;
        entry(&editor, "subprocessor", &[("title", "Encrypt Cloud SE"), ("body", "Hosting"), ("location", "Oslo, Norway")]).await;
        section(&editor, "badges", "Compliance").await;
        entry(&editor, "badge", &[("title", "Encryption seal"), ("state", "done")]).await;
        updates::publish(&editor, "Encryption of mail", false).await;
        let visitor = app.browser();
        let home = visitor.open(&org.page("")).await;
        let page = visitor.submit(&home, "/search", &[("q", "encr")]).await;
        assert_eq!(page.url.query(), Some("q=encr"));
        for (words, path, anchor) in [
            ("Encryption policy", format!("/items/{}", item.id), None),
            ("Disks are encrypted", String::new(), Some("control-")),
            ("How are backups kept?", String::new(), Some("faq-")),
            ("Encrypt Cloud SE", String::new(), Some("subprocessor-")),
            ("Encryption seal", String::new(), Some("badge-")),
        ] {
            let link = page.link(words).unwrap_or_else(|| panic!("{words}: {}", page.text()));
            assert_eq!(link.path(), org.page(&path), "{words}");
            assert_eq!(link.fragment().is_some(), anchor.is_some(), "{words}");
            if let (Some(fragment), Some(kind)) = (link.fragment(), anchor) {
                assert!(fragment.starts_with(kind), "{fragment}");
                assert!(home.html().contains(&format!("id=\"{fragment}\"")), "{words}");
            }
        }
        let news = page.link("Encryption of mail").expect("the update");
        assert!(visitor.text(news.path()).await.contains("It is done"));
        assert!(page.text().contains("6 results"), "{}", page.text());
        assert!(shows(&page, "Disks are <mark>encrypted</mark>"), "{}", page.html());
        assert!(shows(&page, "With <mark>encryption</mark>, see here."), "{}", page.html());
        assert!(shows(&page, "name=\"robots\" content=\"noindex\""));
        for (words, found) in [("oslo", "Encrypt Cloud SE"), ("infrastructure", "Disks are encrypted"), ("ENCRYPT disks", "Disks are encrypted")] {
            assert!(search(&visitor, &org, words).await.link(found).is_some(), "{words}");
        }
        for words in ["hidden", "cryption", "encryption unknown"] {
            let page = search(&visitor, &org, words).await;
            assert!(page.text().contains("No results for"), "{words}: {}", page.text());
        }
    }

    async fn titles_come_first(app: TestApp) {
        let org = app.enterprise().await;
        let body = app.item(&org, "Third", Public).await;
        write(&app, &org, body, "Other.", "All about backups.").await;
        let summary = app.item(&org, "Second", Public).await;
        write(&app, &org, summary, "All about backups.", "").await;
        app.item(&org, "Backups first", Public).await;
        let page = search(&app.browser(), &org, "backups").await;
        let text = page.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
        assert!(at("Backups first") < at("Second") && at("Second") < at("Third"), "{text}");
    }

    async fn the_text_of_a_locked_item_is_searched_only_for_whom_it_is_open(app: TestApp) {
        let org = app.enterprise().await;
        let item = secret(&app, &org).await;
        let ada = member(&app, &org).await;
        let page = search(&ada, &org, "zuri").await;
        assert!(page.link("Penetration test").is_some(), "{}", page.text());
        assert!(shows(&page, "The servers are in <mark>Zurich</mark>."), "{}", page.html());

        let nobody = app.browser();
        let unsigned = member_of(&app, &org, "bo@signers.example", "Signers").await;
        must_sign(&app, &org, "Signers").await;
        grouped(&app, &org, item.id, "Audit reports").await;
        limited(&app, &org, &[]).await;
        for (who, browser) in [("a stranger", &nobody), ("before the NDA", &unsigned), ("left out", &ada)] {
            for words in ["zuri", "Zurich servers", "penetration zurich"] {
                let page = search(browser, &org, words).await;
                assert!(page.text().contains("No results for"), "{who}, {words}: {}", page.text());
                assert!(page.link("Penetration test").is_none(), "{who}, {words}");
            }
            // Its title and summary are on the trust center for everyone.
            for words in ["penetration", "independent firm"] {
                let page = search(browser, &org, words).await;
                assert!(page.link("Penetration test").is_some(), "{who}, {words}: {}", page.text());
                assert!(page.text().contains("(locked)"), "{who}: {}", page.text());
                assert!(!shows(&page, "Zurich") && !shows(&page, "servers"), "{who}: {}", page.html());
            }
        }
        let page = search(&nobody, &org, "zuri").await;
        assert!(page.link("Request access").is_some() && page.link("security@northgate.example").is_some(), "{}", page.html());
        let page = search(&unsigned, &org, "zuri").await;
        assert!(page.link("Read and sign the NDA").is_some(), "{}", page.text());
        let page = search(&ada, &org, "zuri").await;
        assert!(page.link("Submit a questionnaire").is_some(), "{}", page.text());
    }

    async fn drafts_and_what_others_publish_are_never_found(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Enterprise).await;
        app.item(&other, "Zurich policy", Public).await;
        let theirs = app.signed_in(&other, Role::Editor).await;
        updates::publish(&theirs, "Zurich news", false).await;
        section(&theirs, "faqs", "Questions").await;
        entry(&theirs, "question", &[("title", "Why Zurich?"), ("body", "Because.")]).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/content/updates/new").await;
        let fields = [("title", "Zurich soon"), ("body", "A branch."), ("act", "draft")];
        editor.submit(&page, "/updates", &fields).await;
        secret(&app, &org).await;
        // A member there is a stranger here.
        let abroad = member(&app, &other).await;
        for browser in [&app.browser(), &member(&app, &org).await, &editor, &abroad] {
            for words in ["zurich", "branch"] {
                let page = search(browser, &org, words).await;
                for text in ["Zurich policy", "Zurich news", "Why Zurich", "Zurich soon", "A branch"] {
                    assert!(!page.text().contains(text), "{text}: {}", page.text());
                }
            }
        }
        assert!(search(&abroad, &org, "servers").await.text().contains("No results for"));
        let found = search(&app.browser(), &other, "zurich").await;
        assert!(found.text().contains("3 results"), "{}", found.text());
    }

    async fn nothing_is_asked_without_a_word(app: TestApp) {
        let org = app.enterprise().await;
        app.item(&org, "Policy", Public).await;
        for path in ["/search", "/search?q=", "/search?q=%20%3F%21"] {
            let page = app.browser().open(&org.page(path)).await;
            assert!(page.text().contains("What are you looking for?"), "{path}: {}", page.text());
        }
    }

    async fn a_query_is_text_and_nothing_else(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Markup <i>policy</i>", Public).await;
        write(&app, &org, item, "A \"<b>\" & more.", "").await;
        for words in ["<script>alert(1)</script>", "\"><img src=x>", "%' OR 1=1 --", "%", "{{ q }}"] {
            let page = search(&app.browser(), &org, words).await;
            assert_eq!(page.status, 200, "{words}");
            assert!(!shows(&page, "<script>alert") && !shows(&page, "<img src=x"), "{}", page.html());
            assert!(page.link("Markup").is_none(), "{words}");
        }
        let page = search(&app.browser(), &org, "b policy").await;
        assert!(!shows(&page, "<i>") && !shows(&page, "<b>"), "{}", page.html());
        assert!(page.text().contains("Markup <i> policy </i>"), "{}", page.text());
        let long = search(&app.browser(), &org, &"policy ".repeat(1000)).await;
        assert!(long.link("Markup").is_some() && long.html().len() < 20_000, "{}", long.html().len());
    }

    async fn many_results_are_cut_and_it_says_so(app: TestApp) {
        let org = app.enterprise().await;
        for n in 0..60 {
            app.item(&org, &format!("Policy number {n}"), Public).await;
        }
        let before = app.statements.count();
        let page = search(&app.browser(), &org, "policy").await;
        let asked = app.statements.count() - before;
        assert!(page.text().contains("The best 50 of 60 results"), "{}", page.text());
        assert_eq!(page.html().matches("<li class=\"result\">").count(), 50);
        assert!(asked <= 12, "a stranger's search asked {asked} times");
        let ada = member(&app, &org).await;
        let before = app.statements.count();
        search(&ada, &org, "policy").await;
        let asked = app.statements.count() - before;
        assert!(asked <= 12, "a member's search asked {asked} times");
    }

    async fn a_search_is_no_activity(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let count = async || {
            let mut all = 0;
            for kind in domain::activities::ActivityKind::ALL {
                all += activities(&app, &org, kind).await.len();
            }
            all
        };
        let before = count().await;
        app.advance(std::time::Duration::from_hours(2));
        search(&ada, &org, "policy").await;
        assert_eq!(count().await, before);
    }
}

/// The account signs by a click before it reads.
async fn must_sign(app: &TestApp, org: &TestOrg, account: &str) {
    let admin = app.signed_in(org, Role::Admin).await;
    people::publishes_nda(&admin).await;
    people::asks_for_nda(&admin, account, "clickwrap").await;
}
