//! An organization's logo: a picture, typed by its content.

use sha2::{Digest, Sha256};

use crate::limits::LOGO;

/// For which pages it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// For pages on a light ground.
    Light,
    /// For pages on a dark ground.
    Dark,
}

impl Variant {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The stable name in the database and in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A picture that is shown in place of the organization's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    /// The media type: `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: String,
    /// In hexadecimal; part of its address, so that browsers may keep it.
    pub sha256: String,
    /// The picture itself.
    pub bytes: Vec<u8>,
}

impl Logo {
    /// # Errors
    /// It is no picture that can be shown, or too large; the text says what to do.
    pub fn from_picture(bytes: Vec<u8>) -> Result<Self, String> {
        let content_type = content_type(&bytes)?.to_owned();
        let hash = Sha256::digest(&bytes);
        Ok(Self {
            content_type,
            sha256: hexadecimal(&hash),
            bytes,
        })
    }
}

/// The hashes of those that an organization has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Logos {
    /// The one for light pages; `None` where the organization has none.
    pub light: Option<String>,
    /// Without one, dark pages show the light one on a light ground.
    pub dark: Option<String>,
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
    text
}

/// What to serve a picture as, by its first bytes; the error says what to do.
/// SVG isn't taken: it can hold scripts.
fn content_type(bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.is_empty() {
        return Err("Choose a picture first".to_owned());
    }
    if bytes.len() > LOGO {
        return Err(
            "The picture is larger than 1 MB: make it smaller, or save it as WebP".to_owned(),
        );
    }
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16) == Some(b"IHDR");
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if is_png {
        Ok("image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Ok("image/jpeg")
    } else if is_webp {
        Ok("image/webp")
    } else {
        Err("This is not a picture that can be shown: save it as PNG, JPEG or WebP".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_what_a_picture_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(content_type(png), Ok("image/png"));
        assert_eq!(content_type(b"\xff\xd8\xff\xe0"), Ok("image/jpeg"));
        assert_eq!(content_type(b"RIFF\0\0\0\0WEBPVP8 "), Ok("image/webp"));
        for bad in [&b"<svg/>"[..], b"GIF89a", b"", b"\x89PNG\r\n\x1a\nxxxxJUNK"] {
            assert!(content_type(bad).is_err());
        }
        assert!(
            content_type(&vec![0; LOGO + 1])
                .unwrap_err()
                .contains("1 MB")
        );
    }
}
