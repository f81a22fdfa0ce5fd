//! Stored files: what they are, and what may be shown or only downloaded.

use jiff::Timestamp;

use super::ids::DocumentId;

/// A stored file of an item. Its content never changes; a new version is a new document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    pub id: DocumentId,
    /// As uploaded, tidied; what a visitor's browser saves it as.
    pub file_name: String,
    /// Decided by content, never by the browser's word.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
    /// Where the files room keeps it.
    pub storage_key: String,
    pub created_at: Timestamp,
}

impl Document {
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

/// Decimal units, as file managers show them.
pub fn human_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(human_size(12), "12 bytes");
        assert_eq!(human_size(481_200), "482 KB");
        assert_eq!(human_size(1_390_000), "1.4 MB");
    }
}
