//! Who owns the Tasks of one kind of activity, as an Admin chose.

use std::time::Duration;

use domain::activities::ActivityKind;
use salesforce_sim::{Fault, FaultKind, UserSeed};

use super::fixture;
use super::mapping::{STRANGER, sends};
use crate::on_both_databases;

on_both_databases! {
    async fn whom_an_admin_chose_for_an_activity_owns_its_tasks(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        let desk = sandbox.add_user(UserSeed::new("desk@northgate.example", "Front", "Desk"));
        sandbox.add_user(UserSeed::new("desk.two@northgate.example", "Front", "Desk"));
        let form = "task-options/nda_signed";
        let text = sends(&fixture.admin, form, &[("owner", "Front Desk")]).await;
        assert!(text.contains("isn’t the username or the full name of exactly one active user. Type the username"), "{text}");
        let text = sends(&fixture.admin, form, &[("owner", "nobody@northgate.example")]).await;
        assert!(text.contains("No active user of your org has the name or username “nobody@northgate.example”."), "{text}");
        let text = sends(&fixture.admin, form, &[("owner", "DESK@northgate.example")]).await;
        assert!(text.contains("Assigned To Front Desk"), "the preview shows it: {text}");
        fixture.happens(&app, ActivityKind::NdaSigned).await;
        fixture.downloads(&app).await;
        app.sync().await;
        let owners = || fixture.sandbox.tasks().iter().map(|task| task.owner).collect::<Vec<_>>();
        assert_eq!(owners(), [Some(desk), Some(fixture.owner)], "other kinds stay as usual");

        // The form is sent again as it stands: nobody is looked for, and nothing changes.
        let calls = sandbox.api_calls();
        let page = fixture.admin.open("/dashboard/salesforce/activities").await;
        let shown = page.form("/task-options/nda_signed?page=1").expect("the form");
        let username = shown.value("owner").expect("who was chosen").to_owned();
        sends(&fixture.admin, form, &[("owner", &username)]).await;
        assert_eq!(sandbox.api_calls(), calls);
        sandbox.set_active(desk, false);
        fixture.happens(&app, ActivityKind::NdaSigned).await;
        app.sync().await;
        assert_eq!(owners()[2..], [Some(fixture.owner)], "Salesforce refuses who is no longer active");
        sends(&fixture.admin, form, &[("owner", "")]).await;
        assert_eq!(fixture.connection(&app).await.mapping, r#"{"tasks":{},"fields":[]}"#);
    }

    async fn another_choice_of_owner_begins_with_the_first_one_again(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        let desk = sandbox.add_user(UserSeed::new("desk@northgate.example", "Front", "Desk"));
        let form = "task-options/nda_signed";
        sends(&fixture.admin, form, &[("owner", "desk@northgate.example")]).await;
        sandbox.set_active(desk, false);
        let activity = fixture.happens(&app, ActivityKind::NdaSigned).await;
        // The first call refuses the owner, the second one finds the org in maintenance.
        let maintenance = Fault::new(FaultKind::Maintenance { status: 503 }).on("/composite/sobjects");
        sandbox.push_fault(maintenance.method("POST").after(1));
        app.sync().await;
        assert!(fixture.state(&app, activity).await.is_open());
        let skipped = "SELECT skipped_owners FROM delivery";
        let mut tx = app.db.read().await.expect("a transaction");
        let row = tx.one(skipped, &[]).await.expect("one delivery");
        assert_eq!(row.get::<i64>("skipped_owners").expect("a number"), 1, "one was refused");
        drop(tx);
        sends(&fixture.admin, form, &[("owner", "")]).await;
        app.advance(Duration::from_mins(2));
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].owner, Some(fixture.owner), "the Account's owner was never refused");
    }

    async fn a_new_leads_task_is_the_chosen_users_too(app: TestApp) {
        let fixture = fixture(&app).await;
        let rep = fixture.sandbox.add_user(UserSeed::new("rep@northgate.example", "Noa", "Lind"));
        let desk = fixture.sandbox.add_user(UserSeed::new("desk@northgate.example", "Front", "Desk"));
        fixture.sandbox.assign_leads(Some(rep));
        app.options_on(&fixture.admin, &["create_lead"]).await;
        sends(&fixture.admin, "task-options/requested_access", &[("owner", "desk@northgate.example")]).await;
        fixture.does(&app, ActivityKind::RequestedAccess, STRANGER, "Elsewhere").await;
        fixture.does(&app, ActivityKind::StatusPageView, STRANGER, "Elsewhere").await;
        app.sync().await;
        let owners: Vec<_> = fixture.sandbox.tasks().iter().map(|task| task.owner).collect();
        assert_eq!(owners, [Some(desk), Some(rep)]);
    }
}
