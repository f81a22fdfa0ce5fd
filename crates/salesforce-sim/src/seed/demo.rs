//! The seeds that come with the program.

/// One administrator and nothing else.
pub(crate) const EMPTY: &str = include_str!("empty.json");

/// A company that sells software to eight others.
pub(crate) const DEMO: &str = include_str!("demo.json");
