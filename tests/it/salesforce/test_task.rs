//! A test Task: written on an Account of choice and deleted again, whatever goes wrong.

use std::time::Duration;

use gatehouse::delivery::test_tasks;
use salesforce_sim::{AccountSeed, Fault, FaultKind, Id, ObjectAccess, TaskView};
use testkit::client::Page;

use super::people::{MODAL, audit, connected};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const PAGE: &str = "/dashboard/salesforce/permissions";
const NO_DELETE: ObjectAccess = ObjectAccess {
    delete: false,
    ..ObjectAccess::FULL
};

/// A connected org with an Account.
async fn with_account(app: &TestApp) -> (TestOrg, Browser, Id) {
    let (org, admin) = connected(app).await;
    let account = app
        .sandbox
        .sim
        .add_account(AccountSeed::new("Lakeside Energy"));
    (org, admin, account)
}

/// What the page says once the Admin has written a test Task there.
async fn test_on(admin: &Browser, account: Id) -> Page {
    let path = format!("{MODAL}/test-task?page=1");
    let answer = admin
        .post(&path, &[("account", &account.to_string())])
        .await;
    admin.follow(answer).await
}

/// Half an hour later, what nobody knows of is looked for.
async fn half_an_hour_passes(app: &TestApp) {
    app.advance(Duration::from_mins(31));
    test_tasks::clear_due(app).await.unwrap();
}

/// Those that are there.
fn tasks(app: &TestApp) -> usize {
    app.sandbox.sim.tasks().len()
}

/// Those that were written and deleted.
fn deleted_tasks(app: &TestApp) -> Vec<TaskView> {
    let all = app.sandbox.sim.all_tasks().into_iter();
    all.filter(|task| task.is_deleted).collect()
}

on_both_databases! {
    async fn it_is_written_and_deleted_on_an_account_that_was_searched_for(app: TestApp) {
        let (org, admin, _) = with_account(&app).await;
        let found = admin.open(&format!("{PAGE}?account=lakeside")).await;
        assert!(found.text().contains("Lakeside Energy"), "{}", found.text());
        let done = admin.submit(&found, "/test-task?page=1", &[]).await;
        assert_eq!(done.url.path(), PAGE);
        let text = done.text();
        assert!(text.contains("Passed A Task was written on “Lakeside Energy” and deleted again."), "{text}");
        assert_eq!(tasks(&app), 0);
        let written = deleted_tasks(&app);
        assert_eq!(written.len(), 1);
        assert_eq!(written[0].subject, "Gatehouse test Task");
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.contains("Wrote a test Task to Salesforce On “Lakeside Energy”")), "{log:?}");
    }

    async fn a_search_that_finds_nothing_says_so(app: TestApp) {
        let (_, admin, _) = with_account(&app).await;
        let page = admin.text(&format!("{PAGE}?account=nobody")).await;
        assert!(page.contains("No Account that the connected user sees has “nobody” in its name."), "{page}");
        let page = admin.text(&format!("{PAGE}?account=a")).await;
        assert!(page.contains("Type at least 2 letters"), "{page}");
    }

    async fn a_rule_that_refuses_tasks_is_shown_with_its_words(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        sim.add_validation_rule("Task", "Every Task needs a type.", |_| true);
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("Refused No Task was written on “Lakeside Energy”."), "{text}");
        assert!(text.contains("FIELD_CUSTOM_VALIDATION_EXCEPTION: Every Task needs a type."), "{text}");
        sim.clear_validation_rules("Task");
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("Passed"), "the next one can be written at once: {text}");
    }

    async fn a_task_that_may_not_be_deleted_is_shown_with_its_address(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        sim.restrict_object(app.sandbox.integration, "Task", NO_DELETE);
        let page = test_on(&admin, account).await;
        assert!(page.text().contains("Not deleted A Task was written"), "{}", page.text());
        let task = sim.tasks()[0].id;
        assert!(page.html().contains(&format!("/{task}\"")), "{}", page.html());
        assert!(page.text().contains("Open it in Salesforce"), "{}", page.text());
    }

    async fn a_lost_answer_is_looked_for_and_the_task_is_deleted(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        let lost = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects");
        sim.push_fault(lost.method("POST"));
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("No answer Salesforce gave no clear answer"), "{text}");
        assert_eq!(tasks(&app), 1);
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("The test Task before this one may still be in Salesforce"), "{text}");
        assert_eq!(tasks(&app), 1, "no second one meanwhile");
        half_an_hour_passes(&app).await;
        assert_eq!(tasks(&app), 0);
        let text = admin.text(PAGE).await;
        assert!(text.contains("Cleared up Salesforce gave no clear answer at first."), "{text}");
    }

    async fn a_request_that_is_carried_out_minutes_later_leaves_no_task(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        let late = FaultKind::DelayCommit { millis: 8 * 60_000, hang: false };
        sim.push_fault(Fault::new(late).on("/composite/sobjects").method("POST"));
        test_on(&admin, account).await;
        assert_eq!(tasks(&app), 0);
        half_an_hour_passes(&app).await;
        assert_eq!(tasks(&app), 0);
        assert_eq!(deleted_tasks(&app).len(), 1, "it was carried out, and deleted");
    }

    async fn a_deletion_without_an_answer_is_repeated(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        sim.push_fault(Fault::new(FaultKind::DropBeforeCommit).method("DELETE"));
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("No answer"), "{text}");
        assert_eq!(tasks(&app), 1);
        half_an_hour_passes(&app).await;
        assert_eq!(tasks(&app), 0);
    }

    async fn a_process_that_died_before_it_deleted_leaves_no_task(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        sim.push_fault(Fault::new(FaultKind::DropBeforeCommit).method("DELETE"));
        test_on(&admin, account).await;
        let task = sim.tasks()[0].id;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE test_task SET state = 'running'", &[]).await.unwrap();
        tx.commit().await.unwrap();
        // It is known by its id: nothing else has to be found.
        sim.set_field(task, "Description", salesforce_sim::Value::Null);
        half_an_hour_passes(&app).await;
        assert_eq!(tasks(&app), 0);
    }

    async fn of_several_with_its_reference_only_the_oldest_is_deleted(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        let lost = || Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects").method("POST");
        sim.push_fault(lost());
        test_on(&admin, account).await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE test_task SET ask_at = NULL", &[]).await.unwrap();
        tx.commit().await.unwrap();
        app.advance(Duration::from_mins(1));
        sim.push_fault(lost());
        test_on(&admin, account).await;
        let (original, copy) = (sim.tasks()[1].clone(), sim.tasks()[0].id);
        // As if someone had cloned the second one afterwards: of two, the first was there before.
        sim.set_field(copy, "Description", salesforce_sim::Value::text(&original.comments));
        half_an_hour_passes(&app).await;
        let left: Vec<Id> = sim.tasks().iter().map(|task| task.id).collect();
        assert_eq!(left, [original.id]);
    }

    async fn a_task_whose_account_was_merged_meanwhile_is_found(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        let winner = sim.add_account(AccountSeed::new("Lakeside Group"));
        let lost = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects");
        sim.push_fault(lost.method("POST"));
        test_on(&admin, account).await;
        sim.merge(account, winner);
        assert_eq!(tasks(&app), 1);
        half_an_hour_passes(&app).await;
        assert_eq!(tasks(&app), 0);
    }

    async fn another_users_eyes_prove_nothing(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        let lost = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite/sobjects");
        sim.push_fault(lost.method("POST"));
        test_on(&admin, account).await;
        let mut tx = app.db.begin().await.unwrap();
        let other = "UPDATE test_task SET sent_as = '005000000000009AAA'";
        tx.execute(other, &[]).await.unwrap();
        tx.commit().await.unwrap();
        half_an_hour_passes(&app).await;
        let text = admin.text(PAGE).await;
        assert!(text.contains("Not known Nobody can tell whether the Task on “Lakeside Energy” exists"), "{text}");
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("Passed"), "the next one can be written: {text}");
    }

    async fn a_task_that_could_not_be_deleted_is_deleted_once_that_is_allowed(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        let sim = &app.sandbox.sim;
        sim.restrict_object(app.sandbox.integration, "Task", NO_DELETE);
        test_on(&admin, account).await;
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("may still be in Salesforce"), "its address isn't forgotten: {text}");
        assert_eq!(tasks(&app), 1);
        sim.restrict_object(app.sandbox.integration, "Task", ObjectAccess::FULL);
        let page = admin.open(PAGE).await;
        let done = admin.submit(&page, "/test-task/look?page=1", &[]).await;
        assert!(done.text().contains("within a minute"), "{}", done.text());
        test_tasks::clear_due(&app).await.unwrap();
        assert_eq!(tasks(&app), 0);
    }

    async fn nothing_is_written_while_the_integration_is_paused(app: TestApp) {
        let (_, admin, account) = with_account(&app).await;
        admin.post(&format!("{MODAL}/pause"), &[]).await;
        let text = test_on(&admin, account).await.text();
        assert!(text.contains("Nothing is sent while the integration is paused"), "{text}");
        assert_eq!(deleted_tasks(&app).len() + tasks(&app), 0);
    }

    async fn an_account_that_salesforce_does_not_have_is_refused(app: TestApp) {
        let (_, admin, _) = with_account(&app).await;
        let path = format!("{MODAL}/test-task?page=1");
        for id in ["001000000000001AAA", "nonsense", ""] {
            let answer = admin.post(&path, &[("account", id)]).await;
            let text = admin.follow(answer).await.text();
            assert!(text.contains("no such Account") || text.contains("not an Account’s id"), "{id}: {text}");
        }
        assert_eq!(tasks(&app), 0);
    }
}
