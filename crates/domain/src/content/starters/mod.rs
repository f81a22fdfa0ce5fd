//! Tables to begin a section with: an Editor completes them before they are imported. Badges
//! and controls are in progress, and each answer has a part in brackets that has to be
//! written first, so that nothing is claimed by a click alone.

use crate::content::entry::SectionKind;

/// A table to begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Starter {
    /// Its name in addresses.
    pub key: &'static str,
    /// What the section holds that it is for.
    pub kind: SectionKind,
    /// What people read.
    pub title: &'static str,
    /// As CSV; the first line names the columns.
    pub table: &'static str,
}

/// All of them.
pub const STARTERS: [Starter; 5] = [
    Starter {
        key: "badges",
        kind: SectionKind::Badges,
        title: "Common frameworks",
        table: include_str!("badges.csv"),
    },
    Starter {
        key: "security",
        kind: SectionKind::Controls,
        title: "SOC 2 and ISO 27001",
        table: include_str!("security_controls.csv"),
    },
    Starter {
        key: "gdpr",
        kind: SectionKind::Controls,
        title: "GDPR",
        table: include_str!("gdpr.csv"),
    },
    Starter {
        key: "hipaa",
        kind: SectionKind::Controls,
        title: "HIPAA",
        table: include_str!("hipaa.csv"),
    },
    Starter {
        key: "faqs",
        kind: SectionKind::Faqs,
        title: "What security teams ask most",
        table: include_str!("faqs.csv"),
    },
];

/// Those for a kind of section.
pub fn of(kind: SectionKind) -> impl Iterator<Item = &'static Starter> {
    STARTERS.iter().filter(move |starter| starter.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::table;

    #[test]
    fn badges_and_controls_are_in_progress() {
        for starter in STARTERS.iter().filter(|one| one.kind != SectionKind::Faqs) {
            let rows = table::read(starter.kind, starter.table).unwrap();
            assert!(rows.len() >= 8, "{}", starter.title);
            for row in rows {
                assert!(!row.texts.is_done(), "{}: {:?}", starter.title, row.texts);
            }
        }
    }

    #[test]
    fn each_answer_has_a_part_that_has_to_be_written() {
        let faqs = STARTERS.iter().find(|one| one.key == "faqs").unwrap();
        let open = faqs.table.replace("[…", "(open)");
        let rows = table::read(faqs.kind, &open).unwrap();
        assert!(rows.len() >= 8);
        for row in rows {
            assert!(row.texts.body.contains("(open)"), "{:?}", row.texts);
        }
    }

    #[test]
    fn what_is_left_open_has_to_be_completed() {
        let faqs = STARTERS.iter().find(|one| one.key == "faqs").unwrap();
        let mistakes = table::read(faqs.kind, faqs.table).unwrap_err();
        assert!(
            mistakes[0].contains("Line 2: complete what"),
            "{mistakes:?}"
        );
    }
}
