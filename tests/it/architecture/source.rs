//! Reading the sources.

use std::path::{Path, PathBuf};

pub struct Source {
    /// Below the repository's root.
    pub path: String,
    /// Without comments of whole lines.
    pub code: String,
    pub lines: usize,
}

impl Source {
    /// The layer of `src` that it is in: `src/web/docusign.rs` is in `web`.
    pub fn layer(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        let first = below.split('/').next()?;
        let layer = first.strip_suffix(".rs").unwrap_or(first);
        Some(layer.strip_suffix("_tests").unwrap_or(layer))
    }

    /// How many modules deep its own module is: `src/web/docusign.rs` is 2.
    pub fn depth(&self) -> usize {
        let parts = self.path.split('/').count() - 1;
        if self.path.ends_with("/mod.rs") {
            parts - 1
        } else {
            parts
        }
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file and template below these folders, in order.
pub fn all(folders: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn walk(folder: &Path, files: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        if path.is_dir() {
            walk(&path, files);
        } else if let Some("rs" | "html" | "txt") = kind {
            files.push(read(&path));
        }
    }
}

fn read(path: &Path) -> Source {
    let text = std::fs::read_to_string(path).expect("a text file");
    let below = path.strip_prefix(root()).expect("a file of the repository");
    Source {
        path: below.to_str().expect("a name in ASCII").to_owned(),
        code: text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n"),
        lines: text.lines().count(),
    }
}
