//! SOQL: the query language, for the part of it that an integration needs.

mod ast;
mod column;
mod dates;
mod error;
mod lex;
mod output;
mod parse;
mod plan;
mod run;
mod test;
#[cfg(test)]
mod tests;
mod text;

pub use output::{column_metadata, more, page};
pub use parse::parse;
pub use run::{Cursor, run};
