//! When two names are the same name.

use unicode_normalization::UnicodeNormalization;

/// The form in which company names are compared: trimmed, Unicode NFC, lower
/// case. `Company Inc.` and `Company Incorporated` stay two names.
pub fn name_key(name: &str) -> String {
    let name = name.trim();
    // Most names are, and for them the rest comes to the same and takes longer.
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc()
        .collect::<String>()
        .to_lowercase()
        .nfc()
        .collect()
}

/// The form in which a name is stored and sent: trimmed, NFC, no control characters.
pub fn tidy(name: &str) -> String {
    let flat: String = name
        .nfc()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    flat.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_around_and_unicode_form_do_not_matter() {
        assert_eq!(name_key(" ACME GmbH "), name_key("Acme gmbh"));
        assert_eq!(name_key("Cafe\u{301}"), name_key("CAFÉ"));
    }

    #[test]
    fn other_spellings_are_other_names() {
        assert_ne!(name_key("Company Inc."), name_key("Company Incorporated"));
        assert_ne!(name_key("Acme  Corp"), name_key("Acme Corp"));
    }

    #[test]
    fn names_of_ascii_letters_have_the_key_that_every_name_has() {
        for byte in 0..=0x7f_u8 {
            let name = format!("A{}Z", char::from(byte));
            let unshortened: String = name
                .nfc()
                .collect::<String>()
                .to_lowercase()
                .nfc()
                .collect();
            assert_eq!(name_key(&name), unshortened, "{byte}");
        }
    }

    #[test]
    fn a_tidy_name_is_one_line() {
        assert_eq!(tidy(" Acme\nCorp\t"), "Acme Corp");
    }
}
