//! The part of a file that a browser asks for (RFC 9110 §14).

/// Both ends included, in bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ByteRange {
    pub first: u64,
    pub last: u64,
}

/// The range begins beyond the end: 416.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the range begins beyond the end of the file")]
pub struct RangeError;

impl ByteRange {
    pub const fn length(self) -> u64 {
        self.last - self.first + 1
    }

    /// Reads a `Range` header for a file of `size` bytes. `None` where the whole
    /// file is to be sent: other units, several ranges, or words that make no sense.
    pub fn parse(header: &str, size: u64) -> Result<Option<Self>, RangeError> {
        let Some((first, last)) = header
            .trim()
            .strip_prefix("bytes=")
            .filter(|ranges| !ranges.contains(','))
            .and_then(|range| range.split_once('-'))
        else {
            return Ok(None);
        };
        let (first, last) = match (number(first), number(last)) {
            (Ok(Some(first)), Ok(last)) => (first, last.unwrap_or(u64::MAX)),
            (Ok(None), Ok(Some(suffix))) if suffix > 0 => (size.saturating_sub(suffix), u64::MAX),
            (Ok(None), Ok(Some(_))) => return Err(RangeError),
            _ => return Ok(None),
        };
        if last < first {
            return Ok(None);
        }
        if first >= size {
            return Err(RangeError);
        }
        Ok(Some(Self {
            first,
            last: last.min(size - 1),
        }))
    }
}

/// `Ok(None)` for nothing, `Err` for what is no number.
fn number(text: &str) -> Result<Option<u64>, ()> {
    let text = text.trim();
    match text.is_empty() {
        true => Ok(None),
        false if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().map(Some).map_err(drop),
        false => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(header: &str) -> Result<Option<(u64, u64)>, RangeError> {
        ByteRange::parse(header, 100).map(|range| range.map(|r| (r.first, r.last)))
    }

    #[test]
    fn ranges_as_browsers_write_them() {
        assert_eq!(range("bytes=0-9"), Ok(Some((0, 9))));
        assert_eq!(range("bytes=90-"), Ok(Some((90, 99))));
        assert_eq!(range("bytes=-10"), Ok(Some((90, 99))));
        assert_eq!(range("bytes=-1000"), Ok(Some((0, 99))));
        assert_eq!(range("bytes=95-1000"), Ok(Some((95, 99))));
    }

    #[test]
    fn what_makes_no_sense_gets_the_whole_file() {
        for header in [
            "",
            "lines=1-2",
            "bytes=",
            "bytes=-",
            "bytes=9-1",
            "bytes=a-b",
            "bytes=0-1,5-6",
        ] {
            assert_eq!(range(header), Ok(None), "{header}");
        }
    }

    #[test]
    fn beyond_the_end_is_an_error() {
        assert_eq!(range("bytes=100-"), Err(RangeError));
        assert_eq!(range("bytes=-0"), Err(RangeError));
        assert_eq!(ByteRange::parse("bytes=0-", 0), Err(RangeError));
    }
}
