//! Switches, options and settings: each is saved on its own and stays.

use domain::activities::ActivityKind;
use salesforce_sim::UserSeed;

use super::people::{MODAL, audit, connected, connection, is_ticked};
use crate::on_both_databases;

on_both_databases! {
    async fn each_switch_keeps_its_state_over_a_reload(app: TestApp) {
        let (org, admin) = connected(&app).await;
        for kind in ActivityKind::ALL {
            let form = format!("/switches/{}", kind.key());
            app.switch_on(&admin, &[kind]).await;
            assert!(is_ticked(&admin, &form).await, "{kind} on");
            for other in ActivityKind::ALL.into_iter().filter(|other| *other > kind) {
                let form = format!("/switches/{}", other.key());
                assert!(!is_ticked(&admin, &form).await, "{other} is untouched by {kind}");
            }
        }
        let form = "/switches/file_downloaded";
        admin.post(&format!("{MODAL}{form}"), &[]).await;
        assert!(!is_ticked(&admin, form).await);
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.ends_with("Turned a Salesforce activity off File Downloaded: On → Off")), "{log:?}");
    }

    async fn each_option_keeps_its_state_over_a_reload(app: TestApp) {
        let (_, admin) = connected(&app).await;
        for name in ["create_contact", "create_lead", "mark_completed", "associate_contact"] {
            let form = format!("/options/{name}");
            app.options_on(&admin, &[name]).await;
            assert!(is_ticked(&admin, &form).await, "{name} on");
            admin.post(&format!("{MODAL}{form}"), &[]).await;
            assert!(!is_ticked(&admin, &form).await, "{name} off");
        }
    }

    async fn the_assignment_rule_of_lead_is_left_out_from_the_page_alone_which_the_audit_log_has(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (path, page) = ("/options/assignment_rule", "/dashboard/salesforce/activities");
        let on_page = "/options/assignment_rule?page=1";
        assert!(admin.open(MODAL).await.form(path).is_none(), "the guide's dialog stays as it is");
        let form = admin.open(page).await.form(on_page).expect("a form on the page");
        assert!(form.value("on").is_some(), "as Salesforce has it");
        admin.post(&format!("{MODAL}{path}"), &[]).await;
        assert!(connection(&app, &org).await.unwrap().options.skip_lead_assignment);
        let form = admin.open(page).await.form(on_page).expect("a form on the page");
        assert!(form.value("on").is_none());
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.contains("Assignment rule of Lead: On → Off")), "{log:?}");
        admin.post(&format!("{MODAL}{path}"), &[("on", "1")]).await;
        assert!(!connection(&app, &org).await.unwrap().options.skip_lead_assignment);
    }

    async fn options_that_are_ticked_at_the_same_moment_are_all_kept(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let names = ["create_contact", "create_lead", "mark_completed", "associate_contact"];
        for _ in 0..5 {
            let paths = names.map(|name| format!("{MODAL}/options/{name}"));
            let ticks = paths.iter().map(|path| admin.post(path, &[("on", "1")]));
            futures::future::join_all(ticks).await;
            let options = connection(&app, &org).await.unwrap().options;
            let on = [
                options.create_contact,
                options.create_lead,
                options.mark_completed,
                options.associate_contact,
            ];
            assert_eq!(on, [true; 4]);
            for name in names {
                admin.post(&format!("{MODAL}/options/{name}"), &[]).await;
            }
        }
    }

    async fn the_subjects_and_options_are_the_guides(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let text = admin.text(MODAL).await;
        for words in [
            "SafeBase: Requested Access",
            "SafeBase: Account Created",
            "SafeBase: Account Member Added",
            "SafeBase: Comment on Status Page",
            "SafeBase: File Downloaded",
            "SafeBase: NDA Signed",
            "SafeBase: Questionnaire Uploaded",
            "SafeBase: Status Page View",
            "Create a new Contact when the company’s Account exists, but no Contact has the requester’s email",
            "Create a new Lead when neither a matching Contact nor a matching Account is found",
            "Mark the Requested Access activity as completed automatically",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    async fn a_script_that_saves_in_place_gets_what_was_saved(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let url = admin.client().url(&format!("{MODAL}/switches/nda_signed")).unwrap();
        let request = admin.client().http().post(url).form(&[("on", "1")]);
        let answer = request
            .header("Sec-Fetch-Site", "same-origin")
            .header("Accept", "text/plain")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let said = answer.text().await.unwrap();
        assert_eq!(said, "SafeBase: NDA Signed is on, for what happens from now on.");
        assert!(is_ticked(&admin, "/switches/nda_signed").await);
    }

    async fn a_default_owner_is_found_by_search_and_must_be_active(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let sim = &app.sandbox.sim;
        let ada = sim.add_user(UserSeed::new("ada@northgate.example", "Ada", "Owner"));
        let gone = sim.add_user(UserSeed::new("gone@northgate.example", "Gone", "Owner").inactive());

        let found = admin.text(&format!("{MODAL}?owner=owner")).await;
        assert!(found.contains("Ada Owner"), "{found}");
        assert!(!found.contains("Gone Owner"), "{found}");
        let nobody = admin.text(&format!("{MODAL}?owner=nobody%27s%5C%25_")).await;
        assert!(nobody.contains("No active user"), "{nobody}");

        let path = format!("{MODAL}/owner");
        let answer = admin.post(&path, &[("id", &gone.to_string())]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("can't own Tasks"), "{text}");

        let answer = admin.post(&path, &[("id", &ada.to_string())]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Ada Owner is the default task owner"), "{text}");
        let owner = connection(&app, &org).await.unwrap().options.default_owner;
        assert_eq!(owner.map(|owner| owner.name).as_deref(), Some("Ada Owner"));

        admin.post(&path, &[("id", "")]).await;
        assert_eq!(connection(&app, &org).await.unwrap().options.default_owner, None);
    }

    async fn a_prefix_is_checked(app: TestApp) {
        let (_, admin) = connected(&app).await;
        for (form, field, typed, said) in [
            ("prefix", "subject_prefix", "  ", "A prefix has 1 to 60 characters"),
            ("prefix", "subject_prefix", &"x".repeat(61), "A prefix has 1 to 60 characters"),
            ("prefix", "subject_prefix", "Trust Center:", "Subjects of Tasks begin with it"),
        ] {
            let answer = admin.post(&format!("{MODAL}/{form}"), &[(field, typed)]).await;
            let text = admin.follow(answer).await.text();
            assert!(text.contains(said), "{typed}: {text}");
        }
        let text = admin.text(MODAL).await;
        assert!(text.contains("Trust Center: Requested Access"), "{text}");
    }

    async fn an_unknown_switch_or_option_is_a_page_that_is_not_there(app: TestApp) {
        let (_, admin) = connected(&app).await;
        for path in ["switches/everything", "options/delete_accounts"] {
            let answer = admin.post(&format!("{MODAL}/{path}"), &[("on", "1")]).await;
            assert_eq!(answer.status, 404, "{path}");
        }
    }

    async fn pausing_and_resuming_is_seen(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let answer = admin.post(&format!("{MODAL}/pause"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Paused") && text.contains("Resume"), "{text}");
        let answer = admin.post(&format!("{MODAL}/resume"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Pause") && !text.contains("Resume "), "{text}");
    }

    async fn confirming_the_org_is_remembered(app: TestApp) {
        let (_, admin) = connected(&app).await;
        assert!(admin.text(MODAL).await.contains("Is this the right org?"));
        admin.post(&format!("{MODAL}/confirm"), &[]).await;
        let text = admin.text(MODAL).await;
        assert!(text.contains("Confirmed") && !text.contains("Is this the right org?"), "{text}");
    }
}
