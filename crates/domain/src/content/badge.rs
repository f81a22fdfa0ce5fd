//! The words on the round seal of a compliance badge, drawn from its name.

/// What stands in the seal: a large line, and a small one that may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// The large line.
    pub large: String,
    /// The small line below it; empty where there is none.
    pub small: String,
}

impl Seal {
    /// `SOC 2 Type II` is `SOC 2` over `TYPE II`, `ISO/IEC 27001:2022` is `ISO`
    /// over `27001`; other names give their initials.
    pub fn from_name(name: &str) -> Self {
        let mut words = name
            .split(|c: char| c.is_whitespace() || "/:()".contains(c))
            .filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        if !is_acronym(first) {
            return Self::initials(name);
        }
        let mut rest: Vec<&str> = words.collect();
        let mut large = first.to_owned();
        if rest
            .first()
            .is_some_and(|word| word.len() == 1 && word.bytes().all(|b| b.is_ascii_digit()))
        {
            large = format!("{large} {}", rest.remove(0));
        }
        // Of a standard its number says more than who else publishes it.
        if let Some(at) = rest
            .iter()
            .position(|word| word.bytes().any(|b| b.is_ascii_digit()))
        {
            rest.drain(..at);
            rest.truncate(1);
        }
        let small: String = rest.join(" ").to_uppercase().chars().take(9).collect();
        Self {
            large,
            small: small.trim_end().to_owned(),
        }
    }

    fn initials(name: &str) -> Self {
        let large = name
            .split_whitespace()
            .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
            .take(4)
            .flat_map(char::to_uppercase)
            .collect();
        Self {
            large,
            small: String::new(),
        }
    }

    /// How large the large line can be: `long` from five characters on.
    pub fn is_long(&self) -> bool {
        self.large.chars().count() > 4
    }
}

fn is_acronym(word: &str) -> bool {
    let length = word.chars().count();
    (2..=6).contains(&length) && word.chars().all(|c| c.is_uppercase() || c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_has_the_short_form_of_the_name() {
        for (name, large, small) in [
            ("SOC 2 Type II", "SOC 2", "TYPE II"),
            ("ISO/IEC 27001:2022", "ISO", "27001"),
            ("ISO 27701", "ISO", "27701"),
            ("GDPR", "GDPR", ""),
            ("HIPAA", "HIPAA", ""),
            ("PCI DSS v4.0", "PCI", "V4.0"),
            ("CSA STAR Level 1", "CSA", "1"),
            ("Cyber Essentials Plus", "CEP", ""),
            ("Éco label", "ÉL", ""),
            ("", "", ""),
        ] {
            let seal = Seal::from_name(name);
            assert_eq!(
                (seal.large.as_str(), seal.small.as_str()),
                (large, small),
                "{name}"
            );
        }
    }
}
