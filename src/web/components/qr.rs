//! QR codes, as SVG of our own page: no image has to be fetched, and nothing is inline
//! that the Content-Security-Policy forbids.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// What a scanner needs around a code, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A code as a template draws it.
pub(crate) struct Qr {
    /// Width and height in modules, with the quiet zone.
    pub size: i32,
    /// The dark modules, as a path of SVG.
    pub path: String,
}

impl Qr {
    /// `None` where the text is too long for any code.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                // Writing to a String can't fail.
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Some(Self {
            size: code.size() + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_inside_its_quiet_zone() {
        let qr = Qr::new("otpauth://totp/a").unwrap();
        // Version 2 has 25 modules; the first dark one is the corner of a finder.
        assert_eq!(qr.size, 33);
        assert!(qr.path.starts_with("M4,4h1v1h-1z"));
        assert!(Qr::new(&"x".repeat(5000)).is_none());
    }
}
