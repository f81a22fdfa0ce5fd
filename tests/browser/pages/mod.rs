//! Every page: what an automated check of accessibility finds, light and dark,
//! and whether it fits a phone.

mod devtools;
mod look;

use gatehouse::domain::organization::Role;
use look::Inspector;

use crate::support::{Database, TestApp};

#[tokio::test]
async fn nothing_is_found_on_any_page() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    let mut inspector = Inspector::start().await;
    for path in [org.page(""), "/login".to_owned()] {
        inspector.chromium.visit(&app, &path).await;
        inspector.look(&path).await;
    }
    inspector.chromium.becomes(&admin).await;
    inspector.chromium.visit(&app, "/dashboard").await;
    inspector.look("/dashboard").await;
    inspector.finish();
}

/// A page that nobody should write.
const BAD: &str = "data:text/html,<title>Bad</title><style>body{background:white}\
    @media(prefers-color-scheme:dark){body{background:black}}\
    p{width:500px;color:gray}</style><img src=x><p>Pale in the light";

#[tokio::test]
async fn what_is_wrong_with_a_page_is_found() {
    let mut inspector = Inspector::start().await;
    inspector.chromium.goto(BAD).await;
    inspector.look("a bad page").await;
    let findings = inspector.findings();
    let counted = |words: &str| findings.iter().filter(|line| line.contains(words)).count();
    assert_eq!(counted("image-alt"), 2, "{findings:#?}");
    assert_eq!(counted("scrolls sideways"), 2, "{findings:#?}");
    assert_eq!(counted("light: color-contrast"), 2, "{findings:#?}");
    assert_eq!(counted("dark: color-contrast"), 0, "{findings:#?}");
}
