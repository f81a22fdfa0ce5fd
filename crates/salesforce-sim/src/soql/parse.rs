//! From words to a query.

mod condition;

use super::{
    ast::{At, OrderBy, Path, Query, Select},
    error,
    lex::{Token, lex},
};
use crate::error::{ApiError, ApiResult};

const MAX_LENGTH: usize = 100_000;
const MAX_DEPTH: usize = 100;

/// Reads a query.
///
/// # Errors
/// `MALFORMED_QUERY` with the place where reading stopped.
pub(crate) fn parse(text: &str) -> ApiResult<Query> {
    if text.chars().count() > MAX_LENGTH {
        let message = format!("SOQL statements cannot be longer than {MAX_LENGTH} characters.");
        return Err(ApiError::new("QUERY_TOO_COMPLICATED", message));
    }
    let tokens = lex(text)?;
    let mut parser = Parser {
        text,
        tokens,
        next: 0,
        depth: 0,
    };
    let query = parser.query()?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, At)>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn at(&self) -> At {
        self.tokens
            .get(self.next)
            .map_or(self.text.len(), |(_, at)| *at)
    }

    fn unexpected(&self) -> ApiError {
        let shown = self.peek().map_or("<EOF>".to_owned(), Token::shown);
        error::malformed(
            self.text,
            self.at(),
            &format!("unexpected token: '{shown}'"),
        )
    }

    fn is_word(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn accept(&mut self, keyword: &str) -> bool {
        let found = self.is_word(keyword);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> ApiResult<()> {
        if self.accept(keyword) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn accept_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.next += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: &str) -> ApiResult<()> {
        if self.accept_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn name(&mut self) -> ApiResult<(String, At)> {
        let at = self.at();
        match self.peek() {
            Some(Token::Word(word)) if !is_reserved(word) => {
                let word = word.clone();
                self.next += 1;
                Ok((word, at))
            }
            _ => Err(self.unexpected()),
        }
    }

    fn path(&mut self) -> ApiResult<Path> {
        let (name, at) = self.name()?;
        let parts = name.split('.').map(str::to_owned).collect();
        Ok(Path { parts, at })
    }

    fn query(&mut self) -> ApiResult<Query> {
        self.expect("SELECT")?;
        let select = self.select()?;
        self.expect("FROM")?;
        let from = self.name()?;
        let condition = if self.accept("WHERE") {
            Some(self.condition()?)
        } else {
            None
        };
        let order = if self.accept("ORDER") {
            self.order()?
        } else {
            Vec::new()
        };
        let limit = if self.accept("LIMIT") {
            Some(self.count()?)
        } else {
            None
        };
        let offset = if self.accept("OFFSET") {
            self.count()?
        } else {
            0
        };
        Ok(Query {
            select,
            from,
            condition,
            order,
            limit,
            offset,
        })
    }

    fn select(&mut self) -> ApiResult<Select> {
        if self.is_word("COUNT") {
            self.next += 1;
            self.expect_sign("(")?;
            self.expect_sign(")")?;
            return Ok(Select::Count);
        }
        let mut fields = vec![self.path()?];
        while self.accept_sign(",") {
            fields.push(self.path()?);
        }
        Ok(Select::Fields(fields))
    }

    fn order(&mut self) -> ApiResult<Vec<OrderBy>> {
        self.expect("BY")?;
        let mut keys = Vec::new();
        loop {
            let path = self.path()?;
            let descending = !self.accept("ASC") && self.accept("DESC");
            let mut nulls_last = false;
            if self.accept("NULLS") {
                nulls_last = self.accept("LAST");
                if !nulls_last {
                    self.expect("FIRST")?;
                }
            }
            keys.push(OrderBy {
                path,
                descending,
                nulls_last,
            });
            if !self.accept_sign(",") {
                return Ok(keys);
            }
        }
    }

    fn count(&mut self) -> ApiResult<usize> {
        let Some(Token::Num(digits)) = self.peek() else {
            return Err(self.unexpected());
        };
        let count = digits.parse().map_err(|_| self.unexpected())?;
        self.next += 1;
        Ok(count)
    }
}

fn is_reserved(word: &str) -> bool {
    const RESERVED: &[&str] = &[
        "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES",
        "LAST", "LIKE", "LIMIT", "NOT", "NULL", "NULLS", "OR", "SELECT", "USING", "WHERE", "WITH",
    ];
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(word))
}
