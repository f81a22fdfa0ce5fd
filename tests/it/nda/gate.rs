//! Nothing locked is reached before the NDA is signed, by any address.

use domain::activities::ActivityKind;
use domain::content::Visibility::Public;
use reqwest::Method;
use testkit::client::Page;

use super::{FILE, Scene, choose, colleague, scene};
use crate::accounts::{grouped, limited};
use crate::on_both_databases;
use crate::public::{activities, offer};
use crate::support::{Browser, pdf, routes};

/// What the answer holds of the locked item: its file, the file's name, its text.
pub fn leaks(scene: &Scene, answer: &Page) -> bool {
    let headers = format!("{:?}", answer.headers);
    let body = answer.html();
    let holds = |part: &[u8]| answer.bytes.windows(part.len()).any(|found| found == part);
    let id = scene.locked.document.id.to_string();
    // An answer may repeat what was asked for.
    let knew_id = answer.url.path().contains(&id);
    holds(&scene.content[..20])
        || [FILE, "Penetration", "at length", &id]
            .iter()
            .filter(|secret| !knew_id || **secret != id)
            .any(|secret| body.contains(secret) || headers.contains(secret))
}

/// GET, HEAD, parts and POST of every public address; an id is once the item, once
/// the document.
pub async fn everything(scene: &Scene, browser: &Browser) -> Vec<(String, Page)> {
    let ids = [
        scene.locked.item.to_string(),
        scene.locked.document.id.to_string(),
    ];
    let client = browser.client();
    let mut answers = Vec::new();
    for route in routes() {
        if !route.path.starts_with("/trust/{slug}") || route.path.ends_with("/sign-out") {
            continue;
        }
        for id in &ids {
            let path = route.filled(&[&scene.org.slug, id, id]);
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
        let scene = scene(&app).await;
        for (what, answer) in everything(&scene, &scene.ada).await {
            assert!(!leaks(&scene, &answer), "{what}: {}", answer.summary());
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
        }
        assert!(activities(&app, &scene.org, ActivityKind::FileDownloaded).await.is_empty());

        // The same look does find it once it is open.
        scene.sign(&scene.ada, "Ada Lovelace").await;
        let open = everything(&scene, &scene.ada).await;
        let open: Vec<_> = open.iter().filter(|(_, answer)| leaks(&scene, answer)).collect();
        assert!(open.len() >= 8, "only {} addresses", open.len());
    }

    async fn no_address_gives_what_the_accounts_profile_leaves_out(app: TestApp) {
        let scene = scene(&app).await;
        choose(&app, &scene.org, &scene.admin, "none", "").await;
        let group = grouped(&app, &scene.org, scene.locked.item, "Audit reports").await;
        limited(&app, &scene.org, &[]).await;
        for (what, answer) in everything(&scene, &scene.ada).await {
            assert!(!leaks(&scene, &answer), "{what}: {}", answer.summary());
            assert!(!answer.html().contains("Audit reports"), "{what}: {}", answer.summary());
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
        }
        assert!(activities(&app, &scene.org, ActivityKind::FileDownloaded).await.is_empty());
        limited(&app, &scene.org, &[group]).await;
        let open = everything(&scene, &scene.ada).await;
        let open: Vec<_> = open.iter().filter(|(_, answer)| leaks(&scene, answer)).collect();
        assert!(open.len() >= 8, "only {} addresses", open.len());
    }

    async fn a_member_is_led_from_what_is_locked_to_the_nda_and_back(app: TestApp) {
        let scene = scene(&app).await;
        let page = scene.ada.open(&scene.org.page("")).await;
        assert!(page.text().contains("Sign the NDA to unlock documents"), "{}", page.text());
        assert!(!page.text().contains("Request access"), "{}", page.text());
        for verb in ["view", "download"] {
            let answer = scene.ada.get(&scene.locked.path(&scene.org, verb)).await;
            assert_eq!((answer.status.as_u16(), answer.bytes.len()), (303, 0), "{verb}");
            assert_eq!(answer.location().unwrap().path(), scene.org.page("/nda"));
        }
        let item = scene.org.page(&format!("/items/{}", scene.locked.item));
        let page = scene.ada.open(&item).await;
        assert!(page.text().contains("NDA required"), "{}", page.text());
        let page = scene.ada.open(page.link("sign the NDA").unwrap().as_str()).await;
        assert!(page.html().contains("<em>confidential</em>"), "{}", page.html());
        assert!(page.html().contains("&lt;b&gt;For&lt;/b&gt;"), "{}", page.html());
        let fields = [("full_name", "Ada Lovelace"), ("agree", "yes")];
        let page = scene.ada.submit(&page, "/nda", &fields).await;
        assert_eq!(page.url.path(), item);
        assert!(page.text().contains(FILE), "{}", page.text());
        let file = scene.ada.get(&scene.locked.path(&scene.org, "download")).await;
        assert_eq!(file.bytes, scene.content);
    }

    async fn what_is_public_stays_open_and_strangers_see_no_nda(app: TestApp) {
        let scene = scene(&app).await;
        let content = pdf("Policy");
        let public = offer(&app, &scene.org, Public, "Policy.pdf", &content).await;
        for browser in [&scene.ada, &app.browser()] {
            assert_eq!(browser.get(&public.path(&scene.org, "download")).await.bytes, content);
        }
        let stranger = app.browser();
        let page = stranger.text(&scene.org.page("")).await;
        assert!(page.contains("Request access") && !page.contains("NDA"), "{page}");
        for path in ["/nda", "/nda/certificate"] {
            let answer = stranger.get(&scene.org.page(path)).await;
            assert_eq!(answer.location().unwrap().path(), scene.org.page("/sign-in"));
        }
    }

    async fn one_signature_opens_the_account_to_all_its_members(app: TestApp) {
        let scene = scene(&app).await;
        let charles = colleague(&app, &scene.org).await;
        let path = scene.locked.path(&scene.org, "download");
        assert_eq!(charles.get(&path).await.status, 303);
        scene.sign(&scene.ada, "Ada Lovelace").await;
        assert_eq!(charles.get(&path).await.bytes, scene.content);
    }

    async fn staff_open_and_close_the_gate(app: TestApp) {
        let scene = scene(&app).await;
        let path = scene.locked.path(&scene.org, "download");
        for (kind, note, status) in [
            ("none", "", 200),
            ("clickwrap", "", 303),
            ("elsewhere", "Master agreement of May 2025, in the contracts folder", 200),
            ("clickwrap", "", 303),
        ] {
            choose(&app, &scene.org, &scene.admin, kind, note).await;
            assert_eq!(scene.ada.get(&path).await.status, status, "{kind}");
        }
        // Staff's word is no signature of a visitor's.
        assert!(activities(&app, &scene.org, ActivityKind::NdaSigned).await.is_empty());
    }

    async fn before_the_nda_there_is_no_shared_page_to_view(app: TestApp) {
        let scene = scene(&app).await;
        let views = async || activities(&app, &scene.org, ActivityKind::StatusPageView).await.len();
        let before = views().await;
        app.advance(std::time::Duration::from_hours(1));
        scene.ada.open(&scene.org.page("")).await;
        assert_eq!(views().await, before);
        scene.sign(&scene.ada, "Ada Lovelace").await;
        assert_eq!(views().await, before + 1);
    }
}
