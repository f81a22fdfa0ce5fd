//! What of a text can stand on a page as it is, and how the rest is written.

use std::borrow::Cow;

/// The text on one line, with white space as single spaces. What can't be seen, or
/// changes the order in which the rest is read, is written as its code point.
pub(super) fn readable(text: &str) -> (String, bool) {
    let mut line = String::with_capacity(text.len());
    let mut replaced = false;
    for (number, word) in text.split_whitespace().enumerate() {
        if number > 0 {
            line.push(' ');
        }
        for c in word.chars() {
            if is_unfit(c) {
                replaced = true;
                line.push_str(&code_point(c));
            } else {
                line.push(c);
            }
        }
    }
    (line, replaced)
}

/// Controls, the codes that turn the direction of text around, private use, and what
/// Unicode says is no character.
fn is_unfit(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0x202a..=0x202e | 0x2066..=0x2069 | 0xfeff | 0xfff9..=0xfffb)
        || matches!(code, 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff | 0xfdd0..=0xfdef)
        || matches!(code, 0xe_0000..=0xe_00ff)
        || code & 0xfffe == 0xfffe
}

/// Signs that only say how their neighbours are drawn.
pub(super) fn is_silent(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0xad | 0x34f | 0x61c | 0x200b..=0x200f | 0x2060..=0x2064)
        || matches!(code, 0xfe00..=0xfe0f | 0xe_0100..=0xe_01ef)
}

/// For example `[U+674E]`.
pub(super) fn code_point(c: char) -> String {
    format!("[U+{:04X}]", u32::from(c))
}

/// A value that stands within a line written from left to right: what follows a name
/// in Hebrew or Arabic stays behind it.
pub fn embedded(value: &str) -> Cow<'_, str> {
    if value.chars().any(is_right_to_left) {
        Cow::Owned(format!("{value}\u{200e}"))
    } else {
        Cow::Borrowed(value)
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(
        u32::from(c),
        0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_written_out() {
        assert_eq!(readable(" Ada \n Łukasz ").0, "Ada Łukasz");
        assert_eq!(readable("Ada\u{202e}K"), ("Ada[U+202E]K".to_owned(), true));
        assert_eq!(readable("a\u{e000}").0, "a[U+E000]");
        assert!(!readable("می\u{200c}خواهم 李明").1);
    }
}
