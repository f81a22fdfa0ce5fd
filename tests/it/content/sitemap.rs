//! What search engines are told of a trust center.

use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::appearance::{HOSTNAME, at, set_proven_domain};
use super::updates::publish;
use crate::on_both_databases;

/// The addresses that it lists.
fn listed(sitemap: &Page) -> Vec<String> {
    let text = sitemap.html();
    let rest = text.split("<loc>").skip(1);
    rest.map(|rest| rest.split("</loc>").next().unwrap().to_owned())
        .collect()
}

on_both_databases! {
    async fn the_sitemap_lists_every_page_that_can_be_opened(app: TestApp) {
        let org = app.enterprise().await;
        let public = app.item(&org, "Policy", Public).await;
        let locked = app.item(&org, "Report", Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let theirs = app.item(&other, "Theirs", Public).await;
        let visitor = app.browser();
        let sitemap = visitor.get(&org.page("/sitemap.xml")).await;
        assert_eq!(sitemap.header("content-type"), Some("application/xml; charset=utf-8"));
        assert!(!sitemap.html().contains("/updates"), "{}", sitemap.html());
        publish(&editor, "We moved", false).await;
        let page = editor.open("/dashboard/content/updates/new").await;
        let fields = [("title", "Not yet"), ("body", "A draft."), ("act", "draft")];
        let page = editor.submit(&page, "/updates", &fields).await;
        let draft = page.link("Not yet").unwrap();
        let draft = draft.path().rsplit('/').next().unwrap().to_owned();

        let sitemap = visitor.get(&org.page("/sitemap.xml")).await;
        let urls = listed(&sitemap);
        assert_eq!(urls.len(), 5, "{urls:?}");
        for path in [String::new(), format!("/items/{}", public.id), format!("/items/{}", locked.id), "/updates".to_owned()] {
            let url = app.config.public_url.join(&org.page(&path)).unwrap().to_string();
            assert!(urls.contains(&url), "{url} in {urls:?}");
        }
        for url in &urls {
            let page = visitor.open(url.strip_prefix(app.config.public_url.as_str()).map(|path| format!("/{path}")).unwrap().as_str()).await;
            assert_eq!(page.status, 200, "{url}");
        }
        let text = sitemap.html();
        assert!(text.contains("<lastmod>2026-02-02</lastmod>"), "{text}");
        assert!(!text.contains(&draft) && !text.contains(&theirs.id.to_string()), "{text}");
        assert_eq!(visitor.get("/trust/nobody/sitemap.xml").await.status, 404);
    }

    async fn robots_are_told_where_the_sitemap_is(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let visitor = app.browser();
        let sitemap = app.config.public_url.join(&org.page("/sitemap.xml")).unwrap();
        let robots = visitor.get("/robots.txt").await;
        assert_eq!(robots.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(robots.html(), format!("User-agent: *\nDisallow: /dashboard\n\nSitemap: {sitemap}\n"));
        // With two organizations the host decides, and names none of them.
        app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let robots = visitor.get("/robots.txt").await;
        assert_eq!(robots.html(), "User-agent: *\nDisallow: /dashboard\n");
        set_proven_domain(&app, &admin, HOSTNAME).await;
        let robots = at(&visitor, HOSTNAME, "/robots.txt").await;
        let expected = format!("://{HOSTNAME}");
        assert!(robots.html().contains(&expected), "{}", robots.html());
        assert!(robots.html().ends_with("/trust/northgate/sitemap.xml\n"), "{}", robots.html());
        let urls = listed(&at(&visitor, HOSTNAME, &org.page("/sitemap.xml")).await);
        assert!(!urls.is_empty() && urls.iter().all(|url| url.contains(&expected)), "{urls:?}");
        // The search is there, too.
        let found = at(&visitor, HOSTNAME, &org.page("/search?q=policy")).await;
        assert!(found.text().contains("No results for"), "{}", found.text());
        assert_eq!(at(&visitor, HOSTNAME, "/trust/southgate/search?q=policy").await.status, 404);
    }
}
