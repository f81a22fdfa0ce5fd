//! From words to a query.

use super::{
    ast::{At, Cond, Literal, Op, OrderBy, Path, Query, Select},
    error,
    lex::{Token, lex},
};
use crate::error::{ApiError, ApiResult};

const MAX_LENGTH: usize = 100_000;
const MAX_DEPTH: usize = 100;

/// Reads a query.
///
/// # Errors
/// MALFORMED_QUERY with the place where reading stopped.
pub fn parse(text: &str) -> ApiResult<Query> {
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

    /// AND and OR don't mix without parentheses.
    fn condition(&mut self) -> ApiResult<Cond> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ApiError::new(
                "QUERY_TOO_COMPLICATED",
                "Query is too complicated.",
            ));
        }
        let first = self.term()?;
        let joined = if self.is_word("AND") {
            Cond::And(self.more(first, "AND")?)
        } else if self.is_word("OR") {
            Cond::Or(self.more(first, "OR")?)
        } else {
            first
        };
        self.depth -= 1;
        if self.is_word("AND") || self.is_word("OR") {
            return Err(self.unexpected());
        }
        Ok(joined)
    }

    fn more(&mut self, first: Cond, keyword: &str) -> ApiResult<Vec<Cond>> {
        let mut terms = vec![first];
        while self.accept(keyword) {
            terms.push(self.term()?);
        }
        Ok(terms)
    }

    fn term(&mut self) -> ApiResult<Cond> {
        if self.accept("NOT") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(ApiError::new(
                    "QUERY_TOO_COMPLICATED",
                    "Query is too complicated.",
                ));
            }
            let inner = self.term()?;
            self.depth -= 1;
            return Ok(Cond::Not(Box::new(inner)));
        }
        if self.accept_sign("(") {
            let inner = self.condition()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        let path = self.path()?;
        if self.accept("NOT") {
            self.expect("IN")?;
            return Ok(Cond::In(path, true, self.list()?));
        }
        if self.accept("IN") {
            return Ok(Cond::In(path, false, self.list()?));
        }
        let op = self.operator()?;
        let literal = self.literal()?;
        Ok(Cond::Compare(path, op, literal))
    }

    fn operator(&mut self) -> ApiResult<Op> {
        let op = match self.peek() {
            Some(Token::Sign("=")) => Op::Eq,
            Some(Token::Sign("!=" | "<>")) => Op::Ne,
            Some(Token::Sign("<")) => Op::Lt,
            Some(Token::Sign("<=")) => Op::Le,
            Some(Token::Sign(">")) => Op::Gt,
            Some(Token::Sign(">=")) => Op::Ge,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => Op::Like,
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(op)
    }

    fn list(&mut self) -> ApiResult<Vec<Literal>> {
        self.expect_sign("(")?;
        let mut values = vec![self.literal()?];
        while self.accept_sign(",") {
            values.push(self.literal()?);
        }
        self.expect_sign(")")?;
        Ok(values)
    }

    fn literal(&mut self) -> ApiResult<Literal> {
        let literal = match self.peek() {
            Some(Token::Str(raw)) => Literal::Str(raw.clone()),
            Some(Token::Num(digits)) => {
                Literal::Num(digits.parse().map_err(|_| self.unexpected())?)
            }
            Some(Token::Date(date)) => Literal::Date(*date),
            Some(Token::Time(time)) => Literal::Time(*time),
            Some(Token::Word(word)) => match word.to_ascii_uppercase().as_str() {
                "TRUE" => Literal::Bool(true),
                "FALSE" => Literal::Bool(false),
                "NULL" => Literal::Null,
                name if super::dates::is_name(name) => {
                    let name = name.to_owned();
                    return self.named(name);
                }
                _ => return Err(self.unexpected()),
            },
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(literal)
    }

    fn named(&mut self, name: String) -> ApiResult<Literal> {
        self.next += 1;
        if !super::dates::takes_number(&name) {
            return Ok(Literal::Named(name, None));
        }
        self.expect_sign(":")?;
        let count = self.count()?;
        Ok(Literal::Named(name, i64::try_from(count).ok()))
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
