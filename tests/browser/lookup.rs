//! Finding an account's Salesforce Account as one types, with the keyboard alone.

use domain::accounts::Account;
use domain::ids::AccountId;
use domain::organizations::Role;
use fantoccini::key::Key;
use salesforce_sim::AccountSeed;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp, TestOrg};

async fn account(app: &TestApp, org: &TestOrg) -> String {
    let account = Account {
        domain: "larkspur.example".to_owned(),
        ..Account::new(
            app.ambient.id(AccountId::from_uuid),
            "Larkspur Inc.",
            app.ambient.now(),
        )
    };
    let mut tx = app.db.begin().await.unwrap();
    store::accounts::find_or_insert(&mut tx, org.id, account.clone())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    format!("/dashboard/accounts/{}", account.id)
}

#[tokio::test]
async fn an_account_is_found_by_typing_and_linked_from_the_keyboard() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let page = account(&app, &org).await;
    for name in [
        "Larkspur Health",
        "Larkspur Incorporated",
        "<b>Bold & Larkspur</b>",
    ] {
        app.sandbox.sim.add_account(AccountSeed::new(name));
    }
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;
    chromium.connect(&app).await;
    chromium.visit(&app, &page).await;

    // Before anything is typed, what comes near the account's name is suggested.
    chromium.click("#lookup").await;
    chromium
        .sees("2 Accounts with a name near this account’s")
        .await;
    let input = chromium.find("#lookup").await;
    input.send_keys("bold").await.unwrap();
    chromium.sees("1 Account found").await;
    chromium.sees("<b>Bold & Larkspur</b>").await;

    // Escape closes the list and keeps what was typed; an arrow opens it again.
    input
        .send_keys(&char::from(Key::Escape).to_string())
        .await
        .unwrap();
    assert_eq!(chromium.count("#lookup-list:not([hidden])").await, 0);
    let typed = input.prop("value").await.unwrap();
    assert_eq!(typed.as_deref(), Some("bold"));
    input.clear().await.unwrap();
    input.send_keys("larkspur").await.unwrap();
    chromium.sees("3 Accounts found").await;
    for key in [Key::Down, Key::Up, Key::Down, Key::Down] {
        input.send_keys(&char::from(key).to_string()).await.unwrap();
    }
    let active = input.attr("aria-activedescendant").await.unwrap().unwrap();
    let chosen = chromium.find(&format!("#{active}")).await;
    let words = chosen.text().await.unwrap();
    input
        .send_keys(&char::from(Key::Enter).to_string())
        .await
        .unwrap();
    let name = words.lines().next().unwrap().to_owned();
    chromium.sees("Link this Account").await;
    // The button has the focus now.
    chromium.press_focused().await;
    chromium
        .sees(&format!("Linked to the Salesforce Account “{name}”"))
        .await;
    chromium.sees("Linked by").await;
}
