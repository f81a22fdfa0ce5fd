//! One field and what may be done with it.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The record's own id.
    Id,
    /// A line of text.
    Text,
    /// A few lines of text, up to 255 characters; can be filtered.
    TextArea,
    /// Long text; can't be filtered.
    LongText,
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// One of a list of values.
    Picklist,
    /// Free text with suggestions.
    Combobox,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// An amount of money.
    Currency,
    /// A calendar date.
    Date,
    /// A moment.
    DateTime,
    /// The id of another record.
    Reference,
}

impl Kind {
    /// The `type` that describe reports.
    pub fn api_name(self) -> &'static str {
        match self {
            Kind::Id => "id",
            Kind::Text => "string",
            Kind::TextArea | Kind::LongText => "textarea",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Url => "url",
            Kind::Picklist => "picklist",
            Kind::Combobox => "combobox",
            Kind::Bool => "boolean",
            Kind::Int => "int",
            Kind::Double => "double",
            Kind::Currency => "currency",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Reference => "reference",
        }
    }

    /// The `soapType` that describe reports, without its namespace.
    pub fn soap_name(self) -> &'static str {
        match self {
            Kind::Id | Kind::Reference => "tns:ID",
            Kind::Bool => "xsd:boolean",
            Kind::Int => "xsd:int",
            Kind::Double | Kind::Currency => "xsd:double",
            Kind::Date => "xsd:date",
            Kind::DateTime => "xsd:dateTime",
            _ => "xsd:string",
        }
    }

    /// Whether values are strings other than ids.
    pub fn is_text(self) -> bool {
        self.soap_name() == "xsd:string"
    }
}

/// One value of a picklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The API name and label.
    pub value: String,
    /// Whether it can still be chosen.
    pub active: bool,
    /// Whether it is chosen where nothing is said.
    pub default: bool,
}

/// One field.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "describe calls it `nameField`")]
pub(crate) struct Field {
    /// Its API name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// The longest text it takes, in characters; 0 where that means nothing.
    pub length: usize,
    /// Whether a new record may be given a value.
    pub createable: bool,
    /// Whether a value may be changed.
    pub updateable: bool,
    /// Whether SOQL may filter by it.
    pub filterable: bool,
    /// Whether it may be empty.
    pub nillable: bool,
    /// Whether the org fills it in when a new record says nothing.
    pub defaulted: bool,
    /// Whether only listed values are taken.
    pub restricted: bool,
    /// The values of a picklist.
    pub picklist: Vec<Entry>,
    /// The objects a reference may point to.
    pub references: Vec<&'static str>,
    /// The name by which SOQL follows the reference.
    pub relationship: Option<String>,
    /// Whether it is an external id.
    pub external_id: bool,
    /// Whether no two records may share a value.
    pub unique: bool,
    /// Whether it is the record's name.
    pub name_field: bool,
}

impl Field {
    /// A field that may be written, filtered and left empty.
    pub(crate) fn new(name: &str, label: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            length: match kind {
                Kind::Id | Kind::Reference => 18,
                Kind::LongText => 32_000,
                Kind::Bool
                | Kind::Int
                | Kind::Double
                | Kind::Currency
                | Kind::Date
                | Kind::DateTime => 0,
                Kind::Email => 80,
                Kind::Phone => 40,
                _ => 255,
            },
            createable: true,
            updateable: true,
            filterable: kind != Kind::LongText,
            nillable: kind != Kind::Bool,
            defaulted: kind == Kind::Bool,
            restricted: false,
            picklist: Vec::new(),
            references: Vec::new(),
            relationship: None,
            external_id: false,
            unique: false,
            name_field: false,
        }
    }

    /// A line of text of at most `length` characters.
    pub(crate) fn text(name: &str, label: &str, length: usize) -> Self {
        let mut field = Self::new(name, label, Kind::Text);
        field.length = length;
        field
    }

    /// A reference to one of `objects`, followed in SOQL as `relationship`.
    pub(crate) fn lookup(
        name: &str,
        label: &str,
        relationship: &str,
        objects: &[&'static str],
    ) -> Self {
        let mut field = Self::new(name, label, Kind::Reference);
        field.relationship = Some(relationship.to_owned());
        field.references = objects.to_vec();
        field
    }

    /// A picklist; the value marked by `*` is the default.
    pub(crate) fn picklist(name: &str, label: &str, values: &[&str]) -> Self {
        let mut field = Self::new(name, label, Kind::Picklist);
        field.picklist = values
            .iter()
            .map(|value| Entry {
                value: value.trim_end_matches('*').to_owned(),
                active: true,
                default: value.ends_with('*'),
            })
            .collect();
        field.defaulted = field.picklist.iter().any(|entry| entry.default);
        field
    }

    pub(super) fn read_only(mut self) -> Self {
        self.createable = false;
        self.updateable = false;
        self
    }

    pub(super) fn not_null(mut self) -> Self {
        self.nillable = false;
        self
    }

    pub(super) fn defaulted(mut self) -> Self {
        self.defaulted = true;
        self
    }

    pub(super) fn restricted(mut self) -> Self {
        self.restricted = true;
        self
    }

    pub(super) fn name_field(mut self) -> Self {
        self.name_field = true;
        self
    }

    /// Whether this is a custom field.
    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// Whether the reference may point to more than one object.
    pub(crate) fn is_polymorphic(&self) -> bool {
        self.references.len() > 1
    }
}
