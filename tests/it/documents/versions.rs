use domain::activities::ActivityKind::FileDownloaded;
use domain::organizations::{Plan, Role};

use super::Fixture;
use crate::on_both_databases;
use crate::public::{activities, member};
use crate::support::pdf;

on_both_databases! {
    async fn visitors_get_the_newest_version_and_its_note(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("First")).await;
        let old = fixture.current(&app).await;
        let item = fixture.org.page(&format!("/items/{}", fixture.item));
        assert!(!fixture.ada.text(&item).await.contains("version"));
        let page = fixture.upload("report-2.pdf", "A corrected chapter 4", &pdf("Second")).await;
        assert!(page.text().contains("Visitors get version 2"), "{}", page.text());
        let page = fixture.ada.text(&item).await;
        assert!(page.contains("version 2, Feb 2, 2026"), "{page}");
        assert!(page.contains("New in it: A corrected chapter 4"), "{page}");
        let current = fixture.current(&app).await;
        assert_eq!(fixture.ada.get(&fixture.download(current)).await.bytes, pdf("Second"));

        // An old link redirects to the item, and no further.
        let answer = fixture.ada.get(&fixture.download(old)).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (303, 0));
        assert_eq!(answer.location().unwrap().path(), item);
        let stranger = app.browser().open(&fixture.download(old)).await;
        assert!(!stranger.html().contains("report.pdf"), "{}", stranger.text());

        let downloads = activities(&app, &fixture.org, FileDownloaded).await;
        assert_eq!(downloads.len(), 1);
        let file = downloads[0].what.details.file.as_deref();
        assert_eq!(file, Some("report-2.pdf (version 2)"));
    }

    async fn staff_get_every_version_and_choose_the_current_one(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("First")).await;
        let first = fixture.current(&app).await;
        fixture.upload("report-2.pdf", "", &pdf("Second")).await;
        let second = fixture.current(&app).await;
        let version = |id| fixture.form(&format!("/versions/{id}"));
        assert_eq!(fixture.editor.get(&version(first)).await.bytes, pdf("First"));

        let page = fixture.editor.open(&fixture.form("")).await;
        let page = fixture.editor.submit(&page, &format!("{first}/current"), &[]).await;
        assert!(page.text().contains("Visitors get version 1"), "{}", page.text());
        assert_eq!(fixture.ada.get(&fixture.download(first)).await.bytes, pdf("First"));

        let refused = fixture.editor.post(&format!("{}/delete", version(first)), &[]).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains("make another one current first"), "{}", refused.text());
        let page = fixture.editor.submit(&page, &format!("{second}/delete"), &[]).await;
        assert!(page.text().contains("The version is deleted"), "{}", page.text());
        assert_eq!(fixture.editor.get(&version(second)).await.status, 404);
        assert_eq!(fixture.ada.get(&fixture.download(second)).await.status, 404);

        // The next one is numbered on from what is left.
        let page = fixture.upload("report-3.pdf", "", &pdf("Third")).await;
        assert!(page.text().contains("version 2"), "{}", page.text());
    }

    async fn a_deleted_item_takes_all_its_versions_along(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("First")).await;
        fixture.upload("report-2.pdf", "", &pdf("Second")).await;
        let page = fixture.editor.open(&fixture.form("")).await;
        let page = fixture.editor.submit(&page, &fixture.form("/delete"), &[]).await;
        assert!(page.text().contains("The item is deleted"), "{}", page.text());
        let folder = app.data_dir().join("files").join(fixture.org.id.to_string());
        let left = std::fs::read_dir(folder).map(Iterator::count);
        assert_eq!(left.unwrap_or(0), 0);
    }

    async fn a_long_note_is_refused_in_its_field(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        let page = fixture.upload("report.pdf", &"x".repeat(301), &pdf("First")).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Choose the file again"), "{}", page.text());
        assert!(page.text().contains("300"), "{}", page.text());
    }

    async fn nobody_else_reaches_a_version(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("First")).await;
        let first = fixture.current(&app).await;
        let path = fixture.form(&format!("/versions/{first}"));
        assert_eq!(fixture.ada.get(&path).await.status, 303);
        let viewer = app.signed_in(&fixture.org, Role::Viewer).await;
        assert_eq!(viewer.get(&path).await.bytes, pdf("First"));
        for act in ["current", "delete"] {
            let answer = viewer.post(&format!("{path}/{act}"), &[]).await;
            assert_eq!(answer.status, 403, "{act}");
        }
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert_eq!(stranger.get(&path).await.status, 404);
        for act in ["current", "delete"] {
            let answer = stranger.post(&format!("{path}/{act}"), &[]).await;
            assert_eq!(answer.status, 404, "{act}");
        }
        assert_eq!(member(&app, &other).await.get(&path).await.status, 303);
    }
}
