use domain::ids::{DocumentId, NdaSignatureId, NdaTextId};
use domain::nda::FullName;
use lopdf::{Document, Object};

use super::*;

/// Signed by and for someone of that name, with an organization of that name.
fn certificate(fonts: &Fonts, name: &str) -> Vec<u8> {
    let nil = uuid::Uuid::nil();
    let at = "2026-02-02T15:00:00Z".parse().unwrap();
    let agreement = NdaText {
        id: NdaTextId::from_uuid(nil),
        version: 3,
        body: "# Agreement\n\nWe keep it to ourselves.\n".to_owned(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        created_by: "Grace Hopper".to_owned(),
        created_at: at,
    };
    let signature = NdaAcceptance {
        id: NdaSignatureId::from_uuid(nil),
        text: agreement.id,
        version: agreement.version,
        sha256: agreement.sha256.clone(),
        company: String::new(),
        full_name: FullName::parse(name).unwrap(),
        known_as: "Ada Lovelace".to_owned(),
        email: "ada@engines.example".parse().unwrap(),
        signed_at: at,
        ip_address: "192.0.2.7 (direct connection)".to_owned(),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
            .to_owned(),
        certificate: DocumentId::from_uuid(nil),
    };
    pdf(
        fonts,
        &crate::use_cases::fixtures::organization(name),
        &Signed::ForAccount(name.to_owned()),
        &signature,
        &agreement,
    )
    .unwrap()
}

/// What all pages say, without white space and marks of direction.
fn words(bytes: &[u8]) -> String {
    let file = Document::load_mem(bytes).unwrap();
    let pages: Vec<_> = file.get_pages().into_keys().collect();
    flat(&file.extract_text(&pages).unwrap())
}

fn flat(text: &str) -> String {
    let signs = text.chars();
    signs
        .filter(|c| !c.is_whitespace() && *c != '\u{200e}')
        .collect()
}

fn attached(bytes: &[u8]) -> Vec<String> {
    let file = Document::load_mem(bytes).unwrap();
    let streams = file.objects.values().filter_map(|o| o.as_stream().ok());
    streams
        .filter(|stream| stream.dict.has_type(b"EmbeddedFile"))
        .map(|stream| {
            let content = stream.decompressed_content();
            String::from_utf8(content.unwrap_or_else(|_| stream.content.clone())).unwrap()
        })
        .collect()
}

#[test]
fn a_name_stands_on_the_certificate_as_it_was_typed() {
    for name in [
        "Łukasz Dvořák Nguyễn",
        "Екатерина Щербакова",
        "Αλέξανδρος Παπαδόπουλος",
        "Հայկ Պետրոսյան",
    ] {
        let bytes = certificate(&Fonts::own(), name);
        let words = words(&bytes);
        assert!(words.matches(&flat(name)).count() >= 4, "{name}: {words}");
        assert!(!words.contains("U+"), "{words}");
    }
}

#[test]
fn hebrew_and_arabic_run_from_right_to_left() {
    // The signs are taken from the page from left to right.
    for (name, seen) in [("דוד לוי", "יול דוד"), ("محمد بن سعيد", "ديعس نب دمحم")]
    {
        let words = words(&certificate(&Fonts::own(), name));
        let row = flat(&format!("Full name, as typed {seen} Known as"));
        assert!(words.contains(&row), "{words}");
        let foot = flat(&format!("{seen} · 00000000-"));
        assert!(
            words.contains(&foot),
            "what follows the name stays behind it: {words}"
        );
    }
}

#[test]
fn a_script_of_the_machines_fonts_is_drawn() {
    let fonts = Fonts::new(None);
    for name in ["李小明", "さくら東"] {
        let words = words(&certificate(&fonts, name));
        assert!(
            words.contains(name),
            "run scripts/install-test-tools: {words}"
        );
    }
}

#[test]
fn a_name_that_no_font_has_is_written_in_code_points_and_attached_as_typed() {
    let bytes = certificate(&Fonts::own(), "李明");
    let words = words(&bytes);
    assert!(words.contains("[U+674E][U+660E]"), "{words}");
    assert!(words.contains("couldnotbedrawn"), "{words}");
    let record = "Full name, as typed: 李明\n";
    assert!(attached(&bytes).iter().any(|text| text.contains(record)));
}

#[test]
fn a_sign_that_turns_the_reading_order_around_is_shown() {
    let words = words(&certificate(&Fonts::own(), "Ada \u{202e}ecalevoL"));
    assert!(words.contains("Ada[U+202E]ecalevoL"), "{words}");
}

#[test]
fn nothing_is_cut_off_however_long_it_is() {
    let name = "Featherstonehaugh Cholmondeley ".repeat(4);
    let name: String = name.chars().take(FullName::LONGEST).collect();
    let words = words(&certificate(&Fonts::own(), &name));
    assert!(words.matches(&flat(&name)).count() >= 4, "{words}");
    assert!(words.contains("factsofthispage"), "{words}");
}

#[test]
fn it_is_made_to_last_and_to_be_read_aloud() {
    let bytes = certificate(&Fonts::own(), "Ada Łukasz Lovelace");
    assert!(bytes.len() < 80_000, "{}", bytes.len());
    let text = String::from_utf8_lossy(&bytes);
    for promise in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ] {
        assert!(text.contains(promise), "{promise}");
    }
    let file = Document::load_mem(&bytes).unwrap();
    let has = |key: &[u8], value: &[u8]| {
        let dictionaries = file.objects.values().filter_map(|o| o.as_dict().ok());
        dictionaries
            .filter(|d| {
                d.get(key)
                    .and_then(Object::as_name)
                    .is_ok_and(|name| name == value)
            })
            .count()
    };
    assert_eq!((has(b"S", b"H1"), has(b"S", b"Table")), (1, 1));
    assert_eq!(has(b"S", b"TR"), has(b"S", b"TH"));
    let embedded = file.objects.values().filter_map(|o| o.as_dict().ok());
    let embedded = embedded.filter(|d| d.has(b"FontFile2")).count();
    assert_eq!(embedded, 3, "every font goes with the file");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_typed_as_a_name_makes_a_certificate(name in "\\PC{0,12}[a-z]{2}\\PC{0,12}") {
        certificate(&Fonts::own(), &name);
    }
}
