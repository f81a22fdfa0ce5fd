//! What members say and give arrives in Salesforce.

use domain::activities::ActivityKind;
use domain::organizations::Role;
use salesforce_sim::{AccountSeed, ContactSeed, UserSeed};

use super::{item, send, write};
use crate::on_both_databases;
use crate::public::member;

on_both_databases! {
    async fn a_comment_is_a_task_on_the_contact_and_its_account(app: TestApp) {
        let sandbox = app.sandbox.sim.clone();
        let owner = sandbox.add_user(UserSeed::new("rep@northgate.example", "Rosa", "Marin"));
        let account = sandbox.add_account(AccountSeed::new("Analytical Engines").owned_by(owner));
        let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
        let contact = sandbox.add_contact(ada.of(account).owned_by(owner));
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        app.connect_sandbox(&admin).await;
        app.switch_on(&admin, &[ActivityKind::CommentOnStatusPage]).await;

        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Was the API in scope?\r\nhttps://engines.example").await;
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        let task = &tasks[0];
        assert_eq!(task.subject, "SafeBase: Comment on Status Page");
        assert_eq!((task.who, task.what), (Some(contact), Some(account)));
        assert_eq!(task.owner, Some(owner));
        for part in [
            "Visitor: Ada Lovelace <ada@engines.example>",
            "Company: Analytical Engines",
            "Item: Penetration test",
            "Comment:\nWas the API in scope?\nhttps://engines.example",
        ] {
            assert!(task.comments.contains(part), "{part}\n{}", task.comments);
        }
    }

    async fn a_questionnaire_is_a_task_with_file_due_date_and_note(app: TestApp) {
        let sandbox = app.sandbox.sim.clone();
        let account = sandbox.add_account(AccountSeed::new("Analytical Engines"));
        let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
        let contact = sandbox.add_contact(ada.of(account));
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        app.connect_sandbox(&admin).await;
        app.switch_on(&admin, &[ActivityKind::QuestionnaireUploaded]).await;

        let ada = member(&app, &org).await;
        let fields = [("due_on", "2026-03-01"), ("note", "For our renewal.")];
        send(&ada, &org, &fields, "SIG.csv", b"question,answer").await;
        app.sync().await;
        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        assert_eq!(tasks[0].subject, "SafeBase: Questionnaire Uploaded");
        assert_eq!((tasks[0].who, tasks[0].what), (Some(contact), Some(account)));
        for part in ["File: SIG.csv", "Note:\nDue: 2026-03-01\n\nFor our renewal."] {
            assert!(tasks[0].comments.contains(part), "{part}\n{}", tasks[0].comments);
        }
    }
}
