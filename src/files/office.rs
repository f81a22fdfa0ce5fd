//! What kind of Office file a ZIP archive is, as Office itself tells: by the content types
//! that the package declares for its parts (ECMA-376, part 2).

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::FilesError;
use super::limits::OFFICE_PART;

pub(super) const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(super) const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const POWERPOINT: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// The part that declares the others.
const CONTENT_TYPES: &str = "[Content_Types].xml";
/// What, anywhere in the content type or relation of a part, says that it runs: VBA, the
/// macro sheets of old Excel, controls.
const RUNS: [&str; 4] = ["vbaproject", "macroenabled", "macrosheet", "activex"];

const MACROS: &str = "The file has macros: save it without them (.docx, .xlsx or .pptx)";
const TEMPLATE: &str = "The file is a template: save it as a document (.docx, .xlsx or .pptx)";
const DAMAGED: &str = "The file is damaged and can't be opened: save it again";

/// The content type to serve it as; `None` for an archive that is no Office file.
///
/// # Errors
/// It has macros, is a template, or is damaged.
pub(super) fn kind(file: &mut File) -> Result<Option<&'static str>, FilesError> {
    file.rewind()
        .map_err(|error| FilesError::of_disk("the incoming folder", &error))?;
    let mut archive = ZipArchive::new(&mut *file).map_err(|_| refused(DAMAGED))?;
    let names = archive.file_names().map(|name| name.map(Cow::into_owned));
    let names: Vec<String> = names
        .collect::<Result<_, _>>()
        .map_err(|_| refused(DAMAGED))?;
    if !names.iter().any(|name| name == CONTENT_TYPES) {
        return Ok(None);
    }
    let declared = attributes(&part(&mut archive, CONTENT_TYPES)?, "ContentType")?;
    let mut told = declared.clone();
    for relations in names.iter().filter(|name| is_relations(name)) {
        told.extend(attributes(&part(&mut archive, relations)?, "Type")?);
    }
    told.extend(names.iter().map(|name| name.to_lowercase()));
    if told
        .iter()
        .any(|told| RUNS.iter().any(|runs| told.contains(runs)))
    {
        return Err(refused(MACROS));
    }
    let declares = |what: &str| declared.iter().any(|declared| declared == what);
    for document in [WORD, EXCEL, POWERPOINT] {
        if declares(&format!("{document}.main+xml")) {
            return Ok(Some(document));
        }
    }
    if declared
        .iter()
        .any(|one| one.ends_with("template.main+xml"))
    {
        Err(refused(TEMPLATE))
    } else {
        Ok(None)
    }
}

/// Names of parts have no case. The package's own are in `_rels/.rels`, which is no ending
/// to `Path`.
fn is_relations(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".rels")
}

fn refused(why: &str) -> FilesError {
    FilesError::NotAllowed(why.to_owned())
}

/// A part of the package, inflated.
fn part(archive: &mut ZipArchive<&mut File>, name: &str) -> Result<Vec<u8>, FilesError> {
    let part = archive.by_name(name).map_err(|_| refused(DAMAGED))?;
    let mut bytes = Vec::new();
    let read = part.take(OFFICE_PART + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 <= OFFICE_PART => Ok(bytes),
        Ok(_) | Err(_) => Err(refused(DAMAGED)),
    }
}

/// The values of every attribute of that name, in lower case.
fn attributes(xml: &[u8], name: &str) -> Result<Vec<String>, FilesError> {
    let mut reader = Reader::from_reader(Cursor::new(xml));
    let (mut values, mut buffer) = (Vec::new(), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                values.extend(attribute(&reader, &element, name)?);
            }
            Ok(Event::Eof) => return Ok(values),
            // Nothing of Office's declares entities of its own.
            Ok(Event::DocType(_)) | Err(_) => return Err(refused(DAMAGED)),
            Ok(_) => {}
        }
    }
}

fn attribute(
    reader: &Reader<Cursor<&[u8]>>,
    element: &BytesStart<'_>,
    name: &str,
) -> Result<Option<String>, FilesError> {
    let found = element
        .try_get_attribute(name)
        .map_err(|_| refused(DAMAGED))?;
    found
        .map(|found| {
            let value =
                found.decoded_and_normalized_value(XmlVersion::Explicit1_0, reader.decoder());
            let value = value.map_err(|_| refused(DAMAGED))?;
            Ok(value.trim().to_lowercase())
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> File {
        let mut writer = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        for (name, content) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap()
    }

    fn declaring(types: &[&str]) -> String {
        let parts: Vec<_> = types
            .iter()
            .enumerate()
            .map(|(n, one)| format!("<Override PartName='/part{n}.xml' ContentType=\"{one}\"/>"))
            .collect();
        format!("<?xml version=\"1.0\"?><Types>{}</Types>", parts.join(""))
    }

    fn found(parts: &[(&str, &str)]) -> Result<Option<&'static str>, String> {
        kind(&mut archive(parts)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_declared_type_of_the_main_part_says_what_it_is() {
        for document in [WORD, EXCEL, POWERPOINT] {
            let types = declaring(&["application/xml", &format!("{document}.main+xml")]);
            let parts = [
                ("anything/at-all.xml", "x"),
                (CONTENT_TYPES, types.as_str()),
            ];
            assert_eq!(found(&parts), Ok(Some(document)));
        }
        assert_eq!(found(&[("readme.txt", "no package")]), Ok(None));
        let types = declaring(&["application/epub+zip"]);
        assert_eq!(found(&[(CONTENT_TYPES, &types)]), Ok(None));
        let template = WORD.replace("document", "template");
        // `openxmlformats-officedocument` loses its last word too; what counts is the end.
        let types = declaring(&[&format!("{template}.main+xml")]);
        let error = found(&[(CONTENT_TYPES, &types)]).unwrap_err();
        assert!(error.contains("a template"), "{error}");
    }

    #[test]
    fn macros_are_found_whatever_their_part_is_called() {
        let word = format!("{WORD}.main+xml");
        let plain = declaring(&[&word]);
        let vba = declaring(&[&word, "application/vnd.ms-office.VBAPROJECT"]);
        let escaped = declaring(&[&word, "application/vnd.ms-office.&#118;baProject"]);
        let docm = declaring(&["application/vnd.ms-word.document.macroEnabled.main+xml"]);
        let sheet = declaring(&[&word, "application/vnd.ms-excel.macrosheet+xml"]);
        let relation = "<Relationships><Relationship Id='r1' Target='data.bin' \
            Type='http://schemas.microsoft.com/office/2006/relationships/vbaProject'/></Relationships>";
        for parts in [
            vec![(CONTENT_TYPES, vba.as_str()), ("word/data.bin", "x")],
            vec![(CONTENT_TYPES, &escaped)],
            vec![(CONTENT_TYPES, &docm)],
            vec![(CONTENT_TYPES, &sheet)],
            vec![(CONTENT_TYPES, &plain), ("word/VbaProject.BIN", "x")],
            vec![
                (CONTENT_TYPES, &plain),
                ("word/_rels/document.xml.rels", relation),
            ],
            vec![
                (CONTENT_TYPES, &plain),
                ("word/_RELS/document.xml.RELS", relation),
            ],
            vec![(CONTENT_TYPES, &plain), ("_rels/.rels", relation)],
        ] {
            let error = found(&parts).unwrap_err();
            assert!(error.contains("has macros"), "{parts:?}: {error}");
        }
    }

    #[test]
    fn what_does_not_end_is_not_read_to_its_end() {
        let large = format!("<Types>{}</Types>", " ".repeat(5 * 1024 * 1024));
        let error = found(&[(CONTENT_TYPES, &large)]).unwrap_err();
        assert!(error.contains("damaged"), "{error}");
        let entity = "<!DOCTYPE x [<!ENTITY a 'b'>]><Types/>";
        let error = found(&[(CONTENT_TYPES, entity)]).unwrap_err();
        assert!(error.contains("damaged"), "{error}");
    }
}
