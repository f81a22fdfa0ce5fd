//! Tables as CSV, safe to open in a spreadsheet.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::web::error::{WebError, WebResult};

/// So that spreadsheets read it as UTF-8.
const MARK: &str = "\u{feff}";

/// A download of this name, of a head and rows.
pub fn download(name: &str, head: &[&str], rows: &[Vec<String>]) -> WebResult {
    let bytes = table(head, rows).map_err(|error| WebError::Internal(error.into()))?;
    let mut response: Response = bytes.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    let file = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let file = file.map_err(|error| WebError::Internal(error.into()))?;
    headers.insert(header::CONTENT_DISPOSITION, file);
    let keep = HeaderValue::from_static("private, no-store");
    headers.insert(header::CACHE_CONTROL, keep);
    Ok(response)
}

fn table(head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec());
    writer.write_record(head)?;
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

    #[test]
    fn cells_are_quoted_as_needed() {
        let rows = [vec![
            "Acme, \"Inc\"".to_owned(),
            "=HYPERLINK(\"x\")".to_owned(),
        ]];
        let bytes = table(&["name", "note"], &rows).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}name,note\r\n\"Acme, \"\"Inc\"\"\",\"'=HYPERLINK(\"\"x\"\")\"\r\n"
        );
    }
}
