//! What a salesperson reads on the pages of the org.

use std::collections::BTreeMap;

use fantoccini::Locator;

use crate::chromium::Chromium;

/// A Task as its card shows it: label and value.
pub type Task = BTreeMap<String, String>;

/// Cards are closed at first: their text is there, but not shown. One script reads
/// them all, where asking for each word would take seconds.
const TASKS: &str = "
    const text = (pair, tag) => pair.querySelector(tag).textContent.trim();
    return [...document.querySelectorAll('.timeline details.task')].map(card =>
        Object.fromEntries([...card.querySelectorAll('dl > div')].map(pair =>
            [text(pair, 'dt'), text(pair, 'dd')])));
";

impl Chromium {
    /// The Tasks of the timeline that is shown, by their Subjects.
    pub async fn tasks(&self) -> Vec<Task> {
        let found = self.run(TASKS).await;
        let mut tasks: Vec<Task> = serde_json::from_value(found).expect("labels and values");
        tasks.sort_by(|a, b| a["Subject"].cmp(&b["Subject"]));
        tasks
    }

    /// Opens the card of the Task with this Subject, and follows the link back to
    /// Gatehouse in its Comments.
    pub async fn follows_task(&self, subject: &str) {
        for card in self.all(".timeline details.task").await {
            let summary = card.find(Locator::Css("summary")).await.unwrap();
            if summary.text().await.unwrap().contains(subject) {
                summary.click().await.unwrap();
                let link = Locator::Css("a[href*='/dashboard/activity/']");
                let link = card.find(link).await.unwrap();
                let href = link.attr("href").await.unwrap().unwrap();
                return self.goto(&href).await;
            }
        }
        panic!("no {subject} in {}", self.text().await);
    }
}
