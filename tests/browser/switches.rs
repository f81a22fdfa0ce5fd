//! The eight switches and the options of Requested Access.

use domain::activities::ActivityKind;
use domain::organizations::Role;

use crate::chromium::Chromium;
use crate::people::checkbox;
use crate::support::{Database, TestApp};

#[tokio::test]
async fn each_switch_keeps_its_state_over_a_reload() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;
    chromium.connect(&app).await;
    let switches = ActivityKind::ALL.map(|kind| format!("/switches/{}", kind.key()));
    let options = ["create_contact", "create_lead", "mark_completed"];
    let options = options.map(|name| format!("/options/{name}"));
    let all: Vec<_> = switches.iter().chain(&options).collect();

    for address in &all {
        assert!(!chromium.is_checked(&checkbox(address)).await, "{address}");
        chromium.flip(address).await;
    }
    chromium.reload().await;
    for address in &all {
        assert!(chromium.is_checked(&checkbox(address)).await, "{address}");
    }

    let turned_off = ["/switches/file_downloaded", "/options/create_lead"];
    for address in turned_off {
        chromium.flip(address).await;
    }
    chromium.reload().await;
    for address in &all {
        let on = !turned_off.contains(&address.as_str());
        assert_eq!(
            chromium.is_checked(&checkbox(address)).await,
            on,
            "{address}"
        );
    }
}
