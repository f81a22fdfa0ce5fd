//! Record ids: fifteen case-sensitive characters, shown as eighteen.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// A record id. Three characters name the object, two the instance, one is
/// reserved, nine count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 15]);

impl Id {
    /// The id of the `serial`-th record of an object.
    pub fn new(prefix: &str, instance: [u8; 2], serial: u64) -> Self {
        let mut raw = [b'0'; 15];
        raw[..3].copy_from_slice(&prefix.as_bytes()[..3]);
        raw[3..5].copy_from_slice(&instance);
        let mut rest = serial;
        for slot in raw[6..].iter_mut().rev() {
            *slot = BASE62[(rest % 62) as usize];
            rest /= 62;
        }
        Self(raw)
    }

    /// The three characters that name the object.
    pub fn prefix(&self) -> &str {
        std::str::from_utf8(&self.0[..3]).unwrap_or_default()
    }

    /// The case-sensitive form of fifteen characters.
    pub fn short(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The count within the object, if the id was made by this instance.
    pub(crate) fn serial(&self, instance: [u8; 2]) -> Option<u64> {
        if self.0[3..5] != instance || self.0[5] != b'0' {
            return None;
        }
        self.0[6..].iter().try_fold(0u64, |sum, byte| {
            let digit = BASE62.iter().position(|b| b == byte)? as u64;
            Some(sum * 62 + digit)
        })
    }

    fn checksum(&self) -> [u8; 3] {
        let mut out = [0; 3];
        for (chunk, slot) in self.0.chunks(5).zip(out.iter_mut()) {
            let bits = chunk
                .iter()
                .enumerate()
                .filter(|(_, byte)| byte.is_ascii_uppercase())
                .fold(0_usize, |bits, (place, _)| bits | 1 << place);
            *slot = CHECKSUM[bits];
        }
        out
    }
}

/// Not fifteen or eighteen characters that can be an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed id")]
pub struct MalformedId;

impl FromStr for Id {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        let bytes = text.as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(MalformedId);
        }
        let mut raw = [0; 15];
        raw.copy_from_slice(bytes.get(..15).ok_or(MalformedId)?);
        match bytes.len() {
            15 => Ok(Self(raw)),
            18 => restore_case(raw, &bytes[15..]),
            _ => Err(MalformedId),
        }
    }
}

/// The eighteen-character form survives a change of case: its last three
/// characters say which letters are capitals.
fn restore_case(mut raw: [u8; 15], suffix: &[u8]) -> Result<Id, MalformedId> {
    for (chunk, check) in raw.chunks_mut(5).zip(suffix) {
        let bits = CHECKSUM
            .iter()
            .position(|c| c == &check.to_ascii_uppercase())
            .ok_or(MalformedId)?;
        for (place, byte) in chunk.iter_mut().enumerate() {
            let capital = bits >> place & 1 == 1;
            match (capital, byte.is_ascii_alphabetic()) {
                (true, false) => return Err(MalformedId),
                (true, true) => byte.make_ascii_uppercase(),
                (false, _) => byte.make_ascii_lowercase(),
            }
        }
    }
    Ok(Id(raw))
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = self.checksum();
        f.write_str(self.short())?;
        f.write_str(std::str::from_utf8(&check).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_published_one() {
        let id: Id = "00130000000xEft".parse().unwrap();
        assert_eq!(id.to_string(), "00130000000xEftAAE");
    }

    #[test]
    fn eighteen_characters_survive_a_change_of_case() {
        let id = Id::new("00T", *b"Ho", 123_456_789);
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert_eq!(id.short().parse(), Ok(id));
        assert_eq!(id.serial(*b"Ho"), Some(123_456_789));
    }

    #[test]
    fn anything_else_is_malformed() {
        for bad in [
            "",
            "001",
            "00130000000xEft!",
            "00130000000xEftAA",
            "00130000000xEft999",
        ] {
            assert!(bad.parse::<Id>().is_err(), "{bad}");
        }
    }
}
