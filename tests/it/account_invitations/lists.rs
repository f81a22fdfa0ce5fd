use domain::organizations::{Plan, Role};

use super::{MAIL, acme, added, choose, confirm, paste, path};
use crate::on_both_databases;

const LIST: &str = "Ada Lovelace <ada@acme.example>\ngrace@acme.example\tGrace\tHopper\n\
                    nobody\nFIRST@acme.example\nalan@acme.example\nada@acme.example\n";

on_both_databases! {
    async fn a_preview_says_who_is_added_who_is_not_and_why(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let page = paste(&editor, &account, LIST).await;
        assert_eq!(page.status, 200, "{}", page.summary());
        let text = page.text();
        for says in [
            "will be added 3",
            "have access already 1",
            "wrong line 1",
            "named more than once 1",
            "3 nobody There is no email address in this line",
            "Invite these 3 people",
        ] {
            assert!(text.contains(says), "{says}: {text}");
        }
        assert_eq!(added(&app, &org).await, 1, "nothing is done yet");
    }

    async fn confirming_adds_exactly_the_valid_people_with_an_email_each(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let preview = paste(&editor, &account, LIST).await;
        let done = confirm(&editor, &preview).await;
        assert!(done.text().contains("3 people have access now"), "{}", done.text());
        assert!(done.text().contains("Grace Hopper") && done.text().contains("alan@acme.example"));
        assert_eq!(added(&app, &org).await, 4);
        for who in ["ada", "grace", "alan"] {
            let to = format!("{who}@acme.example");
            let email = app.mail.wait_for(&to, MAIL, |_| true).await.expect("an email");
            assert_eq!(email.subject, "Northgate Labs invites you to its trust center");
            assert!(email.link("/trust/northgate/enter?token=").is_some(), "{email:?}");
        }
        assert_eq!(app.mail.mails().len(), 4, "one email each");
        let again = confirm(&editor, &preview).await;
        assert!(again.text().contains("Nobody was added. 3 people had access already"), "{}", again.text());
        assert_eq!(added(&app, &org).await, 4, "sent twice is done once");
    }

    async fn a_csv_file_of_a_spreadsheet_is_read(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let csv = "\u{feff}Last name;First name;E-mail\r\n\"Müller; Dr.\";Zoë;zoe@acme.example\r\n";
        let page = choose(&editor, &account, csv.as_bytes()).await;
        assert!(page.text().contains("zoe@acme.example Zoë Müller; Dr."), "{}", page.text());
        let done = confirm(&editor, &page).await;
        assert!(done.text().contains("Zoë Müller; Dr."), "{}", done.text());
    }

    async fn a_file_that_is_no_text_says_what_to_do(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        for (bytes, says) in [
            (&b"PK\x03\x04"[..], "save the list in it as CSV"),
            (b"ada@acme.example,M\xfcller", "save it as “CSV UTF-8”"),
            (b"\xff\xfea\0d\0", "save it as “CSV UTF-8”"),
            (b" \n", "Enter at least one address"),
        ] {
            let page = choose(&editor, &account, bytes).await;
            assert_eq!(page.status, 422);
            assert!(page.text().contains(says), "{}", page.text());
        }
        let both = [("people", "ada@acme.example")];
        let page = editor.upload(&path(&account, "/invite"), &both, ("file", "a.csv", b"b@acme.example")).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("not both"), "{}", page.text());
        assert!(page.text().contains("ada@acme.example"), "what was pasted stays");
    }

    async fn a_list_has_limits_and_says_so(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let many: String = (0..501).map(|n| format!("p{n}@acme.example\n")).collect();
        let page = paste(&editor, &account, &many).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The list has 501 people; invite at most 500 at once"), "{}", page.text());
        let page = choose(&editor, &account, &vec![b'x'; 600 * 1024]).await;
        assert_eq!(page.status, 413);
        assert!(page.text().contains("at most 256 KB"), "{}", page.text());
        for n in 0..20 {
            let page = paste(&editor, &account, &format!("p{n}@acme.example")).await;
            confirm(&editor, &page).await;
        }
        let page = paste(&editor, &account, "late@acme.example").await;
        let page = confirm(&editor, &page).await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("Nobody was added now"), "{}", page.text());
        assert_eq!(added(&app, &org).await, 21);
    }

    async fn five_hundred_people_are_invited_at_once(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let many: String = (0..500).map(|n| format!("p{n}@acme.example, Ada, Number {n}\n")).collect();
        let preview = paste(&editor, &account, &many).await;
        let done = confirm(&editor, &preview).await;
        assert!(done.text().contains("500 people have access now"), "{}", done.summary());
    }

    async fn who_lost_access_gets_it_again(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let page = editor.open(&path(&account, "")).await;
        editor.submit(&page, "/revoke", &[]).await;
        let preview = paste(&editor, &account, "first@acme.example").await;
        assert!(preview.text().contains("Gets access again"), "{}", preview.text());
        let done = confirm(&editor, &preview).await;
        assert!(done.text().contains("1 person has access now"), "{}", done.text());
        assert_eq!(added(&app, &org).await, 2);
    }

    async fn a_confirmation_that_no_preview_showed_is_checked_again(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let to = path(&account, "/invite/confirm");
        for list in ["", "nobody", "ada@acme.example\nbob@"] {
            let page = editor.post(&to, &[("people", list)]).await;
            assert_eq!(page.status, 400, "{list}");
            assert!(page.text().contains("Nobody was added"), "{}", page.text());
        }
        assert_eq!(added(&app, &org).await, 1);
    }

    async fn another_organization_and_a_viewer_can_invite_nobody(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert_eq!(paste(&stranger, &account, "a@b.example").await.status, 404);
        let to = path(&account, "/invite/confirm");
        assert_eq!(stranger.post(&to, &[("people", "a@b.example")]).await.status, 404);
        let viewer = app.signed_in(&org, Role::Viewer).await;
        assert_eq!(paste(&viewer, &account, "a@b.example").await.status, 403);
        assert_eq!(viewer.post(&to, &[("people", "a@b.example")]).await.status, 403);
        assert!(!viewer.text(&path(&account, "")).await.contains("Invite people"));
        assert_eq!(added(&app, &org).await, 1);
    }
}
