//! Nothing locked is reached before the NDA is signed, by any address.

use domain::activities::ActivityKind;
use domain::content::Visibility::Public;
use reqwest::Method;
use testkit::client::Page;

use super::{FILE, Fixture, choose, colleague, fixture};
use crate::accounts::{grouped, limited};
use crate::on_both_databases;
use crate::public::{activities, offer};
use crate::support::{Browser, pdf, routes};

/// What the answer holds of the locked item: its file, the file's name, its text.
pub fn leaks(fixture: &Fixture, answer: &Page) -> bool {
    let headers = format!("{:?}", answer.headers);
    let body = answer.html();
    let holds = |part: &[u8]| answer.bytes.windows(part.len()).any(|found| found == part);
    let id = fixture.locked.document.id.to_string();
    // An answer may repeat what was asked for.
    let knew_id = answer.url.path().contains(&id);
    holds(&fixture.content[..20])
        || [FILE, "Penetration", "at length", &id]
            .iter()
            .filter(|secret| !knew_id || **secret != id)
            .any(|secret| body.contains(secret) || headers.contains(secret))
}

/// GET, HEAD, parts and POST of every public address; an id is once the item, once
/// the document.
pub async fn everything(fixture: &Fixture, browser: &Browser) -> Vec<(String, Page)> {
    let ids = [
        fixture.locked.item.to_string(),
        fixture.locked.document.id.to_string(),
    ];
    let client = browser.client();
    let mut answers = Vec::new();
    for route in routes() {
        if !route.path.starts_with("/trust/{slug}") || route.path.ends_with("/sign-out") {
            continue;
        }
        for id in &ids {
            let path = route.filled(&[&fixture.org.slug, id, id]);
            let url = client.url(&path).unwrap();
            for (method, range) in [
                (Method::GET, None),
                (Method::HEAD, None),
                (Method::GET, Some("bytes=0-")),
                (Method::GET, Some("bytes=5-30")),
                (Method::GET, Some("bytes=-10")),
                (Method::POST, None),
            ] {
                let what = format!("{method} {path} {range:?}");
                let mut request = client.http().request(method, url.clone());
                if let Some(range) = range {
                    request = request.header("Range", range);
                }
                answers.push((what, client.send(request).await.unwrap()));
            }
            let fields = [("text", "May I?"), ("email", "x"), ("full_name", "")];
            let sent = browser.post(&path, &fields).await;
            answers.push((format!("form to {path}"), sent));
        }
    }
    answers
}

on_both_databases! {
    async fn no_address_gives_anything_locked_before_the_signature(app: TestApp) {
        let fixture = fixture(&app).await;
        for (what, answer) in everything(&fixture, &fixture.ada).await {
            assert!(!leaks(&fixture, &answer), "{what}: {}", answer.summary());
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
        }
        assert!(activities(&app, &fixture.org, ActivityKind::FileDownloaded).await.is_empty());

        // The same requests find it once it is open.
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let open = everything(&fixture, &fixture.ada).await;
        let open: Vec<_> = open.iter().filter(|(_, answer)| leaks(&fixture, answer)).collect();
        assert!(open.len() >= 8, "only {} addresses", open.len());
    }

    async fn no_address_gives_what_the_accounts_profile_leaves_out(app: TestApp) {
        let fixture = fixture(&app).await;
        choose(&app, &fixture.org, &fixture.admin, "none", "").await;
        let group = grouped(&app, &fixture.org, fixture.locked.item, "Audit reports").await;
        limited(&app, &fixture.org, &[]).await;
        for (what, answer) in everything(&fixture, &fixture.ada).await {
            assert!(!leaks(&fixture, &answer), "{what}: {}", answer.summary());
            assert!(!answer.html().contains("Audit reports"), "{what}: {}", answer.summary());
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
        }
        assert!(activities(&app, &fixture.org, ActivityKind::FileDownloaded).await.is_empty());
        limited(&app, &fixture.org, &[group]).await;
        let open = everything(&fixture, &fixture.ada).await;
        let open: Vec<_> = open.iter().filter(|(_, answer)| leaks(&fixture, answer)).collect();
        assert!(open.len() >= 8, "only {} addresses", open.len());
    }

    async fn a_member_is_led_from_what_is_locked_to_the_nda_and_back(app: TestApp) {
        let fixture = fixture(&app).await;
        let page = fixture.ada.open(&fixture.org.page("")).await;
        assert!(page.text().contains("Sign the NDA to unlock documents"), "{}", page.text());
        assert!(!page.text().contains("Request access"), "{}", page.text());
        for verb in ["view", "download"] {
            let answer = fixture.ada.get(&fixture.locked.path(&fixture.org, verb)).await;
            assert_eq!((answer.status.as_u16(), answer.bytes.len()), (303, 0), "{verb}");
            assert_eq!(answer.location().unwrap().path(), fixture.org.page("/nda"));
        }
        let item = fixture.org.page(&format!("/items/{}", fixture.locked.item));
        let page = fixture.ada.open(&item).await;
        assert!(page.text().contains("NDA required"), "{}", page.text());
        let page = fixture.ada.open(page.link("sign the NDA").unwrap().as_str()).await;
        assert!(page.html().contains("<em>confidential</em>"), "{}", page.html());
        assert!(page.html().contains("&lt;b&gt;For&lt;/b&gt;"), "{}", page.html());
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        let page = fixture.ada.submit(&page, "/nda", &fields).await;
        assert_eq!(page.url.path(), item);
        assert!(page.text().contains(FILE), "{}", page.text());
        let file = fixture.ada.get(&fixture.locked.path(&fixture.org, "download")).await;
        assert_eq!(file.bytes, fixture.content);
    }

    async fn what_is_public_stays_open_and_strangers_see_no_nda(app: TestApp) {
        let fixture = fixture(&app).await;
        let content = pdf("Policy");
        let public = offer(&app, &fixture.org, Public, "Policy.pdf", &content).await;
        for browser in [&fixture.ada, &app.browser()] {
            assert_eq!(browser.get(&public.path(&fixture.org, "download")).await.bytes, content);
        }
        let stranger = app.browser();
        let page = stranger.text(&fixture.org.page("")).await;
        assert!(page.contains("Request access") && !page.contains("NDA"), "{page}");
        for path in ["/nda", "/nda/certificate"] {
            let answer = stranger.get(&fixture.org.page(path)).await;
            assert_eq!(answer.location().unwrap().path(), fixture.org.page("/sign-in"));
        }
    }

    async fn one_signature_opens_the_account_to_all_its_members(app: TestApp) {
        let fixture = fixture(&app).await;
        let charles = colleague(&app, &fixture.org).await;
        let path = fixture.locked.path(&fixture.org, "download");
        assert_eq!(charles.get(&path).await.status, 303);
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        assert_eq!(charles.get(&path).await.bytes, fixture.content);
    }

    async fn staff_require_and_lift_the_nda(app: TestApp) {
        let fixture = fixture(&app).await;
        let path = fixture.locked.path(&fixture.org, "download");
        for (kind, note, status) in [
            ("none", "", 200),
            ("clickwrap", "", 303),
            ("elsewhere", "Master agreement of May 2025, in the contracts folder", 200),
            ("clickwrap", "", 303),
        ] {
            choose(&app, &fixture.org, &fixture.admin, kind, note).await;
            assert_eq!(fixture.ada.get(&path).await.status, status, "{kind}");
        }
        // Staff's word is no signature of a visitor's.
        assert!(activities(&app, &fixture.org, ActivityKind::NdaSigned).await.is_empty());
    }

    async fn before_the_nda_there_is_no_shared_page_to_view(app: TestApp) {
        let fixture = fixture(&app).await;
        let views = async || activities(&app, &fixture.org, ActivityKind::StatusPageView).await.len();
        let before = views().await;
        app.advance(std::time::Duration::from_hours(1));
        fixture.ada.open(&fixture.org.page("")).await;
        assert_eq!(views().await, before);
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        assert_eq!(views().await, before + 1);
    }
}
