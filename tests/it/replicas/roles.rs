//! `gatehouse serve --role`: what a process of each role answers.

use std::time::Duration;

use gatehouse::serve;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::{Browser, Database, TestApp};

/// Serves as the role says; answers where.
async fn serving(role: &str) -> (TestApp, Browser, CancellationToken) {
    let app = TestApp::start_with(Database::Postgres, &[("GATEHOUSE_ROLE", role)]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    tokio::spawn(serve::run((*app).clone(), listener, stop.clone()));
    let browser = Browser::new(&Url::parse(&url).unwrap());
    (app, browser, stop)
}

#[tokio::test]
async fn a_web_process_answers_requests_and_leaves_deliveries_to_others() {
    let (app, browser, stop) = serving("web").await;
    let org = app.enterprise().await;
    assert_eq!(browser.get(&org.page("")).await.status, 200);
    let health = browser.get("/healthz").await;
    assert_eq!(health.html(), "ok\nrole: web\n");
    stop.cancel();
}

#[tokio::test]
async fn a_sync_process_says_whether_it_is_healthy_and_nothing_else() {
    let (app, browser, stop) = serving("sync").await;
    let org = app.enterprise().await;
    let health = browser.get("/healthz").await;
    assert_eq!(
        (health.status.as_u16(), health.html()),
        (200, "ok\nrole: sync\n".to_owned())
    );
    for path in [org.page("").as_str(), "/login", "/"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    stop.cancel();
}

#[tokio::test]
async fn a_sync_process_stops_on_a_signal() {
    let app = TestApp::start_with(Database::Postgres, &[("GATEHOUSE_ROLE", "sync")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve::run((*app).clone(), listener, stop.clone()));
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), served).await;
    ended.expect("it stops").unwrap().expect("in order");
}
