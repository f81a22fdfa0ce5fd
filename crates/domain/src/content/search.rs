//! Searching what a trust center publishes: what matches, in which order, and which words
//! did.
//!
//! Each word of the query must begin a word of the texts, in whatever case and with or
//! without accents. A word is a run of letters or a run of digits, so `soc2` finds `SOC 2`.

use std::iter;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::limits::{EXCERPT, EXCERPT_BEFORE, SEARCH_QUERY, SEARCH_WORDS};

/// What someone looks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    typed: String,
    terms: Vec<Term>,
}

/// A word of the query, folded.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Term {
    text: String,
    /// Whether it has to be all of a word: `soc` in `soc2`, which isn't to find `society`,
    /// and the `2`, which isn't to find each `2026`.
    is_whole: bool,
}

/// The texts of one thing that may be found.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// What matches here comes first.
    pub title: &'a str,
    /// Some words about it.
    pub summary: &'a str,
    /// The rest; empty for whoever may not read it.
    pub text: &'a str,
}

/// Where the words of the query were all found, from the best place on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Title,
    Summary,
    Text,
}

/// A part of a text, to be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The text as it was written.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub is_marked: bool,
}

impl Query {
    /// What is longer than [`SEARCH_QUERY`] is cut, and of many words the first
    /// [`SEARCH_WORDS`] count.
    pub fn parse(typed: &str) -> Self {
        let typed: String = typed.trim().chars().take(SEARCH_QUERY).collect();
        let mut terms = Vec::new();
        for word in words(&typed) {
            let term = Term {
                text: fold(word.written),
                is_whole: word.goes_on || is_one_digit(word.written),
            };
            // What was nothing but accents is no word.
            if !term.text.is_empty() && !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms.truncate(SEARCH_WORDS);
        Self { typed, terms }
    }

    /// What was typed, as far as it counts.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether there is no word in it.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What matches, the best first; what matches as well stays in its order.
    pub fn find<T>(&self, all: Vec<T>, texts: impl Fn(&T) -> Texts<'_>) -> Vec<T> {
        let ranked = all.into_iter().filter_map(|one| {
            let rank = self.rank(texts(&one))?;
            Some((rank, one))
        });
        let mut found: Vec<_> = ranked.collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, one)| one).collect()
    }

    fn rank(&self, texts: Texts<'_>) -> Option<Rank> {
        let mut missing: Vec<&Term> = self.terms.iter().collect();
        if missing.is_empty() {
            return None;
        }
        for (rank, text) in [
            (Rank::Title, texts.title),
            (Rank::Summary, texts.summary),
            (Rank::Text, texts.text),
        ] {
            for word in words(text) {
                let folded = fold(word.written);
                missing.retain(|term| !term.matches(&folded));
                if missing.is_empty() {
                    return Some(rank);
                }
            }
        }
        None
    }

    /// The text with the words that were looked for marked.
    pub fn marked(&self, text: &str) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut done = 0;
        for word in words(text).filter(|word| self.looks_for(word.written)) {
            if word.start > done {
                pieces.push(piece(&text[done..word.start], false));
            }
            done = word.start + word.written.len();
            match pieces.last_mut().filter(|last| last.is_marked) {
                Some(last) => last.text.push_str(word.written),
                None => pieces.push(piece(word.written, true)),
            }
        }
        if done < text.len() {
            pieces.push(piece(&text[done..], false));
        }
        pieces
    }

    /// A few lines of a long text around the first word that was looked for, on one line.
    /// Its beginning where there is no such word.
    pub fn excerpt(&self, text: &str) -> Vec<Piece> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = words(&text).find(|word| self.looks_for(word.written));
        let (start, needed) = first.map_or((0, 0), |word| {
            let end = word.start + word.written.len();
            (some_words_before(&text, word.start), end)
        });
        let end = some_words_after(&text, start, needed);
        let mut pieces = self.marked(&text[start..end]);
        if start > 0 {
            pieces.insert(0, piece("… ", false));
        }
        if end < text.len() {
            pieces.push(piece(" …", false));
        }
        pieces
    }

    /// Whether it holds a word that was looked for.
    pub fn is_in(&self, text: &str) -> bool {
        words(text).any(|word| self.looks_for(word.written))
    }

    fn looks_for(&self, word: &str) -> bool {
        let folded = fold(word);
        self.terms.iter().any(|term| term.matches(&folded))
    }
}

impl Term {
    fn matches(&self, folded: &str) -> bool {
        if self.is_whole {
            folded == self.text
        } else {
            folded.starts_with(&self.text)
        }
    }
}

fn piece(text: &str, is_marked: bool) -> Piece {
    Piece {
        text: text.to_owned(),
        is_marked,
    }
}

/// Where the excerpt begins whose first match is there: at a word.
fn some_words_before(text: &str, at: usize) -> usize {
    let before = text[..at].char_indices().rev();
    let Some((start, _)) = before.take(EXCERPT_BEFORE + 1).nth(EXCERPT_BEFORE) else {
        return 0;
    };
    let space = text[start..at].find(' ');
    space.map_or(start, |space| start + space + 1)
}

/// Where the excerpt ends that begins there: behind a word, and not before `needed`, if that
/// is near enough.
fn some_words_after(text: &str, start: usize, needed: usize) -> usize {
    let Some((length, _)) = text[start..].char_indices().nth(EXCERPT) else {
        return text.len();
    };
    let space = text[start..start + length].rfind(' ');
    let space = space.filter(|space| start + space >= needed);
    start + space.unwrap_or(length)
}

/// A run of letters, or of digits.
struct Word<'a> {
    written: &'a str,
    /// In bytes from the beginning of the text.
    start: usize,
    /// Whether the next run follows without anything between.
    goes_on: bool,
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut done = 0;
    iter::from_fn(move || {
        let start = done + text[done..].find(char::is_alphanumeric)?;
        let is_number = text[start..].starts_with(char::is_numeric);
        let belongs =
            |c: char| is_combining_mark(c) || (c.is_alphanumeric() && c.is_numeric() == is_number);
        let length = text[start..].find(|c| !belongs(c));
        done = length.map_or(text.len(), |length| start + length);
        Some(Word {
            written: &text[start..done],
            start,
            goes_on: text[done..].starts_with(char::is_alphanumeric),
        })
    })
}

fn is_one_digit(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_numeric) && letters.next().is_none()
}

/// The form in which words are compared: lower case, without accents.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let plain = word.nfkd().filter(|c| !is_combining_mark(*c));
    let mut folded = String::with_capacity(word.len());
    for c in plain.flat_map(char::to_lowercase) {
        // Letters that Unicode doesn't take apart, though people type them so.
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
