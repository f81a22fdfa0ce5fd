//! Searching for a part of a text, in the words that both databases share.

/// The pattern for texts that contain `part`, whatever its case.
pub(crate) fn containing(part: &str) -> String {
    format!("{}%", ending(part))
}

/// The pattern for texts that contain `part` as it is.
pub(crate) fn mentioning(part: &str) -> String {
    format!("%{}%", literal(part))
}

/// The pattern for texts that end with `part`, which is in lower case.
pub(crate) fn ending(part: &str) -> String {
    format!("%{}", literal(&lower(part.trim())))
}

/// In lower case letter by letter, as PostgreSQL's LOWER has it: the last sigma of a word is
/// one like the others.
pub(crate) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn literal(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len());
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// A condition: one of the fields is like the pattern in the parameter `mark`.
pub(crate) fn any_of(fields: &[&str], mark: &str) -> String {
    let each: Vec<_> = fields
        .iter()
        .map(|field| format!("LOWER({field}) LIKE {mark} ESCAPE '\\'"))
        .collect();
    format!("({})", each.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_like_is_taken_literally() {
        assert_eq!(containing(" 50%_A\\ "), "%50\\%\\_a\\\\%");
    }
}
