//! What a file is, by its content: a name or a browser's word proves nothing.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use domain::names::tidy;
use lopdf::LoadOptions;
use serde::{Deserialize, Serialize};

use super::FilesError;
use super::limits::{INFLATED, PARSED_PDF, PDF_ENDS};
use super::office::{self, EXCEL, POWERPOINT, WORD};

/// What may be taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    /// The largest file, in bytes.
    pub const fn limit(self) -> u64 {
        match self {
            Self::Documents => super::DOCUMENT_LIMIT,
            Self::Questionnaires => super::UPLOAD_LIMIT,
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

/// The content type to serve it as.
pub(super) fn decide(
    accept: Accept,
    extension: &str,
    file: File,
) -> Result<&'static str, FilesError> {
    let mut file = Looked::from_file(file)?;
    let found = recognized(accept, extension, &mut file)?;
    if accept.allows(found) {
        return Ok(found);
    }
    refuse(&format!(
        "{found} files can't be taken here: {}",
        accept.taken()
    ))
}

/// A file that is read in parts.
struct Looked {
    file: File,
    size: u64,
}

impl Looked {
    fn from_file(file: File) -> Result<Self, FilesError> {
        let size = file.metadata().map_err(|e| broken(&e))?.len();
        Ok(Self { file, size })
    }

    fn part(&mut self, from: u64, most: u64) -> Result<Vec<u8>, FilesError> {
        let mut bytes = Vec::new();
        let read = self
            .file
            .seek(SeekFrom::Start(from))
            .and_then(|_| self.file.by_ref().take(most).read_to_end(&mut bytes));
        read.map_err(|e| broken(&e))?;
        Ok(bytes)
    }

    fn beginning(&mut self) -> Result<Vec<u8>, FilesError> {
        self.part(0, PDF_ENDS)
    }

    fn end(&mut self) -> Result<Vec<u8>, FilesError> {
        self.part(self.size.saturating_sub(PDF_ENDS), PDF_ENDS)
    }

    /// Whether all of it is text in UTF-8.
    fn is_text(&mut self) -> Result<bool, FilesError> {
        let (mut at, mut rest) = (0, Vec::new());
        while at < self.size {
            let piece = self.part(at, PDF_ENDS)?;
            if piece.is_empty() {
                break;
            }
            at += piece.len() as u64;
            rest.extend(piece);
            let whole = match std::str::from_utf8(&rest) {
                Ok(_) => rest.len(),
                // The last character may go on in the next piece.
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                Err(_) => return Ok(false),
            };
            if rest[..whole].contains(&0) {
                return Ok(false);
            }
            rest.drain(..whole);
        }
        Ok(rest.is_empty())
    }
}

fn broken(error: &std::io::Error) -> FilesError {
    FilesError::of_disk("the incoming folder", error)
}

fn recognized(
    accept: Accept,
    extension: &str,
    file: &mut Looked,
) -> Result<&'static str, FilesError> {
    let found = infer::get(&file.beginning()?).map(|found| found.mime_type());
    let is_zip = found.is_some_and(|found| {
        found == "application/zip" || found.starts_with("application/vnd.openxmlformats")
    });
    let found = if is_zip {
        Some(office::kind(&mut file.file)?.unwrap_or("application/zip"))
    } else {
        found
    };
    match found {
        Some("application/pdf") => check_pdf(file).map(|()| "application/pdf"),
        Some(mime @ ("image/png" | "image/jpeg" | WORD | EXCEL | POWERPOINT)) => Ok(mime),
        _ if extension == "pdf" => refuse(
            "The file is called a PDF but isn't one: it doesn't begin with %PDF. \
             Export it again as PDF",
        ),
        Some(other) => refuse(&format!(
            "{other} files can't be shared here: {}",
            accept.taken()
        )),
        None => plain(accept, extension, file),
    }
}

/// Text has no signature; it must read as text and be called text.
fn plain(accept: Accept, extension: &str, file: &mut Looked) -> Result<&'static str, FilesError> {
    let readable = file.is_text()?;
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

const ENCRYPTED: &str =
    "The PDF is encrypted: others could not open it. Save it without a password";
const DAMAGED: &str = "The PDF is damaged and can't be opened: export it again";

/// A PDF that readers open without a password: parses, and has pages.
fn check_pdf(file: &mut Looked) -> Result<(), FilesError> {
    if file.size > PARSED_PDF {
        return check_ends(&file.end()?);
    }
    let bytes = file.part(0, PARSED_PDF)?;
    let metadata = lopdf::Document::load_metadata_mem(&bytes);
    if metadata.is_ok_and(|metadata| metadata.encrypted) {
        return refuse(ENCRYPTED);
    }
    let options = LoadOptions::with_max_decompressed_size(INFLATED);
    match lopdf::Document::load_mem_with_options(&bytes, options) {
        Ok(document) if !document.get_pages().is_empty() => Ok(()),
        Ok(_) => refuse("The PDF has no pages: export it again"),
        Err(_) => refuse(DAMAGED),
    }
}

/// What the end of a large PDF tells: that it is whole, and not encrypted.
fn check_ends(end: &[u8]) -> Result<(), FilesError> {
    let has = |part: &[u8]| end.windows(part.len()).any(|found| found == part);
    if !has(b"startxref") || !has(b"%%EOF") {
        return refuse(DAMAGED);
    }
    if has(b"/Encrypt") {
        return refuse(ENCRYPTED);
    }
    Ok(())
}

fn refuse<T>(why: &str) -> Result<T, FilesError> {
    Err(FilesError::NotAllowed(why.to_owned()))
}

/// In lower case; nothing where there is none.
pub(super) fn extension(file_name: &str) -> String {
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

    fn type_of(accept: Accept, name: &str, bytes: &[u8]) -> Result<&'static str, FilesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        decide(accept, &extension(name), File::open(&path).unwrap())
    }

    #[test]
    fn text_is_looked_at_to_its_end_and_letters_may_lie_across_pieces() {
        let decide_text = |text: Vec<u8>| type_of(Accept::Documents, "a.txt", &text);
        let mut long = vec![b'x'];
        long.extend("ä".repeat(200_000).into_bytes());
        assert_eq!(decide_text(long.clone()).unwrap(), "text/plain");
        for odd in [&b"\0"[..], b"\xff", b"\xc3"] {
            let mut text = long.clone();
            text.extend(odd);
            assert!(decide_text(text).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn the_end_of_a_large_pdf_says_whether_it_is_whole_and_open() {
        assert!(check_ends(b"trailer <</Root 1 0 R>> startxref 9 %%EOF").is_ok());
        for (end, says) in [
            (&b"endobj"[..], "damaged"),
            (b"trailer <</Encrypt 3 0 R>> startxref 9 %%EOF", "encrypted"),
        ] {
            let error = check_ends(end).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

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
        assert!(long.ends_with("é.pdf") && long.chars().count() == 164);
    }

    #[test]
    fn content_decides_and_the_answer_says_what_to_do() {
        let decide = |name, bytes: &[u8]| type_of(Accept::Documents, name, bytes);
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
        let decide = |name, bytes: &[u8]| type_of(Accept::Questionnaires, name, bytes);
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
