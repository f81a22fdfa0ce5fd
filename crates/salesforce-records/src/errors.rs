//! How errors of Salesforce's are named and read.

/// How the client names an answer without an error code: this and the status.
pub const UNEXPLAINED: &str = "HTTP_";

/// A message of Salesforce's without the query that it quotes before it says what
/// is wrong.
pub fn without_query(text: &str) -> &str {
    match text.rsplit_once("ERROR at Row:") {
        Some((_, rest)) => rest.split_once('\n').map_or(rest, |(_, said)| said).trim(),
        None => text.trim(),
    }
}
