//! Tables as CSV, safe to open in a spreadsheet.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;

use crate::web::http::error::{WebError, WebResult};
use crate::web::limits::EXPORT_ROWS_AT_ONCE;

/// The media type.
pub const KIND: &str = "text/csv; charset=utf-8";
/// So that spreadsheets read it as UTF-8.
const MARK: &str = "\u{feff}";

/// A download of this name, of a head and rows: its text is made while it is sent, a
/// piece at a time.
pub fn download(
    name: &str,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>> + Send + 'static,
) -> WebResult {
    let head = head.iter().map(ToString::to_string).collect();
    let body = Body::from_stream(stream::iter(pieces(head, rows)));
    attachment(name, KIND, body)
}

/// A download of this name and media type, of which no copy is kept on the way.
pub fn attachment(name: &str, kind: &'static str, body: Body) -> WebResult {
    let file = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let file = file.map_err(|error| WebError::Internal(error.into()))?;
    let mut response: Response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, file);
    let keep = HeaderValue::from_static("private, no-store");
    headers.insert(header::CACHE_CONTROL, keep);
    Ok(response)
}

/// The text of some rows; the first piece of a file begins with its head.
///
/// # Errors
/// The writer's.
pub fn piece(
    head: Option<&[&str]>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, csv::Error> {
    let Some(head) = head else {
        return written(Vec::new(), rows);
    };
    let head = head.iter().map(ToString::to_string).collect();
    written(MARK.as_bytes().to_vec(), std::iter::once(head).chain(rows))
}

/// The text in pieces of some rows each.
fn pieces(
    head: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
) -> impl Iterator<Item = Result<Vec<u8>, csv::Error>> {
    let mut rows = std::iter::once(head).chain(rows).peekable();
    let mut text = MARK.as_bytes().to_vec();
    std::iter::from_fn(move || {
        rows.peek()?;
        let begun = std::mem::take(&mut text);
        Some(written(begun, rows.by_ref().take(EXPORT_ROWS_AT_ONCE)))
    })
}

fn written(begun: Vec<u8>, rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(begun);
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// A spreadsheet runs a cell that begins like a formula, whoever typed it: with an
/// apostrophe in front it is text.
fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    format!("{}{cell}", if is_formula { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1"] {
            assert_eq!(harmless(bad), format!("'{bad}"));
        }
        for good in ["", "Acme", "a=b", "12", "'quoted"] {
            assert_eq!(harmless(good), good);
        }
    }

    fn text(head: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> String {
        let pieces: Result<Vec<_>, _> = pieces(head, rows).collect();
        String::from_utf8(pieces.unwrap().concat()).unwrap()
    }

    #[test]
    fn a_long_table_comes_in_pieces_that_fit_together() {
        for length in [
            0,
            EXPORT_ROWS_AT_ONCE - 1,
            EXPORT_ROWS_AT_ONCE,
            2 * EXPORT_ROWS_AT_ONCE + 7,
        ] {
            let rows = (0..length).map(|n| vec![n.to_string()]);
            let head = vec!["n".to_owned()];
            let count = pieces(head.clone(), rows.clone()).count();
            assert_eq!(
                count,
                (length + 1).div_ceil(EXPORT_ROWS_AT_ONCE),
                "{length} rows"
            );
            let numbers: String = (0..length).map(|n| format!("{n}\r\n")).collect();
            assert_eq!(text(head, rows), format!("{MARK}n\r\n{numbers}"));
        }
    }

    #[test]
    fn cells_are_quoted_as_needed() {
        let rows = [vec![
            "Acme, \"Inc\"".to_owned(),
            "=HYPERLINK(\"x\")".to_owned(),
        ]];
        let head = vec!["name".to_owned(), "note".to_owned()];
        assert_eq!(
            text(head, rows.into_iter()),
            "\u{feff}name,note\r\n\"Acme, \"\"Inc\"\"\",\"'=HYPERLINK(\"\"x\"\")\"\r\n"
        );
    }
}
