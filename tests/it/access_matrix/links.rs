//! Nobody is led to a page that is closed to them, or that isn't there: from where
//! each comes in, every link of every page is followed.

use std::collections::{BTreeSet, VecDeque};

use testkit::html;

use crate::on_both_databases;
use crate::support::{Browser, FIRST, World};

/// What a page refers to.
const REFERENCES: [(&str, &str); 5] = [
    ("a", "href"),
    ("link", "href"),
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
];

/// Follows everything from here; answers what was seen, and the links that fail with
/// the page they are on.
async fn crawl(browser: &Browser, start: &str) -> (BTreeSet<String>, Vec<String>) {
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut queue = VecDeque::from([(start.to_owned(), "the start".to_owned())]);
    let mut broken = Vec::new();
    while let Some((path, on)) = queue.pop_front() {
        let page = browser.open(&path).await;
        if !page.status.is_success() {
            broken.push(format!("{path} on {on}: {}", page.status));
        }
        let kind = page.header("content-type").unwrap_or_default();
        if !kind.starts_with("text/html") {
            continue;
        }
        let text = page.html();
        for tag in html::tags(&text) {
            let reference = REFERENCES.iter().find(|(name, _)| tag.name == *name);
            let to = reference.and_then(|(_, attribute)| tag.attribute(attribute));
            let Some(mut to) = to.and_then(|to| page.url.join(to).ok()) else {
                continue;
            };
            to.set_fragment(None);
            if to.origin() == page.url.origin() {
                let to = to[url::Position::BeforePath..].to_owned();
                if seen.insert(to.clone()) {
                    queue.push_back((to, path.clone()));
                }
            }
        }
    }
    (seen, broken)
}

on_both_databases! {
    async fn every_link_leads_where_its_reader_may_go(app: TestApp) {
        let world = World::build(&app, "northgate", FIRST).await;
        let home = world.org.page("");
        let nothing: [String; 0] = [];
        for (who, browser, start, least) in [
            ("a stranger", &app.browser(), home.as_str(), 10),
            ("a visitor without account", &world.nobody, &home, 10),
            ("a member before the NDA", &world.unsigned, &home, 10),
            ("a member whose access has ended", &world.ended, &home, 10),
            ("a member whose profile leaves it out", &world.limited, &home, 10),
            ("a member who has signed", &world.signer, &home, 12),
            ("a member with a thread", &world.talkative, &home, 12),
            ("a Viewer", &world.viewer, "/dashboard", 60),
            ("an Editor", &world.editor, "/dashboard", 80),
            ("an Admin", &world.admin, "/dashboard", 100),
        ] {
            let (seen, broken) = crawl(browser, start).await;
            assert_eq!(broken, nothing, "{who}");
            assert!(seen.len() >= least, "{who} saw {seen:#?}");
        }
    }
}
