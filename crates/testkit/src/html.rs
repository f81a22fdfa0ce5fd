//! Reading a page as a person does: its visible text, its tags.

/// A start tag with its attributes, in the order of the page.
#[derive(Clone, Debug)]
pub struct Tag<'a> {
    pub name: String,
    /// What follows the tag, up to the end of the page.
    pub rest: &'a str,
    attributes: Vec<(String, String)>,
}

impl Tag<'_> {
    /// The attribute's value; `Some("")` where it has none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The visible text up to the end tag of the same name.
    pub fn text(&self) -> String {
        let end = format!("</{}", self.name);
        visible(self.rest.split(&end).next().unwrap_or_default())
    }
}

/// All start tags of a page, comments left out.
pub fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (inside, after) = split_tag(rest);
            tags.push(read(inside, after));
            rest = after;
        }
    }
    tags
}

/// The text that a person sees: no tags, no styles, entities read, spaces collapsed.
pub fn visible(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (inside, after) = split_tag(after);
        rest = after;
        let name = inside
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        if let "head" | "script" | "style" | "template" = name {
            let end = format!("</{name}");
            rest = rest.split_once(&end).map_or("", |(_, after)| after);
            rest = rest.split_once('>').map_or("", |(_, after)| after);
        }
        text.push(' ');
    }
    text.push_str(rest);
    unescape(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Splits after the `>` that ends a tag; one in quotes doesn't.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return (&text[..at], &text[at + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    (text, "")
}

fn read<'a>(inside: &str, rest: &'a str) -> Tag<'a> {
    let inside = inside.trim_end_matches('/');
    let (name, mut left) = inside
        .split_once(|c: char| c.is_whitespace())
        .unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        left = left.trim_start();
        let end = left
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(left.len());
        if end == 0 {
            break;
        }
        let key = left[..end].to_ascii_lowercase();
        left = left[end..].trim_start();
        let mut value = "";
        if let Some(after) = left.strip_prefix('=') {
            (value, left) = read_value(after.trim_start());
        }
        attributes.push((key, unescape(value)));
    }
    Tag {
        name: name.to_ascii_lowercase(),
        rest,
        attributes,
    }
}

fn read_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() < 9);
        if let Some((c, left)) = entity.and_then(|(name, left)| Some((entity_char(name)?, left))) {
            out.push(c);
            rest = left;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn entity_char(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visible_text_is_what_a_person_reads() {
        let page =
            "<head><title>T</title></head><p>O&#39;Hara &amp;\n <b>Sons</b></p><script>x</script>";
        assert_eq!(visible(page), "O'Hara & Sons");
    }

    #[test]
    fn attributes_are_read_with_and_without_values() {
        let tags = tags(r#"<!-- <a> --><input name="a>b" value='&quot;' CHECKED><br/>"#);
        assert_eq!(tags.len(), 2);
        assert_eq!(tags[0].attribute("name"), Some("a>b"));
        assert_eq!(tags[0].attribute("value"), Some("\""));
        assert!(tags[0].has("checked") && !tags[1].has("checked"));
    }
}
