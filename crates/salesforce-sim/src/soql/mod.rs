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

pub(crate) use output::{column_metadata, more, page};
pub(crate) use parse::parse;
pub(crate) use run::{Cursor, run};
