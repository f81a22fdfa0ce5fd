//! A member sends a questionnaire, and gets it back.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::organizations::{Plan, Role};
use gatehouse::files::UPLOAD_LIMIT;
use testkit::client::Page;

use super::{office, send};
use crate::on_both_databases;
use crate::public::{activities, member, member_of};
use crate::support::{TestOrg, pdf};

const LONG: Duration = Duration::from_secs(20);

/// Where the link of a page leads.
fn path(page: &Page, text: &str) -> String {
    let link = page.link(text);
    let link = link.unwrap_or_else(|| panic!("{text}: {}", page.text()));
    link.path().to_owned()
}

fn list(org: &TestOrg) -> String {
    org.page("/questionnaires")
}

on_both_databases! {
    async fn it_is_sent_worked_on_returned_and_downloaded(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let admin = app.staff(&org, Role::Admin).await;
        let ada = member(&app, &org).await;
        let asked = office("spreadsheetml.sheet");
        let fields = [("due_on", "2026-03-01"), ("note", "For our renewal.")];
        let page = send(&ada, &org, &fields, "SIG Lite.xlsx", &asked).await;
        assert!(page.text().contains("Your questionnaire is sent"), "{}", page.text());
        for part in ["SIG Lite.xlsx", "New", "Due Mar 1, 2026", "For our renewal."] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        let recorded = activities(&app, &org, ActivityKind::QuestionnaireUploaded).await;
        assert_eq!(recorded.len(), 1);
        let details = &recorded[0].what.details;
        assert_eq!(details.file.as_deref(), Some("SIG Lite.xlsx"));
        assert_eq!(details.text.as_deref(), Some("Due: 2026-03-01\n\nFor our renewal."));
        let mail = app.mail.wait_for(admin.email.as_str(), LONG, |_| true).await.expect("an email");
        assert_eq!(mail.subject, "Ada Lovelace sent a questionnaire: SIG Lite.xlsx");

        let board = editor.open("/dashboard/questionnaires").await;
        assert!(board.text().contains("To do 1"), "{}", board.text());
        let mut page = editor.open(&path(&board, "SIG Lite.xlsx")).await;
        let original = editor.get(&path(&page, "Download")).await;
        assert_eq!((original.status.as_u16(), &original.bytes), (200, &asked));
        assert!(original.header("content-disposition").unwrap().starts_with("attachment"));
        let own = page.url.path().to_owned();
        let id = admin.id.to_string();
        let choice = [("state", "in_progress"), ("assignee", id.as_str())];
        page = editor.submit(&page, &own, &choice).await;
        assert!(page.text().contains("Saved."), "{}", page.text());
        let handed = |mail: &testkit::mail::Mail| mail.subject.contains("handed you");
        app.mail.wait_for(admin.email.as_str(), LONG, handed).await.expect("an email");
        assert!(ada.text(&list(&org)).await.contains("In progress"));
        let board = editor.text("/dashboard/questionnaires").await;
        assert!(board.contains("Admin of Northgate Labs"), "{board}");

        let filled_in = office("spreadsheetml.sheet");
        let complete = format!("{own}/complete");
        let page = editor.upload(&complete, &[], ("file", "SIG, done.xlsx", &filled_in)).await;
        let page = editor.follow(page).await;
        assert!(page.text().contains("SIG, done.xlsx is returned"), "{}", page.text());
        let done = |mail: &testkit::mail::Mail| mail.subject.contains("has completed");
        let mail = app.mail.wait_for("ada@engines.example", LONG, done).await.expect("an email");
        let page = ada.open(&mail.link("/questionnaires").expect("a link")).await;
        assert!(page.text().contains("Done"), "{}", page.text());
        let answer = ada.get(&path(&page, "SIG, done.xlsx")).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes), (200, &filled_in));
        assert!(editor.text("/dashboard/questionnaires").await.contains("All done"));
    }

    async fn what_cannot_be_filled_in_is_refused_with_what_to_do(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let cases: [(&str, &[u8], &str); 5] = [
            ("a.xlsx", b"MZ\x90\0", "Excel (.xlsx), Word (.docx), PDF and CSV are taken"),
            ("a.pdf", png, "image/png files can't be taken here"),
            ("a.pdf", b"<html>", "called a PDF but isn't one"),
            ("a.csv", b"", "The file is empty"),
            ("", b"x", "Choose a file first"),
        ];
        for (name, bytes, says) in cases {
            let page = send(&ada, &org, &[("note", "Keep this")], name, bytes).await;
            assert_eq!(page.status, 422, "{name}");
            assert!(page.text().contains(says), "{name}: {}", page.text());
            assert!(page.html().contains("Keep this"), "what was typed stays");
        }
        let large = vec![b'x'; usize::try_from(UPLOAD_LIMIT).unwrap() + 1];
        let page = send(&ada, &org, &[], "large.csv", &large).await;
        assert_eq!(page.status, 413);
        assert!(page.text().contains("The file is larger than"), "{}", page.text());
        for (due_on, says) in [("2026-01-01", "has passed"), ("soon", "year-month-day")] {
            let page = send(&ada, &org, &[("due_on", due_on)], "a.csv", b"q,a").await;
            assert_eq!(page.status, 422);
            assert!(page.text().contains(says), "{}", page.text());
        }
        let page = ada.post(&list(&org), &[("note", "no file")]).await;
        assert_eq!(page.status, 415);
        assert!(activities(&app, &org, ActivityKind::QuestionnaireUploaded).await.is_empty());
        let kept = std::fs::read_dir(app.data_dir().join("files")).unwrap().flatten();
        let kept = kept.flat_map(|org| std::fs::read_dir(org.path()).unwrap());
        assert_eq!(kept.count(), 0, "nothing was kept");
    }

    async fn word_pdf_and_csv_are_taken_and_too_many_are_not(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let word = office("wordprocessingml.document");
        let files = [("a.docx", word), ("b.pdf", pdf("Q")), ("c.csv", b"q,a".to_vec())];
        for (name, bytes) in &files {
            let page = send(&ada, &org, &[], name, bytes).await;
            assert!(page.text().contains("Your questionnaire is sent"), "{name}: {}", page.text());
        }
        for _ in files.len()..20 {
            assert_eq!(send(&ada, &org, &[], "c.csv", b"q,a").await.status, 200);
        }
        let page = send(&ada, &org, &[], "c.csv", b"q,a").await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("many files in the last hour"), "{}", page.text());
    }

    async fn nobody_else_reaches_an_accounts_questionnaires(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        let page = send(&ada, &org, &[("note", "Secret note")], "Secret.csv", b"q,a").await;
        let file = path(&page, "Secret.csv");
        let board = editor.open("/dashboard/questionnaires").await;
        let own = path(&board, "Secret.csv");
        let upload = ("file", "Answer.csv", &b"q,yes"[..]);
        assert_eq!(editor.upload(&format!("{own}/complete"), &[], upload).await.status, 303);
        let answer = file.replace("/file", "/answer");
        assert_eq!(ada.get(&answer).await.status, 200);

        let colleague = member_of(&app, &org, "charles@engines.example", "Analytical Engines").await;
        assert_eq!(colleague.get(&answer).await.status, 200);
        let rival = member_of(&app, &org, "eve@rival.example", "Rival").await;
        let page = rival.open(&list(&org)).await;
        assert!(page.text().contains("None yet") && !page.html().contains("Secret"));
        let elsewhere = member_of(&app, &other, "mallory@third.example", "Third").await;
        let nobody = app.browser();
        let stranger = app.signed_in(&other, Role::Admin).await;
        for path in [&file, &answer] {
            assert_eq!(rival.get(path).await.status, 404, "{path}");
            let there = path.replace("/northgate/", "/other/");
            assert_eq!(elsewhere.get(&there).await.status, 404, "{there}");
            for browser in [&elsewhere, &nobody, &stranger] {
                let page = browser.get(path).await;
                assert_eq!(page.status, 303, "{path}");
                assert_eq!(page.location().unwrap().path(), org.page("/sign-in"));
            }
        }
        // Nor by the address of documents that items offer.
        let mut tx = app.db.read().await.unwrap();
        for row in tx.all("SELECT id FROM document", &[]).await.unwrap() {
            let id: String = row.get("id").unwrap();
            for verb in ["view", "download"] {
                let path = org.page(&format!("/documents/{id}/{verb}"));
                for browser in [&ada, &rival, &nobody] {
                    assert_eq!(browser.get(&path).await.status, 404);
                }
            }
        }
        for browser in [&elsewhere, &nobody] {
            let sent = browser.upload(&list(&org), &[], ("file", "a.csv", b"q,a")).await;
            assert_eq!(sent.location().unwrap().path(), org.page("/sign-in"));
        }
        assert_eq!(stranger.upload(&format!("{own}/complete"), &[], upload).await.status, 404);
        assert_eq!(activities(&app, &org, ActivityKind::QuestionnaireUploaded).await.len(), 1);
    }

    async fn it_is_handed_only_to_colleagues_who_can_do_it(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let viewer = app.staff(&org, Role::Viewer).await;
        let foreign = app.staff(&other, Role::Admin).await;
        let ada = member(&app, &org).await;
        send(&ada, &org, &[], "a.csv", b"q,a").await;
        let board = editor.open("/dashboard/questionnaires").await;
        let own = path(&board, "a.csv");
        for who in [viewer.id.to_string(), foreign.id.to_string(), "nobody".to_owned()] {
            let page = editor.post(&own, &[("state", "new"), ("assignee", &who)]).await;
            assert_eq!(page.status, 400, "{}", page.text());
        }
        let page = editor.post(&own, &[("state", "lost"), ("assignee", "")]).await;
        assert_eq!(page.status, 400);
    }
}
