//! Numbers and times as people read them.

use jiff::Timestamp;

/// "12,345". By reference, as templates pass things.
pub fn thousands(number: &i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if *number < 0 {
        text.insert(0, '-');
    }
    text
}

/// "2 Feb 2026, 15:00 UTC": what stands in a page before a script says it in
/// the reader's own time zone.
pub fn utc(at: &Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
            (-1000, "-1,000"),
        ] {
            assert_eq!(thousands(&number), text);
        }
    }

    #[test]
    fn a_time_names_its_zone() {
        let at: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        assert_eq!(utc(&at), "2 Feb 2026, 15:00 UTC");
    }
}
