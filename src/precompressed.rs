//! A body that is sent often: compressed once, as well as it goes.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The same bytes twice.
#[derive(Clone, Debug)]
pub struct Precompressed {
    /// As they are.
    pub plain: Bytes,
    /// As almost every browser takes them.
    pub gzip: Bytes,
}

impl Precompressed {
    pub fn new(plain: Bytes) -> std::io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&plain)?;
        Ok(Self {
            gzip: encoder.finish()?.into(),
            plain,
        })
    }

    /// Bytes of both.
    pub fn size(&self) -> usize {
        self.plain.len() + self.gzip.len()
    }
}
