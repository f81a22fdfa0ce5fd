//! The signature as a Task.

use domain::activities::ActivityKind;
use salesforce_sim::{AccountSeed, ContactSeed};

use super::{colleague, fixture};
use crate::on_both_databases;

on_both_databases! {
    async fn a_signature_becomes_one_task_of_the_account(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = app.sandbox.sim.clone();
        let account = sandbox.add_account(AccountSeed::new("Analytical Engines"));
        let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
        let contact = sandbox.add_contact(ada.of(account));
        app.connect_sandbox(&fixture.admin).await;
        app.switch_on(&fixture.admin, &[ActivityKind::NdaSigned]).await;
        let charles = colleague(&app, &fixture.org).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        charles.open(&fixture.org.page("/nda")).await;
        app.sync().await;

        let tasks = sandbox.tasks();
        assert_eq!(tasks.len(), 1);
        let task = &tasks[0];
        assert_eq!(task.subject, "SafeBase: NDA Signed");
        assert_eq!((task.who, task.what), (Some(contact), Some(account)));
        assert_eq!(task.status, "Completed");
        let hash = fixture.signature(&app).await.unwrap().sha256;
        for part in ["Ada Lovelace <ada@engines.example>", "version 1 of the NDA", &hash] {
            assert!(task.comments.contains(part), "{part}\n{}", task.comments);
        }
    }
}
