//! Text for the fonts that every reader of PDF has: Windows-1252, and how wide
//! a line in Helvetica is.

use unicode_normalization::UnicodeNormalization as _;

/// The bytes of the fonts' encoding. A sign that it lacks loses its accents, or
/// becomes a question mark.
pub fn encode(words: &str) -> Vec<u8> {
    let bytes = words.nfc().map(|c| encoded(c).unwrap_or_else(|| plain(c)));
    bytes.collect()
}

/// At most this wide, in points, at that size in points: rather too wide than a
/// line over the edge.
pub fn width(line: &str, size: f32) -> f32 {
    let units: u32 = line
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' | ' ' | ',' | '.' | ':' | ';' | 'f' | 't' => 290,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 960,
            'A'..='Z' => 720,
            _ => 570,
        })
        .sum();
    units as f32 / 1000.0 * size
}

fn plain(c: char) -> u8 {
    match c {
        'Ł' => return b'L',
        'ł' => return b'l',
        'Đ' => return b'D',
        'đ' => return b'd',
        'ı' => return b'i',
        _ => {}
    }
    std::iter::once(c)
        .nfd()
        .next()
        .and_then(encoded)
        .unwrap_or(b'?')
}

fn encoded(c: char) -> Option<u8> {
    Some(match c {
        '€' => 0x80,
        '…' => 0x85,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(c)).ok()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_encoding_lacks_is_written_as_near_as_can_be() {
        assert_eq!(encode("Zo\u{eb} \u{20ac}"), b"Zo\xeb \x80");
        assert_eq!(encode("\u{141}ukasz \u{10d}"), b"Lukasz c");
        assert_eq!(encode("\u{6f22}"), b"?");
    }
}
