//! pdf.js, Mozilla's reader of PDFs for browsers, as the program serves it: every file that
//! the document viewer may ask for, compressed. `build.rs` brings it from the npm registry at
//! one version whose hash it checks; nothing of it is in the repository. Why so:
//! `docs/adr/0016-pdfjs-at-build-time.md`.

#![warn(missing_docs)]

/// A file of pdf.js.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// As pdf.js asks for it: `pdf.min.mjs`, `cmaps/UniJIS-UTF16-H.bcmap`.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// The content, compressed by gzip.
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Whether this build has pdf.js: one without npm goes on without it.
pub const IS_BUILT_IN: bool = !FILES.is_empty();

/// The file of that name.
pub fn file(name: &str) -> Option<&'static File> {
    let found = FILES.binary_search_by(|file| file.name.cmp(name)).ok()?;
    FILES.get(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_viewer_asks_for_is_there() {
        assert!(!FILES.is_empty(), "the tests need pdf.js: install npm");
        for name in [
            "LICENSE",
            "pdf.min.mjs",
            "pdf.worker.min.mjs",
            "cmaps/UniJIS-UTF16-H.bcmap",
            "standard_fonts/LiberationSans-Regular.ttf",
            "wasm/openjpeg.wasm",
            "wasm/jbig2_nowasm_fallback.js",
        ] {
            assert!(
                file(name).is_some_and(|file| file.gzip.len() > 100),
                "{name}"
            );
        }
        assert!(
            file("pdf.sandbox.min.mjs").is_none(),
            "scripts in PDFs don't run"
        );
        assert!(file("").is_none());
    }
}
