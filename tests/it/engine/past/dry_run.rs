//! What a dry run says, and that it does nothing.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use salesforce_sim::{AccountSeed, ContactSeed, FieldAccess, LeadSeed, ObjectAccess};

use super::{
    COMPANY, DOWNLOAD, HOME, REQUEST, VIEW, asks_for, count, dry_run, past, quiet, sends, works,
};
use crate::on_both_databases;

on_both_databases! {
    async fn it_says_what_past_activity_would_become_and_changes_nothing(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let before = ["Contact", "Lead", "Account"].map(|object| count(&fixture.sandbox, object));
        let page = asks_for(&app, &fixture.admin, &["create_contact", "create_lead"]).await;
        let text = page.text();
        for part in [
            "Dry run of the last 30 days",
            "Tasks 6 on 1 Account",
            "New Contacts 1",
            "New Leads 1",
            "No match 0",
            "6 activities in this time.",
            "bo@harbor.example",
            "cy@lakeside.example",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(fixture.sandbox.all_tasks().len(), 0);
        let after = ["Contact", "Lead", "Account"].map(|object| count(&fixture.sandbox, object));
        assert_eq!(after, before);
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 0, "nothing is on its way");
    }

    async fn without_the_options_strangers_find_no_match(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let text = asks_for(&app, &fixture.admin, &[]).await.text();
        for part in ["Tasks 4 on 1 Account", "New Contacts 0", "New Leads 0", "No match 2"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("Send 6 past activities"), "{text}");
    }

    async fn what_it_says_is_what_sending_does(app: TestApp) {
        let fixture = quiet(&app).await;
        let sandbox = fixture.sandbox.clone();
        let other = sandbox.add_account(AccountSeed::new("Lantern Labs"));
        sandbox.add_contact(ContactSeed::new("Di", "Moss", "di@lantern.example").of(other));
        sandbox.add_lead(LeadSeed::new("Ed", "Fox", "ed@fox.example", "Fox"));
        sandbox.add_contact(ContactSeed::new("Gil", "Alone", "gil@harbor.example"));
        app.options_on(&fixture.admin, &["create_contact", "create_lead", "associate_contact"]).await;
        past(&app, &fixture).await;
        for (kind, email, company) in [
            (VIEW, "di@lantern.example", "Something else"),
            (DOWNLOAD, "ed@fox.example", "Fox"),
            (REQUEST, "ed@fox.example", "Fox"),
            (VIEW, "gil@harbor.example", COMPANY),
            (VIEW, "hu@nowhere.example", "Nowhere"),
            (REQUEST, "ivy@lantern.example", "lantern labs"),
            (DOWNLOAD, "ivy@lantern.example", "lantern labs"),
        ] {
            fixture.does(&app, kind, email, company).await;
        }
        app.advance(Duration::from_secs(1));
        let options = ["create_contact", "create_lead", "associate_contact"];
        let page = asks_for(&app, &fixture.admin, &options).await;
        let text = page.text();
        for part in [
            "Tasks 12 on 2 Accounts",
            "New Contacts 2",
            "New Leads 1",
            "No match 1",
            "1 Contact is given an Account.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let before = ["Contact", "Lead"].map(|object| count(&sandbox, object));
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        let tasks = sandbox.all_tasks();
        assert_eq!(tasks.len(), 12);
        let mut accounts: Vec<_> = tasks.iter().filter_map(|task| task.what).collect();
        accounts.sort_unstable();
        accounts.dedup();
        assert_eq!(accounts.len(), 2);
        assert_eq!(count(&sandbox, "Contact"), before[0] + 2);
        assert_eq!(count(&sandbox, "Lead"), before[1] + 1);
        let unmatched = fixture.admin.text("/dashboard/salesforce/unmatched").await;
        assert!(unmatched.contains("Nowhere"), "{unmatched}");
    }

    async fn it_tells_what_salesforce_would_refuse(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        fixture.sandbox.require_field("Lead", "Region__c");
        fixture.sandbox.add_validation_rule("Task", "Say which type it is.", |_| false);
        let may = ObjectAccess { create: false, ..ObjectAccess::FULL };
        fixture.sandbox.restrict_object(fixture.service_user, "Task", may);
        let user = fixture.service_user;
        fixture.sandbox.restrict_field(user, "Contact", "Email", Some(FieldAccess::Hidden));
        fixture.admin.post("/dashboard/settings/salesforce/check", &[]).await;
        let text = asks_for(&app, &fixture.admin, &["create_lead"]).await.text();
        assert!(text.contains("Permission missing, Create Task."), "{text}");
        assert!(text.contains("the validation rule Rule_1 may refuse some: “Say which type it is.”"), "{text}");
        assert!(text.contains("Permission missing, Read Contact.Email."), "{text}");
        assert!(text.contains("New Leads 0"), "nobody is created who may exist: {text}");
        assert!(!text.contains("Region__c"), "no Lead is created: {text}");
        fixture.sandbox.restrict_field(user, "Contact", "Email", None);
        fixture.admin.post("/dashboard/settings/salesforce/check", &[]).await;
        app.advance(Duration::from_mins(2));
        let text = asks_for(&app, &fixture.admin, &["create_lead"]).await.text();
        assert!(text.contains("New Leads 1"), "{text}");
        assert!(text.contains("(Region__c), and Gatehouse leaves it empty."), "{text}");
    }

    async fn only_the_chosen_activities_of_the_chosen_time_are_looked_at(app: TestApp) {
        let fixture = quiet(&app).await;
        fixture.downloads(&app).await;
        app.advance(Duration::from_hours(24 * 8));
        let admin = app.browser_of(&app.staff_with(&fixture.org, "later@northgate.example", Role::Admin).await).await;
        fixture.downloads(&app).await;
        fixture.happens(&app, VIEW).await;
        app.advance(Duration::from_secs(1));
        let week = dry_run(&app, &admin, &[("days", "7"), (DOWNLOAD.key(), "yes")]).await.text();
        assert!(week.contains("Dry run of the last 7 days") && week.contains("Tasks 1 on"), "{week}");
        let month = dry_run(&app, &admin, &[("days", "30"), (DOWNLOAD.key(), "yes")]).await.text();
        assert!(month.contains("Tasks 2 on"), "{month}");
        let nothing = admin.post(&format!("{HOME}/dry-run"), &[("days", "30")]).await;
        let nothing = admin.follow(nothing).await.text();
        assert!(nothing.contains("Choose at least one activity."), "{nothing}");
    }

    async fn five_thousand_activities_take_few_calls(app: TestApp) {
        let fixture = quiet(&app).await;
        for n in 0..5_000 {
            let email = format!("p{}@harbor.example", n % 40);
            fixture.does(&app, VIEW, &email, COMPANY).await;
        }
        app.advance(Duration::from_secs(1));
        fixture.sandbox.reset_api_calls();
        let text = asks_for(&app, &fixture.admin, &[]).await.text();
        assert!(text.contains("Tasks 5,000 on 1 Account"), "{text}");
        let calls = fixture.sandbox.api_calls();
        assert!(calls <= 8, "{calls} calls");
        assert!(text.contains(&format!("The dry run took {calls} API call")), "{calls}: {text}");
    }

    async fn an_org_that_cannot_be_asked_is_told_and_another_try_succeeds(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        fixture.sandbox.set_api_enabled(fixture.service_user, false);
        let text = asks_for(&app, &fixture.admin, &[]).await.text();
        assert!(text.contains("Salesforce can’t be asked now: API_CURRENTLY_DISABLED"), "{text}");
        assert!(!text.contains("Export CSV"), "{text}");
        fixture.sandbox.set_api_enabled(fixture.service_user, true);
        let text = asks_for(&app, &fixture.admin, &[]).await.text();
        assert!(text.contains("Tasks 4 on 1 Account"), "{text}");
    }

    async fn the_csv_has_a_line_for_what_is_alike_with_record_and_reason(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        asks_for(&app, &fixture.admin, &["create_lead"]).await;
        let file = fixture.admin.get(&format!("{HOME}/dry-run.csv")).await;
        assert_eq!(file.status, 200);
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(file.bytes.as_slice())
            .into_records()
            .collect::<Result<_, _>>()
            .expect("a table");
        let downloads = rows.iter().find(|row| &row[1] == "File Downloaded").expect("a line");
        assert_eq!((&downloads[0], &downloads[2]), ("Task on a Contact", "2"));
        assert_eq!(&downloads[8], fixture.contact.to_string());
        assert_eq!((&downloads[10], &downloads[11]), (COMPANY, "A Contact has this email. Its Account is “Harbor & Co”."));
        assert!(rows.iter().any(|row| &row[0] == "Task on a new Lead" && &row[6] == "cy@lakeside.example"));
        assert_eq!(rows.len(), 5);
    }

    async fn another_organization_sees_nothing_of_it(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        let run = page.form("/send").expect("a form");
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert_eq!(stranger.get(&format!("{HOME}/dry-run.csv")).await.status, 404);
        assert!(!stranger.text(HOME).await.contains("Dry run of"));
        let sent = stranger.post(run.action.as_str(), &[("run", run.value("run").unwrap())]).await;
        let said = stranger.follow(sent).await.text();
        assert!(said.contains("There is no Salesforce connection"), "{said}");
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 0);
    }
}
