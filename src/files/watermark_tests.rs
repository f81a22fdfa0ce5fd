use super::*;

const LINE: &str = "ada@engines.example · Feb 2, 2026 · Acme";

/// A document of pages, each with its own entries; the tree has the rest.
fn document(pages: Vec<(Dictionary, &str)>) -> Vec<u8> {
    let mut file = Document::with_version("1.5");
    let tree = file.new_object_id();
    let font = file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
    });
    let resources = file.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids = Vec::new();
    for (mut page, content) in pages {
        let content = file.add_object(Stream::new(dictionary! {}, content.into()));
        page.set("Type", "Page");
        page.set("Parent", tree);
        page.set("Contents", content);
        kids.push(Object::Reference(file.add_object(page)));
    }
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    file.objects.insert(tree, pages.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

fn marked_bytes(pdf: &[u8], line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    mark(pdf, &stamp_of(line), &mut bytes).unwrap();
    bytes
}

fn stamp_of(line: &str) -> Vec<u8> {
    stamp::pdf(&::pdf::Fonts::own(), line).unwrap()
}

fn marked(pdf: &[u8]) -> Document {
    Document::load_mem(&marked_bytes(pdf, LINE)).unwrap()
}

/// The state's stack at the beginning of the marks, and where in the page's
/// coordinates the foot line begins and which way it runs.
fn foot(file: &Document, page: u32) -> (i64, [f32; 4]) {
    let id = file.get_pages()[&page];
    let content = Content::decode(&file.get_page_content(id)).unwrap();
    let mut depth = 0;
    let mut at_marks = None;
    let mut page_matrix = None;
    let mut found = [0.0; 4];
    for operation in &content.operations {
        let numbers: Vec<f32> = operation
            .operands
            .iter()
            .filter_map(|operand| operand.as_float().ok())
            .collect();
        match operation.operator.as_str() {
            "q" => depth += 1,
            "Q" => depth -= 1,
            "cm" if page_matrix.is_none() => {
                page_matrix = Some(numbers.try_into().unwrap());
                at_marks = Some(depth - 1);
            }
            "cm" => {
                let [a, b, c, d, e, f]: [f32; 6] = page_matrix.unwrap();
                let (x, y) = (numbers[4], numbers[5]);
                let scale = numbers[0];
                let (x, y) = (x + stamp::MARGIN * scale, y + stamp::BASE * scale);
                found = [a * x + c * y + e, b * x + d * y + f, a, b];
            }
            _ => {}
        }
        assert!(depth >= 0, "a Q too many: {operation:?}");
    }
    assert_eq!(depth, 0, "what is saved is restored");
    (at_marks.unwrap(), found)
}

fn text(file: &Document, page: u32) -> String {
    testkit::pdf::text_of(file, page).unwrap()
}

#[test]
fn every_page_says_for_whom_it_is_and_keeps_what_it_said() {
    let hello = "BT /F1 12 Tf 72 700 Td (Confidential) Tj ET";
    let pdf = document(vec![
        (dictionary! {}, hello),
        (dictionary! {}, hello),
        (dictionary! {}, ""),
    ]);
    let file = marked(&pdf);
    for page in 1..=3 {
        let words = text(&file, page);
        assert_eq!(words.matches("ada@engines.example").count(), 2, "{words}");
        assert_eq!(words.contains("Confidential"), page < 3, "{words}");
    }
}

#[test]
fn the_organizations_name_may_be_in_another_script() {
    let name = "Акме · Ελλάς · Łódź";
    let pdf = document(vec![(dictionary! {}, "")]);
    let bytes = marked_bytes(&pdf, &format!("ada@engines.example · {name}"));
    let words = text(&Document::load_mem(&bytes).unwrap(), 1);
    let flat = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(flat(&words).matches(&flat(name)).count(), 2, "{words}");
}

#[test]
fn a_mark_makes_a_document_little_larger() {
    let pages = (0..50).map(|_| (dictionary! {}, "")).collect();
    let pdf = document(pages);
    let more = marked_bytes(&pdf, LINE).len() - pdf.len();
    assert!(more < 15_000 + 50 * 1_200, "{more}");
}

#[test]
fn the_same_reader_on_the_same_day_gets_the_same_bytes_and_another_one_others() {
    let pdf = document(vec![(dictionary! {}, "")]);
    assert_eq!(marked_bytes(&pdf, LINE), marked_bytes(&pdf, LINE));
    assert_ne!(marked_bytes(&pdf, LINE), marked_bytes(&pdf, "other"));
}

#[test]
fn states_that_a_page_leaves_open_or_closes_too_often_change_nothing() {
    for content in [
        "q 2 0 0 2 0 0 Tm q",
        "Q Q q",
        "Q q Q Q 1 0 0 RG",
        "BT (q Q Q) Tj ET",
    ] {
        let file = marked(&document(vec![(dictionary! {}, content)]));
        let content = Content::decode(&file.get_page_content(file.get_pages()[&1])).unwrap();
        let (mut depth, mut at_marks) = (0, 0);
        for operation in &content.operations {
            match operation.operator.as_str() {
                "q" => depth += 1,
                "Q" => depth -= 1,
                "cm" if at_marks == 0 => at_marks = depth,
                _ => {}
            }
            assert!(depth >= 0);
        }
        assert_eq!((depth, at_marks), (0, 1));
    }
}

#[test]
fn the_line_is_at_the_foot_of_a_page_as_it_is_looked_at() {
    let turned = |turn: i64| (dictionary! { "Rotate" => turn }, "");
    let cut = dictionary! {
        "CropBox" => vec![100.into(), 200.into(), 400.into(), 600.into()],
    };
    let pdf = document(vec![
        turned(0),
        turned(90),
        turned(180),
        turned(-90),
        (cut, ""),
    ]);
    let file = marked(&pdf);
    let near = |page: u32, x: std::ops::Range<f32>, y: std::ops::Range<f32>, way: [f32; 2]| {
        let (depth, [at_x, at_y, a, b]) = foot(&file, page);
        assert_eq!(depth, 0);
        assert!(
            x.contains(&at_x) && y.contains(&at_y),
            "{page}: {at_x} {at_y}"
        );
        assert!(
            (a - way[0]).abs() < 1e-6 && (b - way[1]).abs() < 1e-6,
            "{page}"
        );
    };
    near(1, 100.0..300.0, 0.0..20.0, [1.0, 0.0]);
    near(2, 575.0..595.0, 200.0..400.0, [0.0, 1.0]);
    near(3, 300.0..500.0, 822.0..842.0, [-1.0, 0.0]);
    near(4, 0.0..20.0, 450.0..650.0, [0.0, -1.0]);
    near(5, 100.0..250.0, 200.0..220.0, [1.0, 0.0]);
}

#[test]
fn pages_that_share_their_resources_keep_them() {
    let pdf = document(vec![(dictionary! {}, ""), (dictionary! {}, "")]);
    let file = marked(&pdf);
    for page in file.get_pages().into_values() {
        assert!(file.get_page_fonts(page).unwrap().contains_key(&b"F1"[..]));
    }
}

#[test]
fn what_can_not_be_marked_is_not_handed_out() {
    for broken in [&b"hello"[..], b"%PDF-1.7\nnothing", b""] {
        let error = mark(broken, &stamp_of(LINE), Vec::new())
            .unwrap_err()
            .to_string();
        assert!(error.contains("turn the watermark off"), "{error}");
    }
    let sizeless = document(vec![(
        dictionary! { "MediaBox" => vec![0.into(), 0.into(), 0.into(), 0.into()] },
        "",
    )]);
    assert!(mark(&sizeless, &stamp_of(LINE), Vec::new()).is_err());
}
