//! A query as it is written, before its names mean anything.

use jiff::civil::Date;

/// A place in the text of the query, in bytes.
pub(crate) type At = usize;

/// A field, possibly through relationships: `Account.Owner.Name`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// Its parts.
    pub parts: Vec<String>,
    /// Where it stands.
    pub at: At,
}

/// What is selected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Select {
    /// `COUNT()`.
    Count,
    /// Fields.
    Fields(Vec<Path>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// `=`
    Eq,
    /// `!=` or `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `LIKE`
    Like,
}

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// Text, still escaped.
    Str(String),
    /// A number.
    Num(f64),
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// `NULL`.
    Null,
    /// A date.
    Date(Date),
    /// A moment, in milliseconds since 1970.
    Time(i64),
    /// `TODAY`, `LAST_N_DAYS:30` and the like.
    Named(String, Option<i64>),
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cond {
    /// All hold.
    And(Vec<Cond>),
    /// One holds.
    Or(Vec<Cond>),
    /// It doesn't hold.
    Not(Box<Cond>),
    /// A comparison with one value.
    Compare(Path, Op, Literal),
    /// `IN`, or `NOT IN` where the flag is set.
    In(Path, bool, Vec<Literal>),
}

/// One key of the order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderBy {
    /// The field.
    pub path: Path,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Whether records without a value come last.
    pub nulls_last: bool,
}

/// A whole query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    /// What is selected.
    pub select: Select,
    /// The object, and where it stands.
    pub from: (String, At),
    /// The condition.
    pub condition: Option<Cond>,
    /// The order.
    pub order: Vec<OrderBy>,
    /// The greatest number of records.
    pub limit: Option<usize>,
    /// How many records are left out at the beginning.
    pub offset: usize,
}
