//! The demo's updates.

use anyhow::Result;
use domain::content::update::UpdateTopic;
use domain::organizations::Organization;
use gatehouse::app::App;
use gatehouse::use_cases::content::updates::{self, Act, UpdateDraft};
use jiff::civil::Date;

use crate::calendar::past;
use crate::team::Team;

const UPDATES: &[(&str, UpdateTopic, &str, &str)] = &[
    (
        "2026-07-20",
        UpdateTopic::Documents,
        "SOC 2 Type II report for 2025/26 is here",
        "The report for **July 2025 to June 2026** is on this page. The auditors noted one exception; the \
         report says which, and what we did about it.\n\nCustomers and prospects can open it after a short \
         request.",
    ),
    (
        "2026-09-28",
        UpdateTopic::Security,
        "Penetration test completed, no critical or high findings",
        "Kestrel Lane Security tested the web application and the API for twelve days, with source code at \
         hand.\n\n- no critical or high findings\n- two medium ones, fixed within two weeks and tested again\n- five low \
         ones, four of them closed by now\n\nThe summary is among the reports.",
    ),
    (
        "2026-11-12",
        UpdateTopic::Subprocessors,
        "New subprocessor from 12 December: Kindred Desk ApS",
        "From **12 December 2026** Kindred Desk ApS of Copenhagen will keep our support tickets. It sees \
         what users write to support, and nothing else.\n\nYou have 30 days to object, as our data \
         processing agreement says: write to <security@northbeam.example>.",
    ),
];

pub(crate) async fn plant(app: &App, org: &Organization, team: &Team) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for (day, topic, title, body) in UPDATES {
        let draft = UpdateDraft {
            title: (*title).to_owned(),
            body: (*body).to_owned(),
            topic: Some(*topic),
            dated_on: (*day).to_owned(),
        };
        // On its day, or yesterday if that is yet to come.
        let days = app.ambient.today().since(day.parse::<Date>()?)?.get_days();
        let ambient = past(&app.ambient, i64::from(days.max(1)), 9);
        let act = team.act(app, org, &ambient, "nadia")?;
        updates::save(&mut tx, act, None, &draft, Act::Publish).await?;
    }
    tx.commit().await?;
    Ok(())
}
