//! Plain text whose web addresses can be followed.

use url::Url;

/// A part of a text. Both kinds still have to be escaped for a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Plain text.
    Words(String),
    /// A web address.
    Link {
        /// Always http or https.
        href: String,
        /// As it was typed.
        text: String,
    },
}

/// The text in pieces, which together are the text again. Only `http://` and
/// `https://` with a host become links.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = next_scheme(rest) {
        let (before, from) = rest.split_at(at);
        let begins_a_word = !before.ends_with(char::is_alphanumeric);
        let length = address_length(from);
        let (address, after) = from.split_at(length);
        words.push_str(before);
        rest = after;
        match href(address).filter(|_| begins_a_word) {
            None => words.push_str(address),
            Some(href) => {
                if !words.is_empty() {
                    pieces.push(Piece::Words(std::mem::take(&mut words)));
                }
                let text = address.to_owned();
                pieces.push(Piece::Link { href, text });
            }
        }
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

fn next_scheme(text: &str) -> Option<usize> {
    // ASCII only: the positions stay those of the text.
    let lower = text.to_ascii_lowercase();
    let found = ["http://", "https://"].map(|scheme| lower.find(scheme));
    found.into_iter().flatten().min()
}

/// Up to a space, a quote or a bracket that can't belong to an address, without
/// the punctuation of the sentence around it.
fn address_length(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"“”„«»`".contains(c);
    let mut address = &text[..text.find(ends).unwrap_or(text.len())];
    loop {
        let last = address.chars().next_back();
        let is_around = match last {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…') => true,
            Some(')') => !is_balanced(address, '(', ')'),
            Some(']') => !is_balanced(address, '[', ']'),
            _ => false,
        };
        match last.filter(|_| is_around) {
            Some(c) => address = &address[..address.len() - c.len_utf8()],
            None => return address.len(),
        }
    }
}

fn is_balanced(text: &str, open: char, close: char) -> bool {
    text.matches(open).count() >= text.matches(close).count()
}

fn href(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web.then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links in brackets.
    fn shown(text: &str) -> String {
        let pieces = pieces(text).into_iter();
        let shown = pieces.map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Link { href, text } => {
                assert!(href.starts_with("http://") || href.starts_with("https://"));
                format!("[{text}]")
            }
        });
        shown.collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("no link", "no link"),
            ("https://a.example", "[https://a.example]"),
            (
                "See https://a.example/x?y=1&z=2#q.",
                "See [https://a.example/x?y=1&z=2#q].",
            ),
            ("(HTTPS://A.example/b)", "([HTTPS://A.example/b])"),
            ("https://a.example/b_(c), d", "[https://a.example/b_(c)], d"),
            (
                "http://a.example\nhttps://b.example",
                "[http://a.example]\n[https://b.example]",
            ),
            (
                "“https://münchen.example/ä”!",
                "“[https://münchen.example/ä]”!",
            ),
            ("<https://a.example>", "<[https://a.example]>"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn nothing_but_the_web_is_a_link() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,<b>",
            "ftp://a.example",
            "https://",
            "http://.",
            "xhttps://a.example",
            "mailto:a@b.example www.a.example",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_breaks_out_of_an_attribute_ends_the_address() {
        let text = "https://a.example/\"onclick=alert(1)";
        assert_eq!(shown(text), "[https://a.example/]\"onclick=alert(1)");
    }
}
