//! From text to words. Words end where they end: `ORDER` is not `OR` and `DER`.

use jiff::{Timestamp, civil::Date};
use winnow::{
    ModalResult, Parser,
    ascii::{digit1, multispace0},
    combinator::{alt, delimited, opt, repeat},
    error::ContextError,
    stream::{LocatingSlice, Location},
    token::{any, none_of, take_while},
};

use super::{ast::At, error};
use crate::error::{ApiError, ApiResult};

/// A word of the query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A keyword, a name, or names joined by dots.
    Word(String),
    /// Text between quotes, still escaped.
    Str(String),
    /// A number.
    Num(String),
    /// A date.
    Date(Date),
    /// A moment, in milliseconds since 1970.
    Time(i64),
    /// An operator or a bracket.
    Sign(&'static str),
}

impl Token {
    /// The word as an error message quotes it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Token::Word(s) | Token::Num(s) => s.clone(),
            Token::Str(s) => format!("'{s}'"),
            Token::Date(d) => d.to_string(),
            Token::Time(t) => crate::store::datetime(*t),
            Token::Sign(s) => (*s).to_owned(),
        }
    }
}

type Input<'a> = LocatingSlice<&'a str>;

/// Splits a query into words, each with its place.
pub(crate) fn lex(text: &str) -> ApiResult<Vec<(Token, At)>> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        let _: ModalResult<&str> = multispace0.parse_next(&mut input);
        if input.is_empty() {
            return Ok(tokens);
        }
        let at = input.current_token_start();
        match token.parse_next(&mut input) {
            Ok(token) => tokens.push((token, at)),
            Err(_) => return Err(unreadable(text, at)),
        }
    }
}

fn unreadable(text: &str, at: At) -> ApiError {
    let rest = &text[at..];
    let message = match rest.chars().next() {
        Some('\'') => format!("line 1:{at} mismatched character '<EOF>' expecting '''"),
        Some(c) => format!("line 1:{at} no viable alternative at character '{c}'"),
        None => "unexpected token: '<EOF>'".to_owned(),
    };
    error::malformed(text, at, &message)
}

fn token(input: &mut Input<'_>) -> ModalResult<Token> {
    alt((moment, date, number, word, string, sign)).parse_next(input)
}

fn word(input: &mut Input<'_>) -> ModalResult<Token> {
    let name = |input: &mut Input<'_>| -> ModalResult<()> {
        (
            take_while(1, |c: char| c.is_ascii_alphabetic() || c == '_'),
            take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_'),
        )
            .void()
            .parse_next(input)
    };
    (name, repeat::<_, _, (), _, _>(0.., ('.', name)))
        .take()
        .map(|s: &str| Token::Word(s.to_owned()))
        .parse_next(input)
}

fn string(input: &mut Input<'_>) -> ModalResult<Token> {
    let body =
        repeat::<_, _, (), _, _>(0.., alt((('\\', any).void(), none_of(['\\', '\'']).void())));
    delimited('\'', body.take(), '\'')
        .map(|s: &str| Token::Str(s.to_owned()))
        .parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Token> {
    let digits = (opt(alt(('-', '+'))), digit1, opt(('.', digit1)));
    let text = digits.take().parse_next(input)?;
    no_word_follows(input)?;
    Ok(Token::Num(text.to_owned()))
}

fn date_text<'a>(input: &mut Input<'a>) -> ModalResult<&'a str> {
    let digits = |n: usize| take_while(n, |c: char| c.is_ascii_digit());
    (digits(4), '-', digits(2), '-', digits(2))
        .take()
        .parse_next(input)
}

fn date(input: &mut Input<'_>) -> ModalResult<Token> {
    let date = date_text
        .try_map(|s: &str| s.parse::<Date>())
        .parse_next(input)?;
    no_word_follows(input)?;
    Ok(Token::Date(date))
}

fn moment(input: &mut Input<'_>) -> ModalResult<Token> {
    let digits = |n: usize| take_while(n, |c: char| c.is_ascii_digit());
    let time = (
        digits(2),
        ':',
        digits(2),
        ':',
        digits(2),
        opt(('.', digit1)),
    );
    let zone = alt((
        'Z'.void(),
        (alt(('+', '-')), digits(2), opt(':'), digits(2)).void(),
    ));
    (date_text, 'T', time, zone)
        .take()
        .try_map(|s: &str| normal(s).parse::<Timestamp>())
        .map(|t| Token::Time(t.as_millisecond()))
        .parse_next(input)
}

/// `+0000` as `+00:00`.
fn normal(text: &str) -> String {
    let at = text.len() - 5;
    if text.is_char_boundary(at) && text[at..].starts_with(['+', '-']) {
        format!("{}:{}", &text[..at + 3], &text[at + 3..])
    } else {
        text.to_owned()
    }
}

fn sign(input: &mut Input<'_>) -> ModalResult<Token> {
    alt((
        alt(("!=", "<>", "<=", ">=", "=", "<", ">")),
        alt(("(", ")", ",", ":")),
    ))
    .map(|s: &str| {
        Token::Sign(
            SIGNS
                .iter()
                .find(|known| **known == s)
                .copied()
                .unwrap_or("?"),
        )
    })
    .parse_next(input)
}

const SIGNS: &[&str] = &["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ":"];

fn no_word_follows(input: &mut Input<'_>) -> ModalResult<()> {
    winnow::combinator::not(winnow::token::one_of(|c: char| {
        c.is_ascii_alphanumeric() || c == '_'
    }))
    .parse_next(input)
    .map_err(|e: winnow::error::ErrMode<ContextError>| e)
}
