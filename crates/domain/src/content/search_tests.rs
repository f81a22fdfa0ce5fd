use super::*;

fn texts<'a>(title: &'a str, summary: &'a str, text: &'a str) -> Texts<'a> {
    Texts {
        title,
        summary,
        text,
    }
}

fn finds(query: &str, text: &str) -> bool {
    Query::parse(query).rank(texts(text, "", "")).is_some()
}

/// With brackets around what is marked.
fn shown(pieces: Vec<Piece>) -> String {
    let mut shown = String::new();
    for Piece { text, is_marked } in pieces {
        let (begin, end) = if is_marked { ("[", "]") } else { ("", "") };
        shown.extend([begin, text.as_str(), end]);
    }
    shown
}

fn marked(query: &str, text: &str) -> String {
    shown(Query::parse(query).marked(text))
}

#[test]
fn each_word_of_the_query_begins_a_word_of_the_text() {
    assert!(finds("encr rest", "Encryption at rest"));
    assert!(finds("rest encryption", "Encryption at rest"));
    assert!(!finds("encryption transit", "Encryption at rest"));
    assert!(!finds("cryption", "Encryption at rest"), "the middle of it");
}

#[test]
fn case_and_accents_do_not_matter() {
    for query in ["Munchen", "MÜNCHEN", "mu\u{308}nchen"] {
        assert!(finds(query, "Rechenzentrum München"), "{query}");
    }
    assert!(finds("münchen", "Rechenzentrum Mu\u{308}nchen"));
    assert!(
        finds("müller", "MULLER"),
        "accents that the text leaves out"
    );
    assert!(finds("strasse", "Straße"));
    assert!(finds("STRASSE", "straße"));
    assert!(finds("kobenhavn", "København"));
    assert!(finds("όρος", "ΌΡΟΣ"));
    assert!(finds("istanbul", "İstanbul"));
}

#[test]
fn a_name_with_a_number_is_found_however_it_is_spaced() {
    for query in ["soc2", "SOC 2", "soc-2"] {
        assert!(finds(query, "SOC 2 Type II report"), "{query}");
    }
    assert!(finds("soc 2", "our SOC2 report"));
    assert!(finds("iso27001", "ISO/IEC 27001:2022"));
    assert!(finds("iso 270", "ISO/IEC 27001:2022"), "still typing");
    assert!(!finds("soc2", "Society 2026"), "not the beginning only");
    assert!(finds("aes256", "AES-256"));
    assert!(!finds("soc 2", "SOC 1 report of 2026"), "a year is no 2");
}

#[test]
fn a_query_without_words_finds_nothing() {
    for query in ["", "  ", "?!", "…", "\u{301}"] {
        let query = Query::parse(query);
        assert!(query.is_empty());
        assert!(
            query
                .find(vec!["anything"], |one| texts(one, "", ""))
                .is_empty()
        );
        assert_eq!(shown(query.marked("anything")), "anything");
    }
}

#[test]
fn titles_come_before_summaries_and_those_before_texts() {
    let all = vec![
        ("Policy", "All data", "Backups are encrypted."),
        ("Policy", "Encryption of backups", ""),
        ("Backup encryption", "", ""),
        ("Nothing", "of", "it"),
        ("Encrypted backups", "", ""),
        ("Backups", "", "They are encrypted."),
    ];
    let query = Query::parse("encr backup");
    let found = query.find(all, |(title, summary, text)| texts(title, summary, text));
    let order: Vec<_> = found.iter().map(|(title, ..)| *title).collect();
    let expected = [
        "Backup encryption",
        "Encrypted backups",
        "Policy",
        "Policy",
        "Backups",
    ];
    assert_eq!(order, expected, "what is as good stays in its order");
    assert_eq!(found[2].1, "Encryption of backups");
}

#[test]
fn what_was_looked_for_is_marked_as_it_is_written() {
    assert_eq!(
        marked("mun data", "Our Münchner data center"),
        "Our [Münchner] [data] center"
    );
    assert_eq!(
        marked("soc2", "SOC 2 of 20 June 2026, SOC2"),
        "[SOC] [2] of 20 June 2026, [SOC2]"
    );
    assert_eq!(marked("b", "<b>\"b\"</b>"), "<[b]>\"[b]\"</[b]>");
    assert_eq!(marked("x", ""), "");
}

#[test]
fn an_excerpt_is_around_the_first_match_and_cut_at_words() {
    let long = format!(
        "{}the penetration\ntest {}",
        "before ".repeat(40),
        "after ".repeat(60)
    );
    let excerpt = shown(Query::parse("penetration").excerpt(&long));
    assert!(excerpt.starts_with("… before before"), "{excerpt}");
    assert!(
        excerpt.contains("the [penetration] test after"),
        "{excerpt}"
    );
    assert!(excerpt.ends_with("after …"), "{excerpt}");
    assert!(excerpt.chars().count() <= EXCERPT + 6, "{excerpt}");
    assert_eq!(shown(Query::parse("other").excerpt("Short.")), "Short.");
    // The only space is before the match.
    let text = format!("AES 256 、{}", "暗号化を使用しています。".repeat(30));
    let excerpt = shown(Query::parse("暗号化").excerpt(&text));
    assert!(excerpt.contains("[暗号化"), "{excerpt}");
    let endless = "データ".repeat(400);
    let excerpt = shown(Query::parse("データ").excerpt(&endless));
    assert!(
        excerpt.ends_with('…') && excerpt.contains("データ"),
        "{excerpt}"
    );
}

#[test]
fn a_query_is_bounded() {
    let long = "a1 b2 c3 ".repeat(1000);
    let query = Query::parse(&long);
    assert_eq!(query.typed().chars().count(), SEARCH_QUERY);
    let many: String = ('a'..='z').flat_map(|c| [c, ' ']).collect();
    assert_eq!(Query::parse(&many).terms.len(), SEARCH_WORDS);
}
