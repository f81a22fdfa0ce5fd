//! What a file is, by its content: a name or a browser's word proves nothing.

use super::FilesError;
use crate::domain::names::tidy;

/// What may be taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accept {
    /// What an item can offer.
    Documents,
    /// What people fill in.
    Questionnaires,
}

impl Accept {
    const fn taken(self) -> &'static str {
        match self {
            Self::Documents => {
                "PDF, Word, Excel, PowerPoint, CSV, plain text, PNG and JPEG are taken"
            }
            Self::Questionnaires => {
                "Excel (.xlsx), Word (.docx), PDF and CSV are taken. Save it as one of these"
            }
        }
    }

    fn allows(self, content_type: &str) -> bool {
        match self {
            Self::Documents => true,
            Self::Questionnaires => matches!(
                content_type,
                "application/pdf"
                    | "text/csv"
                    | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                    | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            ),
        }
    }
}

/// For a file that made its reader give up.
pub(super) const UNREADABLE: &str =
    "The file can't be read: it seems damaged. Save it again from the program that made it";

/// The content type to serve it as.
pub(super) fn decide(
    accept: Accept,
    file_name: &str,
    bytes: &[u8],
) -> Result<&'static str, FilesError> {
    let found = recognized(accept, file_name, bytes)?;
    if accept.allows(found) {
        return Ok(found);
    }
    refuse(&format!(
        "{found} files can't be taken here: {}",
        accept.taken()
    ))
}

fn recognized(accept: Accept, file_name: &str, bytes: &[u8]) -> Result<&'static str, FilesError> {
    let extension = extension(file_name);
    let found = infer::get(bytes).map(|found| found.mime_type());
    let found = match found {
        Some("application/zip") => Some(office(bytes).unwrap_or("application/zip")),
        found => found,
    };
    match found {
        Some("application/pdf") => check_pdf(bytes).map(|()| "application/pdf"),
        Some(
            mime @ ("image/png"
            | "image/jpeg"
            | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            | "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ) => Ok(mime),
        _ if extension == "pdf" => refuse(
            "The file is called a PDF but isn't one: it doesn't begin with %PDF. \
             Export it again as PDF",
        ),
        Some(other) => refuse(&format!(
            "{other} files can't be shared here: {}",
            accept.taken()
        )),
        None => plain(accept, &extension, bytes),
    }
}

/// What kind of Office file a ZIP is, by the parts in it. Programs write them in
/// different orders, and `infer` looks at the first few only.
fn office(bytes: &[u8]) -> Option<&'static str> {
    let has = |part: &[u8]| bytes.windows(part.len()).any(|found| found == part);
    if !has(b"[Content_Types].xml") {
        return None;
    }
    let kinds: [(&[u8], &str); 3] = [
        (
            b"word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            b"xl/workbook.xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            b"ppt/presentation.xml",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ];
    let found = kinds.into_iter().find(|(part, _)| has(part));
    found.map(|(_, content_type)| content_type)
}

/// Text has no signature; it must read as text and be called text.
fn plain(accept: Accept, extension: &str, bytes: &[u8]) -> Result<&'static str, FilesError> {
    let readable = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    match extension {
        "csv" if readable => Ok("text/csv"),
        "txt" | "md" if readable => Ok("text/plain"),
        "csv" | "txt" | "md" => refuse("The file isn't text in UTF-8: save it as UTF-8"),
        "" => refuse(&format!(
            "The file's type can't be told: {}",
            accept.taken()
        )),
        other => refuse(&format!(
            ".{other} files can't be shared here: {}",
            accept.taken()
        )),
    }
}

/// A PDF that readers open without a password: parses, and has pages.
fn check_pdf(bytes: &[u8]) -> Result<(), FilesError> {
    let metadata = lopdf::Document::load_metadata_mem(bytes);
    if metadata.is_ok_and(|metadata| metadata.encrypted) {
        return refuse(
            "The PDF is encrypted: others could not open it. Save it without a password",
        );
    }
    match lopdf::Document::load_mem(bytes) {
        Ok(document) if !document.get_pages().is_empty() => Ok(()),
        Ok(_) => refuse("The PDF has no pages: export it again"),
        Err(_) => refuse("The PDF is damaged and can't be opened: export it again"),
    }
}

fn refuse<T>(why: &str) -> Result<T, FilesError> {
    Err(FilesError::NotAllowed(why.to_owned()))
}

fn extension(file_name: &str) -> String {
    match file_name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// A name fit for any disk and any page: one line, no path, no characters that
/// reorder the text around them, at most 180 characters with its extension kept.
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = tidy(last)
        .chars()
        .filter(|c| !is_deceptive(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    if kept.is_empty() {
        return "document".to_owned();
    }
    let (stem, extension) = match kept.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 10 => (stem, Some(extension)),
        _ => (kept, None),
    };
    let stem: String = stem.chars().take(160).collect();
    extension.map_or_else(|| stem.clone(), |extension| format!("{stem}.{extension}"))
}

/// Direction overrides and invisible characters: `invoice\u{202e}fdp.exe`.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_words_and_loses_its_tricks() {
        for (given, kept) in [
            ("SOC 2 Report.pdf", "SOC 2 Report.pdf"),
            ("C:\\Users\\ada\\Pentest 2026.pdf", "Pentest 2026.pdf"),
            ("../../etc/passwd", "passwd"),
            ("تقرير الأمان.pdf", "تقرير الأمان.pdf"),
            ("report\u{202e}fdp.exe", "reportfdp.exe"),
            ("a\r\nSet-Cookie: x.pdf", "a  Set-Cookie_ x.pdf"),
            (".htaccess", "htaccess"),
            ("  ", "document"),
        ] {
            assert_eq!(safe_file_name(given), kept, "{given:?}");
        }
        let long = safe_file_name(&format!("{}.pdf", "é".repeat(400)));
        assert!(long.ends_with(".pdf") && long.chars().count() == 164);
    }

    #[test]
    fn content_decides_and_the_answer_says_what_to_do() {
        let decide = |name, bytes: &[u8]| decide(Accept::Documents, name, bytes);
        assert_eq!(decide("a.csv", b"name,answer\n").unwrap(), "text/csv");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(decide("a.txt", png).unwrap(), "image/png");
        for (name, bytes, says) in [
            ("a.pdf", &b"hello"[..], "doesn't begin with %PDF"),
            ("a.pdf", b"%PDF-1.7\nnothing more", "damaged"),
            (
                "a.svg",
                b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                "can't be shared",
            ),
            (
                "a.html",
                b"<!doctype html><script>1</script>",
                "can't be shared",
            ),
            ("a.exe", b"MZ\x90\0", "can't be shared"),
            ("a.csv", b"\xff\xfe\0a", "UTF-8"),
            ("a", b"hello", "type can't be told"),
        ] {
            let error = decide(name, bytes).unwrap_err().to_string();
            assert!(error.contains(says), "{name}: {error}");
        }
    }

    #[test]
    fn a_questionnaire_is_something_to_fill_in() {
        let decide = |name, bytes: &[u8]| decide(Accept::Questionnaires, name, bytes);
        assert_eq!(decide("a.csv", b"name,answer\n").unwrap(), "text/csv");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (name, bytes) in [
            ("a.csv", &png[..]),
            ("a.txt", b"questions"),
            ("a.exe", b"MZ\x90\0"),
            ("a", b"questions"),
        ] {
            let error = decide(name, bytes).unwrap_err().to_string();
            assert!(
                error.contains("Excel (.xlsx), Word (.docx), PDF and CSV"),
                "{error}"
            );
        }
    }
}
