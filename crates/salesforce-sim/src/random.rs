//! Randomness for tokens, codes and ids: the only place that asks for it.

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// `length` random letters and digits.
pub(crate) fn token(length: usize) -> String {
    (0..length)
        .map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]))
        .collect()
}

/// A random number below `bound`.
pub(crate) fn below(bound: u64) -> u64 {
    rand::random_range(0..bound)
}
