//! What `describe` answers about an object.

use super::{Field, Kind, Object};
use crate::json::{Json, obj};

/// The short description that `/sobjects` lists.
pub(crate) fn summary(object: &Object, version: &str) -> Json {
    let base = format!("/services/data/v{version}/sobjects/{}", object.name);
    obj! {
        "name" => object.name,
        "label" => object.label,
        "labelPlural" => object.plural,
        "keyPrefix" => object.prefix,
        "custom" => false,
        "createable" => object.writable,
        "updateable" => object.writable,
        "deletable" => object.writable,
        "queryable" => true,
        "retrieveable" => true,
        "urls" => obj! {
            "sobject" => base.clone(),
            "describe" => format!("{base}/describe"),
            "rowTemplate" => format!("{base}/{{ID}}"),
        },
    }
}

/// The full description; `visible` and `editable` say what the user's permissions allow.
pub(crate) fn full(
    object: &Object,
    version: &str,
    visible: impl Fn(usize) -> bool,
    editable: impl Fn(usize) -> bool,
) -> Json {
    let fields: Vec<Json> = object
        .fields
        .iter()
        .enumerate()
        .filter(|(no, _)| visible(*no))
        .map(|(no, field)| describe_field(field, editable(no)))
        .collect();
    let Json::Obj(mut members) = summary(object, version) else {
        return Json::Null;
    };
    members.push(("fields".into(), fields.into()));
    members.push(("recordTypeInfos".into(), record_types(object).into()));
    Json::Obj(members)
}

fn record_types(object: &Object) -> Vec<Json> {
    let info = |name: &str, master: bool, usual: bool| {
        obj! {
            "active" => true,
            "available" => true,
            "defaultRecordTypeMapping" => usual,
            "developerName" => name.replace(' ', "_"),
            "master" => master,
            "name" => name.to_owned(),
        }
    };
    let own = object.record_type.as_deref();
    let own_info = own.map(|name| info(name, false, true));
    let master = info("Master", true, own.is_none());
    own_info.into_iter().chain([master]).collect()
}

fn describe_field(field: &Field, editable: bool) -> Json {
    let picklist: Vec<Json> = field
        .picklist
        .iter()
        .map(|entry| {
            obj! {
                "active" => entry.active,
                "defaultValue" => entry.default,
                "label" => entry.value.clone(),
                "validFor" => Json::Null,
                "value" => entry.value.clone(),
            }
        })
        .collect();
    let references: Vec<Json> = field
        .references
        .iter()
        .map(|name| Json::from(*name))
        .collect();
    let numeric = matches!(field.kind, Kind::Double | Kind::Currency);
    obj! {
        "name" => field.name.clone(),
        "label" => field.label.clone(),
        "type" => field.kind.api_name(),
        "soapType" => field.kind.soap_name(),
        "length" => field.length,
        "byteLength" => field.length * 3,
        "digits" => if field.kind == Kind::Int { 8i64 } else { 0 },
        "precision" => if numeric { 18i64 } else { 0 },
        "scale" => 0i64,
        "createable" => field.createable && editable,
        "updateable" => field.updateable && editable,
        "filterable" => field.filterable,
        "sortable" => field.filterable,
        "groupable" => field.filterable && field.kind != Kind::DateTime,
        "nillable" => field.nillable,
        "defaultedOnCreate" => field.defaulted,
        "custom" => field.is_custom(),
        "nameField" => field.name_field,
        "externalId" => field.external_id,
        "idLookup" => field.external_id || matches!(field.kind, Kind::Id | Kind::Email),
        "unique" => field.unique,
        "caseSensitive" => false,
        "restrictedPicklist" => field.restricted,
        "picklistValues" => picklist,
        "polymorphicForeignKey" => field.is_polymorphic(),
        "referenceTo" => references,
        "relationshipName" => field.relationship.clone(),
        "calculated" => false,
        "autoNumber" => false,
        "deprecatedAndHidden" => false,
    }
}
