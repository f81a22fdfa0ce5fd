//! Enums that stand in the database, in addresses and in forms by a key of their own.

/// Writes an enum as its `key()`, and reads it by searching `ALL` for the key. `$what` ends
/// the error's sentence: "`x` is not …".
macro_rules! keyed {
    ($type:ident, $what:literal) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.key())
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL
                    .into_iter()
                    .find(|one| one.key() == text)
                    .ok_or_else(|| format!("`{text}` is not {}", $what))
            }
        }
    };
}

pub(crate) use keyed;
