//! A field of the query, found in the schema as the user may see it.

use super::{ast::Path, error};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::Org;
use crate::schema::{Field, FieldNo, Kind, Object, ObjectNo};
use crate::store::{Row, Value};

/// Fields that can be read through a reference which may point to several objects.
const NAME_FIELDS: &[(&str, Kind)] = &[
    ("Id", Kind::Id),
    ("Name", Kind::Text),
    ("Type", Kind::Picklist),
    ("FirstName", Kind::Text),
    ("LastName", Kind::Text),
    ("Email", Kind::Email),
    ("Phone", Kind::Phone),
    ("Title", Kind::Text),
    ("Alias", Kind::Text),
    ("Username", Kind::Text),
    ("IsActive", Kind::Bool),
];

#[derive(Debug, Clone)]
enum Leaf {
    Fixed(FieldNo),
    Named(&'static str),
}

/// A field, with the references to follow on the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The references and the names by which they were followed.
    pub hops: Vec<(FieldNo, String)>,
    leaf: Leaf,
    /// The field's own name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it can be filtered.
    pub filterable: bool,
}

impl Column {
    /// Finds a field.
    pub(crate) fn resolve(
        org: &Org,
        user: Id,
        text: &str,
        no: ObjectNo,
        path: &Path,
    ) -> ApiResult<Column> {
        let mut parts = path.parts.as_slice();
        if parts.len() > 1
            && parts[0].eq_ignore_ascii_case(org.data.object(no).name)
            && org.data.object(no).relationship(&parts[0]).is_none()
        {
            parts = &parts[1..];
        }
        let (last, relations) = parts.split_last().ok_or_else(ApiError::not_found)?;
        if relations.len() > 5 {
            return Err(error::malformed(
                text,
                path.at,
                "SOQL relationships can be at most five levels deep",
            ));
        }
        let mut object = no;
        let mut hops = Vec::new();
        for (depth, relation) in relations.iter().enumerate() {
            let (field, target) = hop(org, user, text, object, relation, path)?;
            let spec = &org.data.object(object).fields[field];
            hops.push((field, spec.relationship.clone().unwrap_or_default()));
            match target {
                Some(next) => object = next,
                None if depth + 1 == relations.len() => return named(text, hops, last, path),
                None => return Err(no_relation(text, path, &relations[depth + 1])),
            }
        }
        let permissions = org.permissions(user);
        let field = org
            .data
            .object(object)
            .field_no(last)
            .filter(|f| permissions.sees(object, *f));
        let field =
            field.ok_or_else(|| no_column(text, path, last, org.data.object(object).name))?;
        let spec = &org.data.object(object).fields[field];
        Ok(Column {
            hops,
            leaf: Leaf::Fixed(field),
            name: spec.name.clone(),
            kind: spec.kind,
            filterable: spec.filterable,
        })
    }

    /// The field of the queried object itself, if no reference is followed.
    pub(crate) fn own(&self) -> Option<FieldNo> {
        match self.leaf {
            Leaf::Fixed(field) if self.hops.is_empty() => Some(field),
            _ => None,
        }
    }

    /// The schema of the field, where it is one of the queried object's own.
    pub(crate) fn spec<'a>(&self, object: &'a Object) -> Option<&'a Field> {
        self.own().map(|field| &object.fields[field])
    }

    /// The value for a record.
    pub(crate) fn value(&self, org: &Org, user: Id, row: &Row) -> Value {
        let mut here = row;
        let mut object = None;
        for (field, _) in &self.hops {
            let Some((parent, next)) = parent(org, user, here.get(*field)) else {
                return Value::Null;
            };
            (here, object) = (next, Some(parent));
        }
        self.leaf_value(object, here)
    }

    /// The value in the record at which the references end.
    pub(crate) fn leaf_value(&self, object: Option<&Object>, row: &Row) -> Value {
        match (&self.leaf, object) {
            (Leaf::Fixed(field), _) => row.get(*field).clone(),
            (Leaf::Named("Type"), Some(object)) if object.name != "Group" => {
                Value::text(object.name)
            }
            (Leaf::Named(name), Some(object)) => object
                .field_no(name)
                .map_or(Value::Null, |field| row.get(field).clone()),
            (Leaf::Named(_), None) => Value::Null,
        }
    }
}

/// The record a reference points to, if it is there and the user may see it.
pub(crate) fn parent<'a>(
    org: &'a Org,
    user: Id,
    reference: &Value,
) -> Option<(&'a Object, &'a Row)> {
    let id = reference.as_id()?;
    if org.permissions(user).hides(id) {
        return None;
    }
    org.data.by_id(id)
}

fn hop(
    org: &Org,
    user: Id,
    text: &str,
    object: ObjectNo,
    relation: &str,
    path: &Path,
) -> ApiResult<(FieldNo, Option<ObjectNo>)> {
    let permissions = org.permissions(user);
    let found = org
        .data
        .object(object)
        .relationship(relation)
        .filter(|f| permissions.sees(object, *f));
    let field = found.ok_or_else(|| no_relation(text, path, relation))?;
    let spec = &org.data.object(object).fields[field];
    if spec.is_polymorphic() {
        return Ok((field, None));
    }
    let target = spec
        .references
        .first()
        .and_then(|name| org.data.schema.find(name));
    match target.filter(|t| permissions.object(*t).read) {
        Some(target) => Ok((field, Some(target))),
        None => Err(no_relation(text, path, relation)),
    }
}

fn named(text: &str, hops: Vec<(FieldNo, String)>, last: &str, path: &Path) -> ApiResult<Column> {
    let known = NAME_FIELDS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(last));
    let (name, kind) = known.ok_or_else(|| no_column(text, path, last, "Name"))?;
    Ok(Column {
        hops,
        leaf: Leaf::Named(name),
        name: (*name).to_owned(),
        kind: *kind,
        filterable: true,
    })
}

fn no_column(text: &str, path: &Path, field: &str, entity: &str) -> ApiError {
    let message = format!(
        "No such column '{field}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    );
    error::field(text, path.at, &message)
}

fn no_relation(text: &str, path: &Path, relation: &str) -> ApiError {
    let message = format!(
        "Didn't understand relationship '{relation}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
    );
    error::field(text, path.at, &message)
}
