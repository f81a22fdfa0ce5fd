//! A condition ready to be tried on records.

use std::collections::HashSet;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    ast::{Cond, Literal, Op, Path},
    column::Column,
    dates, error,
    text::{Pattern, pattern, unescape},
};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::Org;
use crate::schema::{Kind, ObjectNo};
use crate::store::{Key, Row, Value};

/// A condition whose names and values are known.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// All hold.
    All(Vec<Test>),
    /// One holds.
    Any(Vec<Test>),
    /// It doesn't hold.
    Not(Box<Test>),
    /// The value is one of these; `None` in the set's place stands for no value.
    OneOf(Column, HashSet<Key>, bool),
    /// The value is there, at least the first (if any) and below the second (if any).
    Within(Column, Option<Value>, Option<Value>),
    /// The value is there and compares so.
    Compare(Column, Op, Value),
    /// The text fits the pattern.
    Like(Column, Pattern),
}

/// What is needed to make sense of a condition.
pub(crate) struct Scope<'a> {
    /// The org.
    pub org: &'a Org,
    /// Who asks.
    pub user: Id,
    /// The text of the query, for error messages.
    pub text: &'a str,
    /// The queried object.
    pub object: ObjectNo,
    /// The moment, in milliseconds since 1970.
    pub now: i64,
}

enum Bound {
    Value(Value),
    Days(Date, Date),
}

impl Scope<'_> {
    /// Makes a condition ready.
    pub(crate) fn test(&self, condition: &Cond) -> ApiResult<Test> {
        match condition {
            Cond::And(terms) => Ok(Test::All(self.tests(terms)?)),
            Cond::Or(terms) => Ok(Test::Any(self.tests(terms)?)),
            Cond::Not(term) => Ok(Test::Not(Box::new(self.test(term)?))),
            Cond::In(path, negated, literals) => self.one_of(path, *negated, literals),
            Cond::Compare(path, op, literal) => self.compare(path, *op, literal),
        }
    }

    fn tests(&self, terms: &[Cond]) -> ApiResult<Vec<Test>> {
        terms.iter().map(|term| self.test(term)).collect()
    }

    /// Finds a field that may be used in a condition.
    fn filter_column(&self, path: &Path) -> ApiResult<Column> {
        let column = Column::resolve(self.org, self.user, self.text, self.object, path)?;
        if column.filterable {
            return Ok(column);
        }
        let message = format!(
            "field '{}' can not be filtered in a query call",
            column.name
        );
        Err(error::field(self.text, path.at, &message))
    }

    fn one_of(&self, path: &Path, negated: bool, literals: &[Literal]) -> ApiResult<Test> {
        let column = self.filter_column(path)?;
        let mut keys = HashSet::with_capacity(literals.len());
        let mut with_null = false;
        for literal in literals {
            match self.bound(&column, path, literal)? {
                Bound::Value(value) => match value.key() {
                    Some(key) => drop(keys.insert(key)),
                    None => with_null = true,
                },
                Bound::Days(..) => {
                    let message = "date literals can not be used in a list";
                    return Err(error::malformed(self.text, path.at, message));
                }
            }
        }
        Ok(negate(Test::OneOf(column, keys, with_null), negated))
    }

    fn compare(&self, path: &Path, op: Op, literal: &Literal) -> ApiResult<Test> {
        let column = self.filter_column(path)?;
        if op == Op::Like {
            return self.like(column, path, literal);
        }
        if column.kind == Kind::Bool && !matches!(op, Op::Eq | Op::Ne) {
            return Err(self.operator(path, "boolean"));
        }
        match self.bound(&column, path, literal)? {
            Bound::Value(value) => self.compare_value(column, path, op, value),
            Bound::Days(from, to) => Ok(self.compare_days(column, op, from, to)),
        }
    }

    fn compare_value(&self, column: Column, path: &Path, op: Op, value: Value) -> ApiResult<Test> {
        if matches!(op, Op::Eq | Op::Ne) {
            let keys: HashSet<Key> = value.key().into_iter().collect();
            return Ok(negate(
                Test::OneOf(column, keys, value.is_null()),
                op == Op::Ne,
            ));
        }
        if value.is_null() {
            return Err(self.operator(path, "null"));
        }
        Ok(Test::Compare(column, op, value))
    }

    fn compare_days(&self, column: Column, op: Op, from: Date, to: Date) -> Test {
        let edge = |date: Date| match column.kind {
            Kind::DateTime => Value::Time(midnight(date, &self.org.zone())),
            _ => Value::Date(date),
        };
        let (from, to) = (edge(from), edge(to));
        match op {
            Op::Eq => Test::Within(column, Some(from), Some(to)),
            Op::Ne => Test::Not(Box::new(Test::Within(column, Some(from), Some(to)))),
            Op::Lt => Test::Within(column, None, Some(from)),
            Op::Le => Test::Within(column, None, Some(to)),
            Op::Gt => Test::Within(column, Some(to), None),
            Op::Ge | Op::Like => Test::Within(column, Some(from), None),
        }
    }

    fn like(&self, column: Column, path: &Path, literal: &Literal) -> ApiResult<Test> {
        match literal {
            Literal::Str(raw) if column.kind.is_text() => Ok(Test::Like(column, pattern(raw)?)),
            _ => Err(self.operator(path, column.kind.api_name())),
        }
    }

    fn operator(&self, path: &Path, kind: &str) -> ApiError {
        let message = format!("invalid operator on {kind} field");
        error::pointing(
            "INVALID_QUERY_FILTER_OPERATOR",
            self.text,
            path.at,
            &message,
        )
    }

    fn bound(&self, column: &Column, path: &Path, literal: &Literal) -> ApiResult<Bound> {
        let value = match (column.kind, literal) {
            (_, Literal::Null) => Value::Null,
            (Kind::Bool, Literal::Bool(v)) => Value::Bool(*v),
            (Kind::Int | Kind::Double | Kind::Currency, Literal::Num(v)) => Value::Num(*v),
            (Kind::Date, Literal::Date(v)) => Value::Date(*v),
            (Kind::DateTime, Literal::Time(v)) => Value::Time(*v),
            (Kind::Date | Kind::DateTime, Literal::Named(name, n)) => {
                let today = self.org.date(self.now);
                let range = dates::range(name, n.unwrap_or_default(), today);
                let (from, to) = range.ok_or_else(|| self.wrong_type(column, path))?;
                return Ok(Bound::Days(from, to));
            }
            (Kind::Id | Kind::Reference, Literal::Str(raw)) => self.id(path, raw)?,
            (kind, Literal::Str(raw)) if kind.is_text() => Value::text(&unescape(raw)?),
            _ => return Err(self.wrong_type(column, path)),
        };
        Ok(Bound::Value(value))
    }

    fn id(&self, path: &Path, raw: &str) -> ApiResult<Value> {
        let text = unescape(raw)?;
        if text.is_empty() {
            return Ok(Value::Null);
        }
        text.parse::<Id>().map(Value::Id).map_err(|_| {
            let message = format!("invalid ID field: {text}");
            error::pointing(
                "INVALID_QUERY_FILTER_OPERATOR",
                self.text,
                path.at,
                &message,
            )
        })
    }

    fn wrong_type(&self, column: &Column, path: &Path) -> ApiError {
        let (kind, quotes) = match column.kind {
            Kind::Bool => ("boolean", "should not"),
            Kind::Int => ("int", "should not"),
            Kind::Double | Kind::Currency => ("double", "should not"),
            Kind::Date => ("date", "should not"),
            Kind::DateTime => ("dateTime", "should not"),
            _ => ("string", "should"),
        };
        let message = format!(
            "value of filter criterion for field '{}' must be of type {kind} and {quotes} be enclosed in quotes",
            column.name
        );
        error::field(self.text, path.at, &message)
    }
}

fn negate(test: Test, negated: bool) -> Test {
    if negated {
        Test::Not(Box::new(test))
    } else {
        test
    }
}

fn midnight(date: Date, zone: &TimeZone) -> i64 {
    date.to_zoned(zone.clone())
        .map_or(0, |moment| moment.timestamp().as_millisecond())
}

impl Test {
    /// Whether the condition holds for a record.
    pub(crate) fn holds(&self, org: &Org, user: Id, row: &Row) -> bool {
        match self {
            Test::All(tests) => tests.iter().all(|test| test.holds(org, user, row)),
            Test::Any(tests) => tests.iter().any(|test| test.holds(org, user, row)),
            Test::Not(test) => !test.holds(org, user, row),
            Test::OneOf(column, keys, with_null) => match column.value(org, user, row).key() {
                Some(key) => keys.contains(&key),
                None => *with_null,
            },
            Test::Within(column, from, to) => {
                let value = column.value(org, user, row);
                !value.is_null()
                    && from.as_ref().is_none_or(|from| value.compare(from).is_ge())
                    && to.as_ref().is_none_or(|to| value.compare(to).is_lt())
            }
            Test::Compare(column, op, bound) => {
                let value = column.value(org, user, row);
                !value.is_null() && compares(&value, *op, bound)
            }
            Test::Like(column, pattern) => column
                .value(org, user, row)
                .as_str()
                .is_some_and(|text| pattern.matches(text)),
        }
    }
}

fn compares(value: &Value, op: Op, bound: &Value) -> bool {
    let order = value.compare(bound);
    match op {
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Like => false,
    }
}
