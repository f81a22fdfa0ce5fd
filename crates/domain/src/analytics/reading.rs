//! For how long a reader had which page of a document before them, as the viewer says.

use crate::limits::{PAGES_AT_ONCE, PAGES_OF_DOCUMENT, READ_AT_ONCE};

/// The times of some pages of one document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageTimes {
    /// How many pages the document has.
    pub of_pages: u16,
    /// Pages, from 1 on, each once, and their seconds, at least one.
    pub pages: Vec<(u16, u16)>,
}

/// The times can't be: the viewer doesn't send such ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("these are not the times of a document’s pages")]
pub struct NoPageTimes;

impl PageTimes {
    /// Reads the number of pages, and times such as `1:30,2:5`.
    ///
    /// # Errors
    /// A page that isn't there or stands twice, no time, or more than anyone can read between
    /// two messages.
    pub fn parse(of_pages: &str, times: &str) -> Result<Self, NoPageTimes> {
        let of_pages = number(of_pages, PAGES_OF_DOCUMENT)?;
        let mut pages: Vec<(u16, u16)> = Vec::new();
        let mut total = 0;
        for part in times.split(',') {
            let (page, seconds) = part.split_once(':').ok_or(NoPageTimes)?;
            let page = number(page, of_pages)?;
            let seconds = number(seconds, READ_AT_ONCE)?;
            total += seconds;
            let is_twice = pages.iter().any(|(known, _)| *known == page);
            if is_twice || pages.len() == PAGES_AT_ONCE || total > READ_AT_ONCE {
                return Err(NoPageTimes);
            }
            pages.push((page, seconds));
        }
        // In one order, so that two messages at once don't wait for each other in the database.
        pages.sort_unstable();
        Ok(Self { of_pages, pages })
    }
}

/// From 1 to the most.
fn number(text: &str, most: u16) -> Result<u16, NoPageTimes> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain);
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or(NoPageTimes)
}

/// A time for people: "8 s", "4 min", "1 h 5 min".
pub fn reading_time(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    match (seconds, minutes / 60, minutes % 60) {
        (..60, ..) => format!("{seconds} s"),
        (_, 0, minutes) => format!("{minutes} min"),
        (_, hours, 0) => format!("{hours} h"),
        (_, hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_page_by_page() {
        let times = PageTimes::parse("22", "1:30,12:5").unwrap();
        assert_eq!(times.of_pages, 22);
        assert_eq!(times.pages, [(1, 30), (12, 5)]);
    }

    #[test]
    fn what_nobody_can_have_read_is_refused() {
        for (of_pages, times) in [
            ("22", ""),
            ("22", "1"),
            ("22", "1:"),
            ("22", ":5"),
            ("22", "0:5"),
            ("22", "23:5"),
            ("22", "1:0"),
            ("22", "1:-5"),
            ("22", "1:+5"),
            ("22", "1:1.5"),
            ("22", "1:5,1:5"),
            ("22", "1:5,"),
            ("22", "1:121"),
            ("22", "1:100,2:21"),
            ("22", "1:99999999999999999999"),
            ("0", "1:5"),
            ("", "1:5"),
            ("5001", "1:5"),
            ("22", "1:5;DROP TABLE page_reading"),
        ] {
            let read = PageTimes::parse(of_pages, times);
            assert_eq!(read, Err(NoPageTimes), "{of_pages} {times}");
        }
        let many: Vec<_> = (1..=61).map(|page| format!("{page}:1")).collect();
        assert!(PageTimes::parse("500", &many[..60].join(",")).is_ok());
        assert!(PageTimes::parse("500", &many.join(",")).is_err());
    }

    #[test]
    fn times_read_as_people_say_them() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (245, "4 min"),
            (3_569, "59 min"),
            (3_570, "1 h"),
            (3_600, "1 h"),
            (3_900, "1 h 5 min"),
            (7_199, "2 h"),
        ] {
            assert_eq!(reading_time(seconds), words);
        }
    }
}
