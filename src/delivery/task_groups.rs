//! Which Tasks go together in one call, so that nobody's later one can be written
//! without their earlier one.
//!
//! Salesforce writes each row of a collection by itself. Several activities of one
//! person therefore stand in a collection that is written as a whole or not at all;
//! people with a single activity share collections in which each row is on its own.

use std::collections::{HashMap, HashSet};

use salesforce::tasks::{MAX_COLLECTION, MAX_GROUPS};

/// Rows that go as one collection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group<T> {
    pub all_or_none: bool,
    pub rows: Vec<T>,
}

/// What goes now, and what has to wait for another call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan<T> {
    pub groups: Vec<Group<T>>,
    pub later: Vec<T>,
}

/// Plans one call. `rows` are in the order of the activities; `person` says whose each
/// is. With `singly`, each person's first row goes alone and the rest waits: what
/// remains where a whole collection was rolled back again and again.
pub(super) fn plan<T>(rows: Vec<T>, person: impl Fn(&T) -> &str, singly: bool) -> Plan<T> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for row in &rows {
        *counts.entry(person(row).to_owned()).or_default() += 1;
    }
    let mut later = Vec::new();
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for row in rows {
        let first = seen.insert(person(&row).to_owned());
        match counts[person(&row)] {
            1 => alone.push(row),
            _ if singly && first => alone.push(row),
            _ if singly => later.push(row),
            _ => together.push(row),
        }
    }
    let mut groups = whole_people(together, person, &mut later);
    while !alone.is_empty() && groups.len() < MAX_GROUPS {
        let rest = alone.split_off(alone.len().min(MAX_COLLECTION));
        groups.push(Group {
            all_or_none: false,
            rows: std::mem::replace(&mut alone, rest),
        });
    }
    later.extend(alone);
    Plan { groups, later }
}

/// Collections that hold all rows of each of their people; of someone with more than
/// fit, the first ones.
fn whole_people<T>(rows: Vec<T>, person: impl Fn(&T) -> &str, later: &mut Vec<T>) -> Vec<Group<T>> {
    let mut order: Vec<String> = Vec::new();
    let mut by_person: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        let of = by_person.entry(person(&row).to_owned()).or_insert_with(|| {
            order.push(person(&row).to_owned());
            Vec::new()
        });
        of.push(row);
    }
    let mut groups: Vec<Group<T>> = Vec::new();
    for name in order {
        let mut theirs = by_person.remove(&name).unwrap_or_default();
        later.extend(theirs.split_off(theirs.len().min(MAX_COLLECTION)));
        let fits = |group: &Group<T>| group.rows.len() + theirs.len() <= MAX_COLLECTION;
        match groups.iter().position(fits) {
            Some(at) => groups[at].rows.append(&mut theirs),
            None if groups.len() < MAX_GROUPS => groups.push(Group {
                all_or_none: true,
                rows: theirs,
            }),
            None => later.append(&mut theirs),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(String, usize)> {
        let people = text.split_whitespace().enumerate();
        people.map(|(n, person)| (person.to_owned(), n)).collect()
    }

    fn planned(text: &str, singly: bool) -> Plan<(String, usize)> {
        plan(rows(text), |row| &row.0, singly)
    }

    #[test]
    fn people_with_several_activities_stand_in_a_collection_that_is_all_or_none() {
        let plan = planned("ada bob ada cy", false);
        assert_eq!(plan.later, []);
        assert_eq!(plan.groups.len(), 2);
        assert!(plan.groups[0].all_or_none);
        assert_eq!(
            plan.groups[0].rows,
            [("ada".to_owned(), 0), ("ada".to_owned(), 2)]
        );
        assert!(!plan.groups[1].all_or_none);
        assert_eq!(
            plan.groups[1].rows,
            [("bob".to_owned(), 1), ("cy".to_owned(), 3)]
        );
    }

    #[test]
    fn one_by_one_each_person_has_one_row_in_a_call() {
        let plan = planned("ada bob ada ada", true);
        assert_eq!(plan.groups.len(), 1);
        assert!(!plan.groups[0].all_or_none);
        assert_eq!(
            plan.groups[0].rows,
            [("ada".to_owned(), 0), ("bob".to_owned(), 1)]
        );
        assert_eq!(plan.later, [("ada".to_owned(), 2), ("ada".to_owned(), 3)]);
    }

    #[test]
    fn nobodys_rows_are_spread_over_collections_and_no_call_is_too_large() {
        let mut text = String::new();
        for n in 0..2_000 {
            text.push_str(&format!("p{} ", n % 97));
            if n % 3 == 0 {
                text.push_str(&format!("single{n} "));
            }
        }
        text.push_str(&"whale ".repeat(450));
        let plan = planned(&text, false);
        assert!(plan.groups.len() <= MAX_GROUPS);
        let mut home: HashMap<&str, usize> = HashMap::new();
        for (n, group) in plan.groups.iter().enumerate() {
            assert!(group.rows.len() <= MAX_COLLECTION);
            for (person, _) in &group.rows {
                assert_eq!(
                    *home.entry(person).or_insert(n),
                    n,
                    "{person} is in two collections"
                );
            }
        }
        let sent: usize = plan.groups.iter().map(|group| group.rows.len()).sum();
        assert_eq!(sent + plan.later.len(), rows(&text).len(), "none is lost");
    }

    #[test]
    fn whoever_has_more_than_fits_sends_the_first() {
        let plan = planned(&"whale ".repeat(450), false);
        let numbers: Vec<usize> = plan.groups[0].rows.iter().map(|row| row.1).collect();
        assert_eq!(numbers, (0..200).collect::<Vec<_>>());
        assert_eq!(plan.groups.len(), 1);
        assert_eq!(plan.later.len(), 250);
    }
}
