//! Stored files: what they are, and what may be shown or only downloaded.

use jiff::Timestamp;

use crate::ids::{DocumentId, ItemId};

/// A stored file of an item. Its content never changes; a new version is a new document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Names the document in addresses of the trust center and the dashboard.
    pub id: DocumentId,
    /// As uploaded, tidied; what a visitor's browser saves it as.
    pub file_name: String,
    /// Decided by content, never by the browser's word.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
    /// Where the file storage keeps it.
    pub storage_key: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl Document {
    /// Whether it is a PDF.
    pub fn is_pdf(&self) -> bool {
        self.content_type == "application/pdf"
    }

    /// Whether browsers can show it safely inside a page.
    pub fn is_viewable(&self) -> bool {
        matches!(
            self.content_type.as_str(),
            "application/pdf" | "image/png" | "image/jpeg" | "text/plain"
        )
    }

    /// The kind in a reader's words.
    pub fn kind(&self) -> &'static str {
        match self.content_type.as_str() {
            "application/pdf" => "PDF",
            "image/png" => "PNG image",
            "image/jpeg" => "JPEG image",
            "text/csv" => "CSV",
            "text/plain" => "Text",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "Word",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "Excel",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation" => {
                "PowerPoint"
            }
            _ => "File",
        }
    }

    /// The size for people: "482 KB", "1.4 MB".
    pub fn human_size(&self) -> String {
        human_size(self.size)
    }
}

/// A document as one of those that an item has offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentVersion {
    /// The item that offers or offered it.
    pub item: ItemId,
    /// The file of this version.
    pub document: DocumentId,
    /// 1, 2, 3 … in the order of uploads.
    pub number: i64,
    /// What is new in it; may be empty.
    pub note: String,
    /// Name and address of who uploaded it, as they were then; empty where unknown.
    pub uploaded_by: String,
    /// When this version was uploaded.
    pub uploaded_at: Timestamp,
}

/// Decimal units, as file managers show them.
pub fn human_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => tenths(bytes, 1_000_000, "MB"),
        _ => tenths(bytes, 1_000_000_000, "GB"),
    }
}

/// A limit, as one promises it: what has this many decimal units is below it, too.
pub fn limit_size(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    match bytes / MB {
        megabytes if megabytes >= 1024 => format!("{} GB", megabytes / 1024),
        megabytes => format!("{megabytes} MB"),
    }
}

fn tenths(bytes: u64, unit: u64, name: &str) -> String {
    let tenths = bytes.div_ceil(unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(human_size(12), "12 bytes");
        assert_eq!(human_size(481_200), "482 KB");
        assert_eq!(human_size(1_390_000), "1.4 MB");
        assert_eq!(human_size(1 << 30), "1.1 GB");
        assert_eq!(limit_size(1 << 30), "1 GB");
        assert_eq!(limit_size(50 << 20), "50 MB");
    }
}
