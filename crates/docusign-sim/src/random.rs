//! Randomness for ids and tokens.

/// A GUID in small letters.
pub fn guid() -> String {
    let bytes: [u8; 16] = std::array::from_fn(|_| byte());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
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
pub fn token() -> String {
    (0..20).map(|_| format!("{:02x}", byte())).collect()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that draws numbers"
)]
fn byte() -> u8 {
    rand::random_range(0..=u8::MAX)
}
