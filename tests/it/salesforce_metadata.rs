//! What an Admin deploys from `salesforce/` fits what the client looks for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::deliveries::task::REFERENCE_FIELD;
use quick_xml::Reader;
use quick_xml::events::Event;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("salesforce")
}

fn xml_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            xml_files(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "xml") {
            into.push(path);
        }
    }
}

/// The text of every element that has one, by name, in order; fails where the
/// file isn't well formed.
fn texts(path: &Path) -> HashMap<String, Vec<String>> {
    let xml = std::fs::read_to_string(path).unwrap();
    let mut reader = Reader::from_str(&xml);
    let mut open: Vec<String> = Vec::new();
    let mut texts: HashMap<String, Vec<String>> = HashMap::new();
    loop {
        let event = reader.read_event();
        match event.unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
            Event::Start(start) => {
                open.push(String::from_utf8(start.name().as_ref().to_vec()).unwrap());
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                let text = String::from_utf8(text.to_vec()).unwrap();
                if let (Some(name), false) = (open.last(), text.trim().is_empty()) {
                    texts.entry(name.clone()).or_default().push(text);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{}: {open:?} is open", path.display());
    texts
}

#[test]
fn every_file_is_well_formed() {
    let mut files = Vec::new();
    xml_files(&folder(), &mut files);
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        assert!(!texts(&file).is_empty(), "{}", file.display());
    }
}

#[test]
fn the_deployed_field_is_the_one_the_client_uses() {
    for object in ["Activity", "Contact", "Lead"] {
        let file = format!(
            "force-app/main/default/objects/{object}/fields/{REFERENCE_FIELD}.field-meta.xml"
        );
        let field = texts(&folder().join(file));
        for (name, value) in [
            ("fullName", REFERENCE_FIELD),
            ("type", "Text"),
            ("externalId", "true"),
            ("unique", "true"),
            ("length", "64"),
            ("required", "false"),
        ] {
            assert_eq!(field[name], [value], "{object}: {name}");
        }
    }
}

#[test]
fn the_permission_set_grants_what_is_deployed_and_what_is_read() {
    let file = "force-app/main/default/permissionsets/Gatehouse.permissionset-meta.xml";
    let granted = texts(&folder().join(file));
    for object in ["Task", "Event", "Contact", "Lead"] {
        let field = format!("{object}.{REFERENCE_FIELD}");
        assert!(granted["field"].contains(&field), "{field}");
    }
    for field in ["Contact.Email", "Contact.AccountId", "Lead.Email"] {
        assert!(granted["field"].contains(&field.to_owned()), "{field}");
    }
    for permission in ["ApiEnabled", "EditTask"] {
        assert!(granted["name"].contains(&permission.to_owned()));
    }
    assert_eq!(granted["object"], ["Account", "Contact", "Lead"]);
    assert_eq!(granted["allowDelete"], ["false", "false", "false"]);
}

#[test]
fn the_fields_for_reports_are_granted_to_the_connected_user_and_shown_to_readers() {
    let folder = folder().join("reporting/main/default");
    let names =
        ["Activity", "Document", "Link", "Visitor"].map(|one| format!("Gatehouse_{one}__c"));
    for name in &names {
        let file = format!("objects/Activity/fields/{name}.field-meta.xml");
        let field = texts(&folder.join(file));
        assert_eq!(field["fullName"], [name.as_str()]);
        assert_eq!(
            field["required"],
            ["false"],
            "{name}: Tasks of others have none"
        );
        assert_ne!(
            field.get("unique"),
            Some(&vec!["true".to_owned()]),
            "{name}"
        );
    }
    let fields: Vec<String> = ["Event", "Task"]
        .iter()
        .flat_map(|object| names.iter().map(move |name| format!("{object}.{name}")))
        .collect();
    for (set, editable) in [
        ("Gatehouse_Reporting", "true"),
        ("Gatehouse_Reporting_Viewer", "false"),
    ] {
        let file = format!("permissionsets/{set}.permissionset-meta.xml");
        let granted = texts(&folder.join(file));
        assert_eq!(granted["field"], fields, "{set}");
        assert_eq!(granted["editable"], vec![editable; fields.len()], "{set}");
    }
}

#[test]
fn the_app_demands_pkce_and_rotation_and_has_no_secret_in_it() {
    let folder = folder().join("external-client-app/main/default");
    let oauth = "extlClntAppGlobalOauthSets/Gatehouse_glbloauth.ecaGlblOauth-meta.xml";
    let oauth = texts(&folder.join(oauth));
    assert_eq!(oauth["isPkceRequired"], ["true"]);
    assert_eq!(oauth["isRefreshTokenRotationEnabled"], ["true"]);
    assert!(oauth["callbackUrl"][0].ends_with("/integrations/salesforce/callback"));
    assert!(!oauth.contains_key("consumerKey") && !oauth.contains_key("consumerSecret"));
}
