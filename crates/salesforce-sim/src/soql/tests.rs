//! What must hold for every text.

use proptest::prelude::*;

use super::{
    ast::{Cond, Literal},
    parse,
    text::{pattern, unescape},
};

/// As a careful client escapes.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

proptest! {
    #[test]
    fn any_text_is_a_query_or_an_error_but_never_a_panic(text in "\\PC{0,200}") {
        parse(&text).ok();
    }

    #[test]
    fn anything_like_a_query_is_read_without_a_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "SELECT", "Id", "FROM", "Account", "WHERE", "Name", "=", "'x'", "AND", "OR", "NOT",
                "(", ")", "IN", ",", "LIKE", "ORDER", "BY", "LIMIT", "5", "NULL", "'", "\\", "2026-01-01",
                "2026-01-01T00:00:00Z", "LAST_N_DAYS", ":", "é", "Owner.Name", ".", "-", "COUNT",
            ]),
            0..30,
        )
    ) {
        parse(&words.join(" ")).ok();
    }

    #[test]
    fn escaped_text_means_itself(text in "\\PC{1,60}") {
        let query = parse(&format!("SELECT Id FROM Account WHERE Name = '{}'", escape(&text))).unwrap();
        let Some(Cond::Compare(_, _, Literal::Str(raw))) = query.condition else {
            panic!("a comparison");
        };
        prop_assert_eq!(unescape(&raw).unwrap(), text);
    }

    #[test]
    fn a_quote_that_is_not_escaped_never_becomes_part_of_the_text(text in "[a-z]{0,5}'[a-z]{1,5}") {
        let soql = format!("SELECT Id FROM Account WHERE Name = '{text}'");
        prop_assert!(parse(&soql).is_err());
    }

    #[test]
    fn a_pattern_without_wildcards_fits_its_own_text_only(text in "[a-zA-Zé]{1,12}", other in "[a-z]{1,12}") {
        let own = pattern(&text).unwrap();
        prop_assert!(own.matches(&text.to_uppercase()));
        prop_assert_eq!(own.matches(&other), text.to_lowercase() == other);
    }

    #[test]
    fn a_percent_sign_fits_any_ending(start in "[a-z]{1,8}", rest in "\\PC{0,20}") {
        let any = pattern(&format!("{start}%")).unwrap();
        let whole = format!("{start}{rest}");
        prop_assert!(any.matches(&whole));
    }
}

#[test]
fn words_end_where_they_end() {
    for soql in [
        "SELECT Id FROM Account ORDER BY Name",
        "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b'",
        "SELECT Id FROM Account WHERE OrderNumber = 'a' AND Andrew = 'b'",
        "select Id from Account where Name not in ('a') order by Name desc nulls last limit 5 offset 3",
        "SELECT\tId\r\nFROM Account\nWHERE(Name='a')AND(Name='b')",
    ] {
        assert!(parse(soql).is_ok(), "{soql}");
    }
    for soql in [
        "SELECTId FROM Account",
        "SELECT Id FROMAccount",
        "SELECT Id FROM Account LIMIT5",
        "SELECT Id FROM Account WHERE Name = 'a'ANDName = 'b'",
        "SELECT Id FROM Account WHERE NumberOfEmployees = 5x",
        "SELECT Id FROM Account WHERE ActivityDate = 2026-13-45",
    ] {
        assert!(parse(soql).is_err(), "{soql}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |n: usize| {
        format!(
            "SELECT Id FROM Account WHERE {}Name = 'a'{}",
            "(".repeat(n),
            ")".repeat(n)
        )
    };
    assert!(parse(&deep(50)).is_ok());
    assert!(parse(&deep(50_000)).is_err());
    assert!(
        parse(&format!(
            "SELECT Id FROM Account WHERE {} Name = 'a'",
            "NOT ".repeat(20_000)
        ))
        .is_err()
    );
}

#[test]
fn a_query_has_at_most_a_hundred_thousand_characters() {
    let soql = format!(
        "SELECT Id FROM Account WHERE Name = '{}'",
        "x".repeat(100_000)
    );
    assert_eq!(parse(&soql).unwrap_err().code, "QUERY_TOO_COMPLICATED");
}
