//! Escapes in quoted text, and LIKE patterns.

use crate::error::{ApiError, ApiResult};
use crate::store::fold;

/// A piece of a LIKE pattern.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Char(char),
    One,
    Many,
}

/// A LIKE pattern: `%` is any text, `_` any character; case does not matter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern(Vec<Piece>);

/// The text that a quoted string means.
pub(crate) fn unescape(raw: &str) -> ApiResult<String> {
    pieces(raw, false).map(|pieces| {
        let chars = pieces.into_iter().map(|piece| match piece {
            Piece::Char(c) => c,
            Piece::One => '_',
            Piece::Many => '%',
        });
        chars.collect()
    })
}

/// The pattern that a quoted string means after LIKE.
pub(crate) fn pattern(raw: &str) -> ApiResult<Pattern> {
    let mut folded = Vec::new();
    for piece in pieces(raw, true)? {
        match piece {
            Piece::Char(c) => folded.extend(fold(&c.to_string()).chars().map(Piece::Char)),
            other => folded.push(other),
        }
    }
    Ok(Pattern(folded))
}

fn pieces(raw: &str, like: bool) -> ApiResult<Vec<Piece>> {
    let mut out = Vec::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '%' if like => Piece::Many,
            '_' if like => Piece::One,
            '\\' => Piece::Char(escaped(raw, &mut chars, like)?),
            plain => Piece::Char(plain),
        };
        out.push(piece);
    }
    Ok(out)
}

fn escaped(raw: &str, chars: &mut std::str::Chars<'_>, like: bool) -> ApiResult<char> {
    let illegal = |sequence: String| {
        ApiError::new(
            "MALFORMED_QUERY",
            format!(
                "Invalid string literal '{raw}'. Illegal character sequence '\\{sequence}' in string literal."
            ),
        )
    };
    let Some(c) = chars.next() else {
        return Err(illegal(String::new()));
    };
    match c {
        'n' | 'N' => Ok('\n'),
        'r' | 'R' => Ok('\r'),
        't' | 'T' => Ok('\t'),
        'b' | 'B' => Ok('\u{8}'),
        'f' | 'F' => Ok('\u{c}'),
        '\\' | '\'' | '"' => Ok(c),
        '%' | '_' if like => Ok(c),
        'u' => {
            let hex: String = chars.by_ref().take(4).collect();
            let code = u32::from_str_radix(&hex, 16)
                .ok()
                .filter(|_| hex.len() == 4);
            code.and_then(char::from_u32)
                .ok_or_else(|| illegal(format!("u{hex}")))
        }
        other => Err(illegal(other.to_string())),
    }
}

impl Pattern {
    /// Whether the whole of `text` fits.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = fold(text).chars().collect();
        let (mut t, mut p) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while t < text.len() {
            match self.0.get(p) {
                Some(Piece::Many) => {
                    retry = Some((p, t));
                    p += 1;
                }
                Some(piece) if *piece == Piece::One || *piece == Piece::Char(text[t]) => {
                    t += 1;
                    p += 1;
                }
                _ => match retry {
                    Some((many, from)) => {
                        retry = Some((many, from + 1));
                        (t, p) = (from + 1, many + 1);
                    }
                    None => return false,
                },
            }
        }
        self.0[p..].iter().all(|piece| *piece == Piece::Many)
    }
}
