//! What the Task on the timeline says.

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::organizations::Plan;
use domain::salesforce::ConnectionOptions;

use super::{COMPANY, EMAIL, Fixture, fixture, person};
use crate::on_both_databases;

on_both_databases! {
    async fn a_download_is_a_task_with_all_ten_fields(app: TestApp) {
        let fixture = fixture(&app).await;
                let details = Details {
            item: Some("SOC 2 Type II".to_owned()),
            file: Some("soc2 \"2026\" \\ ملف 🚀.pdf".to_owned()),
            ..Details::default()
        };
        let what = NewActivity {
            kind: ActivityKind::FileDownloaded,
            person: Some(person(EMAIL)),
            company: COMPANY.to_owned(),
            account: None,
            details,
        };
        let activity = fixture.records(&app, what).await;
        app.sync().await;

        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 1);
        let task = &tasks[0];
        assert_eq!(task.subject, "SafeBase: File Downloaded");
        assert_eq!(task.owner, Some(fixture.owner), "Assigned To");
        assert_eq!(task.status, "Completed");
        assert_eq!(task.priority, "Normal");
        assert_eq!(task.who, Some(fixture.contact), "Name");
        assert_eq!(task.what, Some(fixture.account), "Related To");
        // 15:00 UTC is 10:00 in New York.
        assert_eq!(task.due_date.unwrap().to_string(), "2026-02-02");
        assert_eq!(task.created_by, Some(fixture.service_user));
        assert_eq!(task.last_modified_by, Some(fixture.service_user));
        for part in [
            "Visitor: Ada Okafor <ada@harbor.example>",
            "Company: Harbor & Co",
            "Item: SOC 2 Type II",
            "File: soc2 \"2026\" \\ ملف 🚀.pdf",
            "When: 2026-02-02 10:00 EST",
            &format!("{}dashboard/activity/{activity}", app.url),
        ] {
            assert!(task.comments.contains(part), "{part}\n{}", task.comments);
        }
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered);
        assert_eq!(delivery.task.unwrap().as_str(), task.id.to_string());
        assert_eq!(delivery.reason, "A Contact has this email. Its Account is “Harbor & Co”.");
    }

    async fn what_looks_like_a_reference_to_another_answer_is_text(app: TestApp) {
        let fixture = fixture(&app).await;
        let comment = |text: &str| NewActivity {
            kind: ActivityKind::CommentOnStatusPage,
            person: Some(person(EMAIL)),
            company: COMPANY.to_owned(),
            account: None,
            details: Details { text: Some(text.to_owned()), ..Details::default() },
        };
        // Two Tasks of one person are a separate collection, so that the call has two.
        fixture.records(&app, comment("see @{r0[0].id}")).await;
        fixture.records(&app, comment("and @{nothing.there}")).await;
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        let tasks = fixture.sandbox.tasks();
        let about = |text: &str| tasks.iter().filter(|task| task.comments.contains(text)).count();
        assert_eq!((tasks.len(), about("see @(r0[0].id}"), about("and @(nothing.there}")), (3, 1, 1));
    }

    async fn a_request_is_open_unless_the_option_completes_it(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].status, "Not Started");

        let options = ConnectionOptions { mark_completed: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        let statuses: Vec<_> = fixture.sandbox.tasks().into_iter().map(|task| task.status).collect();
        assert_eq!(statuses, ["Not Started", "Completed"]);
    }

    async fn an_org_that_renamed_its_statuses_gets_its_own_words(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        // Renamed while Gatehouse still believes the old ones.
        fixture.sandbox.rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
        fixture.sandbox.set_restricted("Task", "Status", true);
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        fixture.later(&app, std::time::Duration::from_secs(5)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.tasks()[1].status, "Erledigt");
    }

    async fn another_tenants_activity_never_reaches_this_org(app: TestApp) {
        let fixture = fixture(&app).await;
        let other = Fixture {
            org: app.organization("other", "Other", Plan::Enterprise).await,
            ..fixture
        };
        other.downloads(&app).await;
        app.sync().await;
        assert_eq!(other.sandbox.task_count(), 0, "the other tenant has no connection");
    }
}
