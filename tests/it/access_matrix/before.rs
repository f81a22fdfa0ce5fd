//! Before access is granted nothing locked, and of other accounts nothing at all,
//! is in any answer.

use testkit::client::Page;

use super::ask::Addresses;
use crate::on_both_databases;
use crate::support::{Browser, FIRST, World};

/// Which of these words the answer holds, in its body or its headers.
pub fn found<'a>(answer: &Page, words: &[&'a str]) -> Vec<&'a str> {
    let body = answer.html();
    let headers = format!("{:?}", answer.headers);
    let holds = |word: &&&str| body.contains(**word) || headers.contains(**word);
    words.iter().filter(holds).copied().collect()
}

/// Asks for everything, and counts the answers that hold one of the words.
async fn leaks(addresses: &Addresses, browser: &Browser, words: &[&str]) -> Vec<String> {
    let mut leaks = Vec::new();
    let mut see = |what: &str, answer: &Page| {
        assert!(
            !answer.status.is_server_error(),
            "{what}: {}",
            answer.summary()
        );
        let words = found(answer, words);
        if !words.is_empty() {
            leaks.push(format!("{what} answers {} with {words:?}", answer.status));
        }
    };
    addresses.read(browser, &mut see).await;
    addresses.write(browser, |_| true, &mut see).await;
    leaks
}

on_both_databases! {
    async fn nothing_locked_is_in_any_answer_before_access_is_granted(app: TestApp) {
        let world = World::build(&app, "northgate", FIRST).await;
        let everything = Addresses::for_trust_center("northgate", &world.rows(&app).await);
        let public = everything.public();
        let all = world.locked_words();
        let nothing: [String; 0] = [];
        for (who, browser, words) in [
            ("a visitor without account", &world.nobody, &all[..]),
            ("a member before the NDA", &world.unsigned, &all[..]),
            ("a member whose access has ended", &world.ended, &all[..]),
            ("a member whose profile leaves it out", &world.limited, &all[..]),
            ("a member of another account", &world.member, &[world.words.account]),
        ] {
            assert_eq!(leaks(&public, browser, words).await, nothing, "{who}");
        }
        let stranger = app.browser();
        assert_eq!(leaks(&everything, &stranger, &all).await, nothing, "a stranger");
        let inside = everything.internal();
        assert_eq!(leaks(&inside, &world.member, &all).await, nothing, "a member in the dashboard");

        // The same requests find it all where it may be seen.
        let open = leaks(&public, &world.member, &[world.words.locked]).await;
        assert!(open.len() >= 4, "{open:#?}");
        let own = leaks(&public, &world.talkative, &["%PDF", world.words.account]).await;
        for part in ["/items/", "/questionnaires/", "/file", "/answer", "/nda", "/docusign/files/"] {
            assert!(own.iter().any(|what| what.contains(part)), "{part}: {own:#?}");
        }
        let signed = leaks(&public, &world.signer, &["%PDF", world.words.account]).await;
        assert!(signed.iter().any(|what| what.contains("/nda/certificate")), "{signed:#?}");
        let staff = leaks(&inside, &world.viewer, &all).await;
        assert!(staff.len() >= 8, "{staff:#?}");
    }
}
