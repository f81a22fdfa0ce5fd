//! Randomness for ids and tokens.

use std::fmt::Write as _;

/// A GUID in small letters.
pub(crate) fn guid() -> String {
    let hex = hex::<16>();
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

/// 40 random letters of hexadecimal.
pub(crate) fn token() -> String {
    hex::<20>()
}

/// So many random bytes, two letters of hexadecimal each.
fn hex<const BYTES: usize>() -> String {
    (0..BYTES).fold(String::with_capacity(2 * BYTES), |mut hex, _| {
        let _ = write!(hex, "{:02x}", byte());
        hex
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that draws numbers"
)]
fn byte() -> u8 {
    rand::random_range(0..=u8::MAX)
}
