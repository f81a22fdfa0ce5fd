//! Every limit and lifetime of files, in one place. Sizes are in bytes.

use std::time::Duration;

/// The largest questionnaire, in bytes.
pub const UPLOAD_LIMIT: u64 = 50 * 1024 * 1024;
/// The largest document of an item, in bytes.
pub const DOCUMENT_LIMIT: u64 = 1024 * 1024 * 1024;
/// The largest PDF that is marked, in bytes: it is held in memory meanwhile.
pub(super) const WATERMARK_LIMIT: u64 = 64 * 1024 * 1024;
/// A PDF up to this size is parsed as a whole; of a larger one only the beginning and the
/// end are checked, so that memory stays bounded.
pub(super) const PARSED_PDF: u64 = 64 * 1024 * 1024;
/// How much of the beginning and of the end of a larger PDF is checked.
pub(super) const PDF_ENDS: u64 = 64 * 1024;
/// The most bytes that one stream of a PDF may be inflated to.
pub(super) const INFLATED: usize = 64 * 1024 * 1024;
/// The largest part of an Office file that is read, once inflated.
pub(super) const OFFICE_PART: u64 = 4 * 1024 * 1024;
/// How many levels up the tree of pages a value is searched for.
pub(super) const PAGE_TREE: usize = 64;
/// How long an upload may pause.
pub(super) const UPLOAD_IDLE: Duration = Duration::from_mins(1);
/// How long a marked copy is kept. Its line has the date, so that older ones are of no use.
pub(super) const MARKED_COPY: Duration = Duration::from_hours(48);
/// After this time without a change an incoming file is deleted: only a process that ended
/// early leaves one behind.
pub(super) const ABANDONED_UPLOAD: Duration = Duration::from_hours(1);
/// How many files are inspected at once.
pub(super) const INSPECTIONS: usize = 2;
/// How long the inspection of one file may take.
pub(super) const INSPECTION_TIME: Duration = Duration::from_secs(20);
/// The longest answer of the inspecting process that is read.
pub(super) const INSPECTION_ANSWER: u64 = 4 * 1024;
/// Memory of the inspecting process: the largest PDF that is marked, what it is parsed into,
/// and the copy.
pub(super) const INSPECTION_MEMORY: u64 = 512 * 1024 * 1024;
/// Seconds of processor time of the inspecting process.
pub(super) const INSPECTION_CPU_SECONDS: u64 = 10;
/// Open files of the inspecting process.
pub(super) const INSPECTION_OPEN_FILES: u64 = 16;
/// The largest file that the inspecting process may write.
pub(super) const INSPECTION_WRITTEN: u64 = 256 * 1024 * 1024;
