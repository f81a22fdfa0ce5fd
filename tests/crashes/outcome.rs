//! What the org has in the end, beside what the database says.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;
use domain::deliveries::DeliveryState;
use domain::deliveries::task::reference;
use domain::ids::DeliveryId;
use salesforce_sim::Sim;
use store::Db;

use super::deployment::Deployment;
use super::until;

/// A delivery, in the order of its lane.
struct Row {
    id: DeliveryId,
    person: String,
    state: DeliveryState,
    error: String,
}

/// What is wrong. Nothing, it should be.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Activities without a Task, each with its state and error.
    pub missing: Vec<String>,
    /// References that several Tasks have.
    pub doubled: Vec<String>,
    /// Tasks that no activity has.
    pub strange: usize,
    /// Addresses that several Leads have.
    pub leads_twice: Vec<String>,
    /// People of whom a later activity was written before an earlier one.
    pub out_of_order: Vec<String>,
}

/// Waits until nothing is open anymore.
pub async fn settled(deployment: &Deployment, limit: Duration) -> Result<()> {
    let db = deployment.database().await?;
    until("every delivery is settled", limit, || async {
        let Ok(mut tx) = db.read().await else {
            return Ok(false);
        };
        let open = tx
            .one(
                "SELECT COUNT(*) AS n FROM delivery
                 WHERE state IN ('pending', 'sending', 'waiting', 'uncertain')",
                &[],
            )
            .await;
        Ok(matches!(open.map(|row| row.get::<i64>("n")), Ok(Ok(0))))
    })
    .await
}

/// Compares all deliveries with all Tasks.
pub async fn compare(deployment: &Deployment) -> Result<Wrong> {
    let rows = rows(&deployment.database().await?).await?;
    let mut wrong = Wrong::default();
    let tasks = deployment.sandbox.all_tasks();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, task) in tasks.iter().enumerate() {
        for line in task.comments.lines() {
            places.entry(line.trim()).or_default().push(place);
        }
    }
    let mut last: HashMap<&str, usize> = HashMap::new();
    let mut found = 0;
    for row in &rows {
        let reference = reference(row.id);
        match places.get(reference.as_str()).map(Vec::as_slice) {
            None | Some([]) => wrong.missing.push(format!("{:?} {}", row.state, row.error)),
            Some([first, others @ ..]) => {
                found += 1 + others.len();
                if !others.is_empty() {
                    wrong.doubled.push(reference);
                }
                let before = last.insert(&row.person, *first);
                if before.is_some_and(|before| before > *first) {
                    wrong.out_of_order.push(row.person.clone());
                }
            }
        }
    }
    wrong.strange = tasks.len() - found;
    wrong.leads_twice = leads_twice(&deployment.sandbox);
    Ok(wrong)
}

async fn rows(db: &Db) -> Result<Vec<Row>> {
    let mut tx = db.read().await?;
    let rows = tx
        .all(
            "SELECT id, person, state, error_code, error_message FROM delivery
             ORDER BY lane_id, seq",
            &[],
        )
        .await?;
    let rows = rows.iter().map(|row| {
        let (code, message): (String, String) = (row.get("error_code")?, row.get("error_message")?);
        Ok(Row {
            id: row.get("id")?,
            person: row.get("person")?,
            state: row.get("state")?,
            error: format!("{code} {message}"),
        })
    });
    rows.collect()
}

fn leads_twice(sandbox: &Sim) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for lead in sandbox.find("SELECT Id, Email FROM Lead") {
        let email = lead["Email"].as_str().unwrap_or_default().to_lowercase();
        *seen.entry(email).or_default() += 1;
    }
    seen.retain(|_, count| *count > 1);
    seen.into_keys().collect()
}

impl Wrong {
    /// In one line, for people who compare runs.
    pub fn summary(&self) -> String {
        format!(
            "{} missing, {} doubled, {} of nobody, {} Leads twice, {} out of order",
            self.missing.len(),
            self.doubled.len(),
            self.strange,
            self.leads_twice.len(),
            self.out_of_order.len()
        )
    }

    /// Fails with the first of each kind.
    pub fn assert_nothing(&self) {
        println!("{}", self.summary());
        let first = |list: &[String]| list.iter().take(5).cloned().collect::<Vec<_>>();
        assert!(
            *self == Self::default(),
            "{}: missing {:?}, doubled {:?}, Leads {:?}, order {:?}",
            self.summary(),
            first(&self.missing),
            first(&self.doubled),
            first(&self.leads_twice),
            first(&self.out_of_order)
        );
    }
}
