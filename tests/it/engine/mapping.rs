//! How Tasks look and which further fields are filled in, as an Admin chose; and that a lost
//! answer is found whatever was changed since.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::ActivityId;
use gatehouse::delivery::org_check;
use salesforce_sim::{Fault, FaultKind, FieldAccess, FieldSeed, Id, LeadSeed};

use super::lost_answers::second_user_connects;
use super::{COMPANY, EMAIL, Fixture, fixture, person};
use crate::on_both_databases;
use crate::support::{Browser, TestApp};

const MODAL: &str = "/dashboard/settings/salesforce";
pub const STRANGER: &str = "lena@elsewhere.example";

/// Ada downloads that item.
async fn downloads(app: &TestApp, fixture: &Fixture, item: &str) -> ActivityId {
    let details = Details {
        item: Some(item.to_owned()),
        file: Some("report.pdf".to_owned()),
        ..Details::default()
    };
    let what = NewActivity {
        kind: ActivityKind::FileDownloaded,
        person: Some(person(EMAIL)),
        company: COMPANY.to_owned(),
        account: None,
        details,
    };
    fixture.records(app, what).await
}

/// What the page says once the form was sent.
pub async fn sends(admin: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let answer = admin.post(&format!("{MODAL}/{form}?page=1"), fields).await;
    admin.follow(answer).await.text()
}

async fn fills_in(admin: &Browser, fields: [&str; 4]) -> String {
    let [object, field, source, value] = fields;
    let fields = [
        ("object", object),
        ("field", field),
        ("source", source),
        ("value", value),
    ];
    sends(admin, "fields", &fields).await
}

/// A field of a record, as the org has it.
fn value(fixture: &Fixture, id: Id, field: &str) -> String {
    let record = fixture.sandbox.record(id).expect("a record");
    record[field].as_str().unwrap_or_default().to_owned()
}

/// The answer to a write about someone known as a Lead is lost, and the Lead is converted
/// before anybody asks, so that the Task isn't found on it.
async fn a_lost_answer_on_a_lead(app: &TestApp, fixture: &Fixture) -> ActivityId {
    let lead = LeadSeed::new("Lena", "Holm", STRANGER, "Elsewhere");
    let lead = fixture.sandbox.add_lead(lead.owned_by(fixture.owner));
    let lost = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects");
    fixture.sandbox.push_fault(lost.method("POST"));
    let activity = fixture
        .does(app, ActivityKind::FileDownloaded, STRANGER, "Elsewhere")
        .await;
    app.sync().await;
    assert_eq!(fixture.state(app, activity).await, DeliveryState::Uncertain);
    fixture
        .sandbox
        .convert_lead(lead, fixture.contact, fixture.account);
    activity
}

on_both_databases! {
    async fn tasks_look_as_an_admin_chose(app: TestApp) {
        let fixture = fixture(&app).await;
        let chosen = [("names_item", "1"), ("status", "Deferred"), ("priority", "High"), ("due", "none")];
        let text = sends(&fixture.admin, "task-options/file_downloaded", &chosen).await;
        assert!(text.contains("Saved for File Downloaded Tasks that aren’t written yet."), "{text}");
        assert!(text.contains("Subject SafeBase: File Downloaded – SOC 2 Type II report"), "the preview shows it: {text}");
        downloads(&app, &fixture, "ISO 27001 @{r0.id} certificate").await;
        downloads(&app, &fixture, &"long ".repeat(90)).await;
        fixture.happens(&app, ActivityKind::NdaSigned).await;
        app.sync().await;
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 3);
        assert_eq!(tasks[0].subject, "SafeBase: File Downloaded – ISO 27001 @(r0.id} certificate");
        assert_eq!((tasks[0].status.as_str(), tasks[0].priority.as_str()), ("Deferred", "High"));
        assert_eq!(tasks[0].due_date, None);
        assert!(tasks[1].subject.starts_with("SafeBase: File Downloaded – long") && tasks[1].subject.ends_with('…'));
        assert_eq!(tasks[1].subject.encode_utf16().count(), 255);
        assert_eq!(tasks[2].subject, "SafeBase: NDA Signed", "other kinds stay as usual");
        assert_eq!((tasks[2].status.as_str(), tasks[2].priority.as_str()), ("Completed", "Normal"));
        assert!(tasks[2].due_date.is_some());
    }

    async fn the_fields_for_reports_are_filled_in_with_one_click(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        let told = sends(&fixture.admin, "fields/reports", &[]).await;
        assert!(told.contains("Your org has none of Gatehouse’s fields for reports"), "{told}");
        assert_eq!(fixture.connection(&app).await.mapping, "");
        let names = ["Activity", "Document", "Visitor", "Link"].map(|one| format!("Gatehouse_{one}__c"));
        for name in &names {
            sandbox.add_field("Task", FieldSeed::text(name));
        }
        sandbox.restrict_field(fixture.service_user, "Task", "Gatehouse_Link__c", Some(FieldAccess::ReadOnly));
        let told = sends(&fixture.admin, "fields/reports", &[]).await;
        assert!(told.contains("New Tasks get Gatehouse_Activity__c, Gatehouse_Document__c, Gatehouse_Visitor__c."), "{told}");
        assert!(told.contains("Fill in the fields for reports"), "one is still to come");
        sandbox.restrict_field(fixture.service_user, "Task", "Gatehouse_Link__c", None);
        let told = sends(&fixture.admin, "fields/reports", &[]).await;
        assert!(!told.contains("Fill in the fields for reports"), "{told}");
        let activity = downloads(&app, &fixture, "SOC 2 report").await;
        app.sync().await;
        let task = fixture.sandbox.tasks().pop().expect("a Task");
        let values = names.map(|name| value(&fixture, task.id, &name));
        assert_eq!(values[..3], ["File Downloaded", "SOC 2 report", EMAIL].map(str::to_owned));
        assert!(values[3].ends_with(&format!("/dashboard/activity/{activity}")), "{values:?}");
    }

    async fn a_status_that_the_org_no_longer_has_gives_way_to_the_usual_one(app: TestApp) {
        let fixture = fixture(&app).await;
        sends(&fixture.admin, "task-options/file_downloaded", &[("status", "Deferred"), ("due", "day")]).await;
        fixture.sandbox.rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
        fixture.admin.post(&format!("{MODAL}/check"), &[]).await;
        fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].status, "Erledigt");
        let page = fixture.admin.text("/dashboard/salesforce/activities").await;
        assert!(page.contains("What was chosen isn’t in the org anymore."), "{page}");
        let page = fixture.admin.text("/dashboard/salesforce/permissions").await;
        assert!(page.contains("The Status “Deferred” of File Downloaded isn’t in the org anymore"), "{page}");
    }

    async fn what_the_org_does_not_have_is_not_saved(app: TestApp) {
        let fixture = fixture(&app).await;
        let text = sends(&fixture.admin, "task-options/file_downloaded", &[("status", "Nonsense")]).await;
        assert!(text.contains("Your org’s Tasks have no Status “Nonsense”."), "{text}");
        let text = fills_in(&fixture.admin, ["Lead", "Nothing__c", "fixed", "x"]).await;
        assert!(text.contains("Lead has no field “Nothing__c”"), "{text}");
        let typed = [("object", "Lead"), ("field", "Nothing__c"), ("source", "fixed"), ("value", "x")];
        let answer = fixture.admin.post(&format!("{MODAL}/fields?page=1"), &typed).await;
        let page = fixture.admin.follow(answer).await;
        let form = page.form("/fields?page=1").expect("the form");
        assert_eq!(form.value("field"), Some("Nothing__c"), "it is as it was typed");
        assert_eq!(form.value("object"), Some("Lead"));
        let text = fills_in(&fixture.admin, ["Task", "subject", "fixed", "x"]).await;
        assert!(text.contains("Gatehouse fills in Task.Subject itself."), "{text}");
        assert_eq!(fixture.connection(&app).await.mapping, "");
    }

    async fn further_fields_get_fixed_values_and_what_the_activity_has(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        sandbox.add_field("Task", FieldSeed::text("Visitor__c"));
        sandbox.add_field("Task", FieldSeed::text("Document__c"));
        sandbox.add_field("Lead", FieldSeed::text("Found_By__c"));
        sandbox.add_field("Contact", FieldSeed::text("Found_By__c"));
        app.options_on(&fixture.admin, &["create_lead", "create_contact"]).await;
        let text = fills_in(&fixture.admin, ["Task", "visitor__c", "visitor_email", ""]).await;
        assert!(text.contains("New Task records get Visitor__c: The visitor’s email."), "{text}");
        fills_in(&fixture.admin, ["Task", "Document__c", "item", ""]).await;
        let text = fills_in(&fixture.admin, ["Lead", "LeadSource", "fixed", "Web"]).await;
        assert!(text.contains("LeadSource"), "{text}");
        fills_in(&fixture.admin, ["Lead", "Found_By__c", "activity", ""]).await;
        fills_in(&fixture.admin, ["Contact", "Found_By__c", "company", ""]).await;
        downloads(&app, &fixture, "SOC 2 report").await;
        let requested = ActivityKind::RequestedAccess;
        fixture.does(&app, requested, STRANGER, "Elsewhere").await;
        fixture.does(&app, requested, "new@harbor.example", COMPANY).await;
        fixture.happens(&app, ActivityKind::StatusPageView).await;
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 4);
        let of = |subject: &str| tasks.iter().find(|task| task.subject.ends_with(subject)).expect("a Task");
        let download = of("File Downloaded");
        assert_eq!(value(&fixture, download.id, "Visitor__c"), EMAIL);
        assert_eq!(value(&fixture, download.id, "Document__c"), "SOC 2 report");
        assert_eq!(value(&fixture, of("Status Page View").id, "Document__c"), "", "it has none");
        let lead = sandbox.find("SELECT Id, LeadSource, Found_By__c FROM Lead WHERE Email = 'lena@elsewhere.example'");
        assert_eq!((lead[0]["LeadSource"].as_str(), lead[0]["Found_By__c"].as_str()), (Some("Web"), Some("Requested Access")));
        let contact = sandbox.find("SELECT Id, Found_By__c FROM Contact WHERE Email = 'new@harbor.example'");
        assert_eq!(contact[0]["Found_By__c"].as_str(), Some(COMPANY));
        let removed = sends(&fixture.admin, "fields/remove", &[("object", "Task"), ("field", "Visitor__c")]).await;
        assert!(removed.contains("Gatehouse no longer fills in Task.Visitor__c."), "{removed}");
        downloads(&app, &fixture, "another").await;
        app.sync().await;
        assert_eq!(sandbox.task_count(), 5);
        let newest = sandbox.tasks().pop().expect("a Task");
        assert_eq!(value(&fixture, newest.id, "Visitor__c"), "");
    }

    async fn a_required_field_that_is_filled_in_stops_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        let required = FieldSeed { required: true, ..FieldSeed::text("Region__c") };
        fixture.sandbox.add_field("Task", required);
        fixture.admin.post(&format!("{MODAL}/check"), &[]).await;
        let page = "/dashboard/salesforce/permissions";
        assert!(fixture.admin.text(page).await.contains("Required field: Task.Region__c"));
        fills_in(&fixture.admin, ["Task", "Region__c", "fixed", "EMEA"]).await;
        assert!(!fixture.admin.text(page).await.contains("Required field: Task.Region__c"));
        fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(value(&fixture, fixture.sandbox.tasks()[0].id, "Region__c"), "EMEA");
    }

    async fn a_field_that_is_taken_away_is_told_and_left_out_until_it_is_back(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.add_field("Task", FieldSeed::text("Visitor__c"));
        fills_in(&fixture.admin, ["Task", "Visitor__c", "visitor_email", ""]).await;
        let user = fixture.service_user;
        app.advance(Duration::from_mins(10));
        fixture.sandbox.restrict_field(user, "Task", "Visitor__c", Some(FieldAccess::Hidden));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 0, "the org refuses it");
        org_check::run_due(&app).await.unwrap();
        fixture.later(&app, Duration::from_mins(6)).await;
        let page = fixture.admin.text("/dashboard/salesforce/permissions").await;
        assert!(page.contains("Problem: Task.Visitor__c is gone"), "{page}");
        assert!(page.contains("Limits deliveries Field not filled in: Task.Visitor__c"), "{page}");
        let delivery = fixture.delivery(&app, activity).await;
        if delivery.state == DeliveryState::Parked {
            let again = format!("/dashboard/salesforce/deliveries/{}/retry", delivery.id);
            fixture.admin.post(&again, &[]).await;
            app.sync().await;
        }
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        fixture.sandbox.restrict_field(user, "Task", "Visitor__c", None);
        fixture.admin.post(&format!("{MODAL}/check"), &[]).await;
        fixture.downloads(&app).await;
        app.sync().await;
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 2);
        assert_eq!(value(&fixture, tasks[0].id, "Visitor__c"), "");
        assert_eq!(value(&fixture, tasks[1].id, "Visitor__c"), EMAIL);
        let page = fixture.admin.text("/dashboard/salesforce/permissions").await;
        assert!(page.contains("Task.Visitor__c is filled in again."), "{page}");
    }

    async fn a_field_of_another_object_does_not_hide_a_required_one(app: TestApp) {
        let fixture = fixture(&app).await;
        let required = || FieldSeed { required: true, ..FieldSeed::text("Region__c") };
        fixture.sandbox.add_field("Task", required());
        fixture.sandbox.add_field("Lead", FieldSeed::text("Region__c"));
        fixture.admin.post(&format!("{MODAL}/check"), &[]).await;
        let page = "/dashboard/salesforce/permissions";
        fills_in(&fixture.admin, ["Lead", "Region__c", "fixed", "EMEA"]).await;
        assert!(fixture.admin.text(page).await.contains("Required field: Task.Region__c"));
        fills_in(&fixture.admin, ["Task", "Region__c", "item", ""]).await;
        let text = fixture.admin.text(page).await;
        assert!(text.contains("Required field: Task.Region__c"), "not every activity has an item: {text}");
    }

    async fn requests_that_are_marked_as_completed_stay_so(app: TestApp) {
        let fixture = fixture(&app).await;
        let form = "task-options/requested_access";
        sends(&fixture.admin, form, &[("status", "In Progress")]).await;
        fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].status, "In Progress");
        app.options_on(&fixture.admin, &["mark_completed"]).await;
        fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[1].status, "Completed");
    }

    async fn names_in_subjects_are_found_again_after_a_lost_answer(app: TestApp) {
        let fixture = fixture(&app).await;
        let form = "task-options/file_downloaded";
        sends(&fixture.admin, form, &[("names_item", "1"), ("due", "none")]).await;
        let lost = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects");
        fixture.sandbox.push_fault(lost.method("POST"));
        let mut activities = Vec::new();
        for n in 0..120 {
            let item = format!("{n} {}", "a very long name ".repeat(20));
            activities.push(downloads(&app, &fixture, &item).await);
        }
        app.sync().await;
        sends(&fixture.admin, form, &[("due", "day")]).await;
        // They are moved, so that they have to be looked for by what they had.
        for task in fixture.sandbox.tasks() {
            fixture.sandbox.set_field(task.id, "WhoId", salesforce_sim::Value::Null);
            fixture.sandbox.set_field(task.id, "WhatId", salesforce_sim::Value::Null);
        }
        fixture.later(&app, Duration::from_mins(30)).await;
        assert_eq!(fixture.sandbox.task_count(), 120);
        for activity in activities {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
    }

    async fn a_prefix_that_is_changed_while_an_answer_is_lost_doubles_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = a_lost_answer_on_a_lead(&app, &fixture).await;
        sends(&fixture.admin, "prefix", &[("subject_prefix", "Acme Trust")]).await;
        fixture.later(&app, Duration::from_mins(30)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn options_that_are_changed_while_an_answer_is_lost_double_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        sends(&fixture.admin, "task-options/file_downloaded", &[("due", "none")]).await;
        let activity = a_lost_answer_on_a_lead(&app, &fixture).await;
        sends(&fixture.admin, "task-options/file_downloaded", &[("due", "day")]).await;
        fixture.later(&app, Duration::from_mins(30)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_new_connection_begins_as_usual(app: TestApp) {
        let fixture = fixture(&app).await;
        sends(&fixture.admin, "task-options/file_downloaded", &[("due", "none")]).await;
        assert!(!fixture.connection(&app).await.mapping.is_empty());
        second_user_connects(&app, &fixture).await;
        assert!(!fixture.connection(&app).await.mapping.is_empty(), "another login keeps it");
        let done = fixture.admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        assert!(done.status.is_redirection(), "{}", done.summary());
        app.connect_sandbox(&fixture.admin).await;
        assert_eq!(fixture.connection(&app).await.mapping, "");
    }
}
