//! Conditions, operators and values.

use super::{MAX_DEPTH, Parser, Token};
use crate::{
    error::{ApiError, ApiResult},
    soql::{
        ast::{Cond, Literal, Op},
        dates,
    },
};

impl Parser<'_> {
    /// AND and OR don't mix without parentheses.
    pub(super) fn condition(&mut self) -> ApiResult<Cond> {
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
                name if dates::is_name(name) => {
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
        if !dates::takes_number(&name) {
            return Ok(Literal::Named(name, None));
        }
        self.expect_sign(":")?;
        let count = self.count()?;
        Ok(Literal::Named(name, i64::try_from(count).ok()))
    }
}
