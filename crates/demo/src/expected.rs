//! The Tasks of an org as rows of a table, and what differs from the expected.

use salesforce_sim::Sim;

use crate::welcome::SALESFORCE_USER;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Row {
    pub subject: String,
    /// Name: the Contact or Lead.
    pub name: String,
    /// Related To: the Account.
    pub related_to: String,
    pub assigned_to: String,
    pub status: String,
    pub due_date: String,
}

const HEAD: [&str; 6] = [
    "Subject",
    "Name",
    "Related To",
    "Assigned To",
    "Status",
    "Due Date",
];

impl Row {
    /// The Tasks that Gatehouse wrote, oldest first: those that came to be in the org as the
    /// work of whoever connected it. Colleagues have Tasks of their own there.
    pub(crate) fn from_org(sim: &Sim) -> Vec<Self> {
        let user = sim.find(&format!(
            "SELECT Name FROM User WHERE Username = '{SALESFORCE_USER}'"
        ));
        let name = user.first().and_then(|user| user.get("Name")?.as_str());
        let name = name.unwrap_or_default();
        let tasks = sim.tasks().into_iter();
        tasks
            .filter(|task| task.created_by_name == name)
            .map(|task| Self {
                subject: task.subject,
                name: task.who_name,
                related_to: task.what_name,
                assigned_to: task.owner_name,
                status: task.status,
                due_date: task
                    .due_date
                    .map(|date| date.to_string())
                    .unwrap_or_default(),
            })
            .collect()
    }

    fn cells(&self) -> [&str; 6] {
        [
            &self.subject,
            &self.name,
            &self.related_to,
            &self.assigned_to,
            &self.status,
            &self.due_date,
        ]
    }
}

/// In columns, with a head.
pub(crate) fn table(rows: &[Row]) -> String {
    let lines: Vec<[&str; 6]> = std::iter::once(HEAD)
        .chain(rows.iter().map(Row::cells))
        .collect();
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| {
            let cells = lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &[&str; 6]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * (HEAD.len() - 1));
    let mut text = format!("{}\n{rule}\n", line(&lines[0]));
    for cells in &lines[1..] {
        text.push_str(&line(cells));
        text.push('\n');
    }
    text
}

/// One line for each Task that is missing (`-`) or shouldn't be there (`+`); empty
/// where they are the same, in whatever order.
pub(crate) fn differences(found: &[Row], expected: &[Row]) -> String {
    let mut unexpected = found.to_vec();
    let mut text = String::new();
    for row in expected {
        match unexpected.iter().position(|found| found == row) {
            Some(at) => drop(unexpected.remove(at)),
            None => text.extend(["- ", &row.cells().join(" | "), "\n"]),
        }
    }
    for row in unexpected {
        text.extend(["+ ", &row.cells().join(" | "), "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &str, status: &str) -> Row {
        Row {
            subject: subject.to_owned(),
            name: "Dana Whitfield".to_owned(),
            related_to: "Larkspur Health".to_owned(),
            assigned_to: "Amara Okafor".to_owned(),
            status: status.to_owned(),
            due_date: "2026-11-23".to_owned(),
        }
    }

    #[test]
    fn the_order_does_not_matter_but_every_field_does() {
        let (one, two) = (row("A", "Completed"), row("B", "Completed"));
        let same = differences(&[one.clone(), two.clone()], &[two.clone(), one.clone()]);
        assert_eq!(same, "");
        let open = row("B", "Not Started");
        let text = differences(&[one.clone(), open], &[one, two]);
        assert_eq!(text.lines().count(), 2);
        assert!(
            text.contains("- B |") && text.contains("| Not Started |"),
            "{text}"
        );
    }

    #[test]
    fn the_table_lines_up() {
        let text = table(&[row("SafeBase: Requested Access", "Completed")]);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("Subject                     Name"));
        assert!(lines[2].starts_with("SafeBase: Requested Access  Dana Whitfield"));
    }
}
