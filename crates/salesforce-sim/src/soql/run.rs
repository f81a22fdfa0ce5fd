//! Running a query.

use std::{cmp::Ordering, sync::Arc};

use super::{
    ast::{OrderBy, Query, Select},
    column::Column,
    error, parse,
    plan::{Candidates, candidates},
    test::{Scope, Test},
};
use crate::error::{ApiError, ApiResult};
use crate::org::{Caller, Org};
use crate::schema::ObjectNo;
use crate::store::{Pos, Row};

const MAX_OFFSET: usize = 2000;
const ARCHIVED_AFTER_DAYS: i32 = 365;

/// What a query found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The queried object.
    pub object: ObjectNo,
    /// The selected fields; none for `COUNT()`.
    pub columns: Arc<Vec<Column>>,
    /// The records.
    pub places: Arc<Vec<Pos>>,
    /// Whether only the number was asked for.
    pub count_only: bool,
}

/// Where the next page of a query begins.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    /// Its name in `nextRecordsUrl`.
    pub name: String,
    /// Whose it is.
    pub user: crate::Id,
    /// What the query found.
    pub found: Found,
}

/// Runs a query; `all` also finds deleted and archived records.
pub(crate) fn run(org: &Org, caller: Caller, text: &str, all: bool) -> ApiResult<Found> {
    let query = parse(text)?;
    let object = object(org, caller, text, &query)?;
    let scope = Scope {
        org,
        user: caller.user,
        text,
        object,
        now: caller.now,
    };
    let columns = columns(&scope, &query.select)?;
    let test = query
        .condition
        .as_ref()
        .map(|c| scope.test(c))
        .transpose()?;
    let order = order(&scope, &query.order)?;
    if query.offset > MAX_OFFSET {
        let message = format!("Maximum SOQL offset allowed is {MAX_OFFSET}");
        return Err(ApiError::new("NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    let mut places = filter(&scope, test.as_ref(), all);
    if !order.is_empty() {
        sort(&scope, &order, &mut places);
    }
    places.drain(..query.offset.min(places.len()));
    places.truncate(query.limit.unwrap_or(usize::MAX));
    Ok(Found {
        object,
        columns: Arc::new(columns),
        places: Arc::new(places),
        count_only: query.select == Select::Count,
    })
}

fn object(org: &Org, caller: Caller, text: &str, query: &Query) -> ApiResult<ObjectNo> {
    let (name, at) = &query.from;
    let known = org.data.schema.find(name);
    known.filter(|no| org.permissions(caller.user).object(*no).read).ok_or_else(|| {
        let message = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        );
        error::pointing("INVALID_TYPE", text, *at, &message)
    })
}

fn columns(scope: &Scope<'_>, select: &Select) -> ApiResult<Vec<Column>> {
    let Select::Fields(paths) = select else {
        return Ok(Vec::new());
    };
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        let name = path.parts.join(".");
        if !seen.insert(name.to_lowercase()) {
            return Err(ApiError::new(
                "INVALID_FIELD",
                format!("duplicate field selected: {name}"),
            ));
        }
    }
    let resolve = |path| Column::resolve(scope.org, scope.user, scope.text, scope.object, path);
    paths.iter().map(resolve).collect()
}

fn order(scope: &Scope<'_>, keys: &[OrderBy]) -> ApiResult<Vec<(Column, bool, bool)>> {
    keys.iter()
        .map(|key| {
            let column =
                Column::resolve(scope.org, scope.user, scope.text, scope.object, &key.path)?;
            if !column.filterable {
                let message = format!("field '{}' can not be sorted in a query call", column.name);
                return Err(error::malformed(scope.text, key.path.at, &message));
            }
            Ok((column, key.descending, key.nulls_last))
        })
        .collect()
}

fn filter(scope: &Scope<'_>, test: Option<&Test>, all: bool) -> Vec<Pos> {
    let table = scope.org.data.table(scope.object);
    let created = scope.org.data.object(scope.object).no("CreatedDate");
    let found = test.map_or(Candidates::From(0), |test| candidates(table, created, test));
    let visible = Visible::new(scope, all);
    found
        .places(table)
        .filter(|pos| {
            let row = table.row(*pos);
            visible.shows(row) && test.is_none_or(|test| test.holds(scope.org, scope.user, row))
        })
        .collect()
}

/// Which records the query may show at all.
struct Visible<'a> {
    scope: &'a Scope<'a>,
    all: bool,
    task: Option<(usize, usize, jiff::civil::Date)>,
}

impl<'a> Visible<'a> {
    fn new(scope: &'a Scope<'a>, all: bool) -> Self {
        let object = scope.org.data.object(scope.object);
        let cutoff = jiff::Span::new().days(ARCHIVED_AFTER_DAYS);
        let task = (object.name == "Task").then(|| {
            let oldest = scope.org.date(scope.now).saturating_sub(cutoff);
            (object.no("IsClosed"), object.no("ActivityDate"), oldest)
        });
        Self { scope, all, task }
    }

    fn shows(&self, row: &Row) -> bool {
        let org = self.scope.org;
        !org.hides(self.scope.user, self.scope.object, row)
            && (self.all || !(org.data.is_deleted(self.scope.object, row) || self.archived(row)))
    }

    /// Closed tasks of more than a year ago.
    fn archived(&self, row: &Row) -> bool {
        self.task.is_some_and(|(closed, date, oldest)| {
            let old = matches!(row.get(date), crate::store::Value::Date(d) if *d < oldest);
            old && row.get(closed).is_true()
        })
    }
}

fn sort(scope: &Scope<'_>, keys: &[(Column, bool, bool)], places: &mut Vec<Pos>) {
    let table = scope.org.data.table(scope.object);
    let mut keyed: Vec<_> = places
        .iter()
        .map(|pos| {
            let row = table.row(*pos);
            let values: Vec<_> = keys
                .iter()
                .map(|(column, ..)| column.value(scope.org, scope.user, row))
                .collect();
            (values, *pos)
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let mut pairs = keys.iter().zip(a.iter().zip(b));
        pairs
            .find_map(|((_, descending, nulls_last), (a, b))| {
                let order = match (a.is_null(), b.is_null()) {
                    (true, true) => Ordering::Equal,
                    (true, false) if *nulls_last => Ordering::Greater,
                    (true, false) => Ordering::Less,
                    (false, true) if *nulls_last => Ordering::Less,
                    (false, true) => Ordering::Greater,
                    (false, false) if *descending => b.compare(a),
                    (false, false) => a.compare(b),
                };
                order.is_ne().then_some(order)
            })
            .unwrap_or(Ordering::Equal)
    });
    *places = keyed.into_iter().map(|(_, pos)| pos).collect();
}
