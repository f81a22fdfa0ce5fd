//! Markdown that an Admin wrote, as HTML for everyone.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Safe to put into a page: HTML in the text is shown as text, links lead to the
/// web or to mail only, and pictures are left out but for their words. Headings
/// are one level down, below the page's own.
pub(in crate::web) fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES)
        .filter(|event| !is_picture(event))
        .map(tamed);
    let mut page = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut page, events);
    page
}

/// Its words without the marks of Markdown and without addresses of links, to be searched.
pub(in crate::web) fn to_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words) => text.push_str(&words),
            // What ends with a paragraph, a cell or a line doesn't run into the next.
            event if ends_a_line(&event) && !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    text.trim_end().to_owned()
}

fn ends_a_line(event: &Event<'_>) -> bool {
    let is_inline = |end: &TagEnd| {
        matches!(
            end,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image
        )
    };
    match event {
        Event::SoftBreak | Event::HardBreak => true,
        Event::End(end) => !is_inline(end),
        _ => false,
    }
}

fn is_picture(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image)
    )
}

fn tamed(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: harmless(dest_url),
            title,
            id,
        }),
        event => event,
    }
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn harmless(address: CowStr<'_>) -> CowStr<'_> {
    let scheme = address
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("https" | "http" | "mailto") => address,
        // What email addresses in angle brackets come as.
        None if address.contains('@') => address,
        _ => CowStr::Borrowed("#"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_below_the_pages_heading() {
        let page = to_html("# Mutual NDA\n\n1. *One*\n2. [Two](https://example.com)");
        assert!(page.contains("<h2>Mutual NDA</h2>"), "{page}");
        assert!(page.contains("<li><em>One</em></li>"), "{page}");
        assert!(
            page.contains("<a href=\"https://example.com\">Two</a>"),
            "{page}"
        );
    }

    #[test]
    fn its_text_is_what_a_reader_sees() {
        let text = to_text(
            "# Data\n\nIn *Nor*way, [here](https://example.com) and\nthere.\n\n- `AES`\n- Keys",
        );
        assert_eq!(text, "Data\nIn Norway, here and\nthere.\nAES\nKeys");
        assert_eq!(to_text("|a|b|\n|-|-|\n|c|d|"), "a\nb\nc\nd");
    }

    #[test]
    fn nothing_in_it_can_run_or_fetch() {
        for bad in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div\nonclick=x>\n\ntext</div>",
            "[x](javascript:alert(1))",
            "[x](JAVASCRIPT&colon;alert(1))",
            "[x](data:text/html,y)",
            "![x](https://example.com/p.png)",
            "# Title {onclick=x}",
            "<javascript:alert(1)>",
        ] {
            let page = to_html(bad);
            for sign in [
                "<script",
                "<img",
                "<div",
                "href=\"j",
                "href=\"J",
                "href=\"data",
            ] {
                assert!(!page.contains(sign), "{bad} became {page}");
            }
        }
    }
}
