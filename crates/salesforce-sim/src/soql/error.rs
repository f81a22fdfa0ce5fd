//! Errors that point at the place in the query, as Salesforce's do.

use super::ast::At;
use crate::error::ApiError;

/// An error with the query, a caret, and the row and column.
pub(crate) fn pointing(code: &'static str, query: &str, at: At, message: &str) -> ApiError {
    let at = (0..=at.min(query.len()))
        .rev()
        .find(|i| query.is_char_boundary(*i))
        .unwrap_or(0);
    let before = &query[..at];
    let row = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let column = before[line_start..].chars().count() + 1;
    let line = query[line_start..].lines().next().unwrap_or_default();
    let from = column.saturating_sub(40);
    let shown: String = line.chars().skip(from).take(80).collect();
    let caret = " ".repeat(column - 1 - from.min(column - 1));
    ApiError::new(
        code,
        format!("\n{shown}\n{caret}^\nERROR at Row:{row}:Column:{column}\n{message}"),
    )
}

/// A query that can't be read.
pub(crate) fn malformed(query: &str, at: At, message: &str) -> ApiError {
    pointing("MALFORMED_QUERY", query, at, message)
}

/// A field that isn't there, can't be seen or can't be used so.
pub(crate) fn field(query: &str, at: At, message: &str) -> ApiError {
    pointing("INVALID_FIELD", query, at, message)
}
