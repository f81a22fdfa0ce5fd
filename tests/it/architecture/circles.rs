//! Modules beside each other don't use each other in circles, whatever layer they are in.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use super::direction::names;
use super::source::{Source, all};

/// The folders whose modules are looked at, and how a path to one of them begins.
const FOLDERS: [(&str, &str); 10] = [
    ("src/delivery", "crate::delivery::"),
    (
        "src/salesforce_connection",
        "crate::salesforce_connection::",
    ),
    ("src/use_cases", "crate::use_cases::"),
    ("src/web", "crate::web::"),
    ("src/web/http", "crate::web::http::"),
    ("src/web/dashboard", "crate::web::dashboard::"),
    ("src/web/public", "crate::web::public::"),
    ("crates/domain/src", "crate::"),
    ("crates/salesforce/src", "crate::"),
    ("crates/store/src", "crate::"),
];

/// By module, the modules beside it that it uses, each with a file that does.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn modules_beside_each_other_use_each_other_in_no_circle() {
    let mut circles = Vec::new();
    for (folder, begins) in FOLDERS {
        let uses = uses(folder, begins, &all(&[folder]));
        let count: usize = uses.values().map(BTreeMap::len).sum();
        assert!(count > 3, "only {count} uses were seen in {folder}");
        circles.extend(circle(&uses).map(|circle| format!("{folder}: {circle}")));
    }
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

fn uses(folder: &str, begins: &str, files: &[Source]) -> Uses {
    let below = |file: &Source| {
        let path = Path::new(&file.path).strip_prefix(folder).ok()?;
        let first = path.iter().next()?.to_str()?;
        let module = first.strip_suffix(".rs").unwrap_or(first);
        let module = module.strip_suffix("_tests").unwrap_or(module);
        let is_folder = path.file_name()? == "mod.rs";
        let depth = path.iter().count() - usize::from(is_folder);
        (!["lib", "main", "mod"].contains(&module)).then_some((module.to_owned(), depth))
    };
    let mut uses: Uses = files
        .iter()
        .filter_map(below)
        .map(|(module, _)| (module, BTreeMap::new()))
        .collect();
    for file in files {
        let Some((module, depth)) = below(file) else {
            continue;
        };
        for used in [begins, "super::".repeat(depth).as_str()]
            .iter()
            .flat_map(|begins| named_after(&file.code, begins))
            .filter(|used| *used != module && uses.contains_key(used))
            .collect::<Vec<_>>()
        {
            let of_module = uses.entry(module.clone()).or_default();
            of_module.entry(used).or_insert_with(|| file.path.clone());
        }
    }
    uses
}

/// The names that follow where a path begins like this.
fn named_after(code: &str, begins: &str) -> Vec<String> {
    let starts = code.match_indices(begins).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || "_:$".contains(c))
    });
    starts
        .flat_map(|(at, _)| names(&code[at + begins.len()..]))
        .collect()
}

/// The shortest circle there is, with the files that make it.
fn circle(uses: &Uses) -> Option<String> {
    let circles = uses.keys().filter_map(|start| way_back(uses, start));
    let shortest = circles.min_by_key(Vec::len)?;
    let steps = shortest.windows(2).map(|step| {
        let file = &uses[&step[0]][&step[1]];
        format!("{} uses {} ({file})", step[0], step[1])
    });
    Some(steps.collect::<Vec<_>>().join(", "))
}

/// The shortest way from a module over the modules that it uses back to it.
fn way_back(uses: &Uses, start: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = Vec::new();
    while let Some(way) = ways.pop_front() {
        for next in uses.get(way.last()?)?.keys() {
            let further = [way.as_slice(), std::slice::from_ref(next)].concat();
            if next == start {
                return Some(further);
            }
            if !seen.contains(next) {
                seen.push(next.clone());
                ways.push_back(further);
            }
        }
    }
    None
}

#[test]
fn a_circle_is_found_and_named() {
    let source = |path: &str, code: &str| Source {
        path: path.to_owned(),
        code: code.to_owned(),
        lines: 1,
    };
    let mut files = vec![
        source("src/web/mod.rs", "use a::A; use b::B;"),
        source("src/web/a.rs", "use crate::web::{b::B, d};"),
        source("src/web/b/mod.rs", "use super::c::C; use crate::a::A;"),
        source("src/web/c/deep.rs", "use super::a::A; use super::super::d;"),
        source("src/web/d.rs", "use super::d::D;"),
    ];
    let found = |files: &[Source]| circle(&uses("src/web", "crate::web::", files));
    assert_eq!(found(&files), None);
    files.push(source("src/web/c/mod.rs", "use super::a::A;"));
    assert_eq!(
        found(&files).as_deref(),
        Some("a uses b (src/web/a.rs), b uses c (src/web/b/mod.rs), c uses a (src/web/c/mod.rs)")
    );
}
