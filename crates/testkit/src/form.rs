//! A form on a page, with the values that a browser would send.

use crate::html::{Tag, tags};

/// A form as it stands on the page.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes; empty for the page's own address.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    pub multipart: bool,
    fields: Vec<(String, String)>,
}

impl Form {
    /// All forms of a page.
    pub fn all(page: &str) -> Vec<Self> {
        tags(page)
            .iter()
            .filter(|tag| tag.name == "form")
            .map(Self::read)
            .collect()
    }

    fn read(form: &Tag<'_>) -> Self {
        let inside = form.rest.split("</form").next().unwrap_or_default();
        let mut fields = Vec::new();
        let mut select = String::new();
        for tag in tags(inside) {
            let value = tag.attribute("value");
            match tag.name.as_str() {
                "select" => {
                    let name = tag.attribute("name").unwrap_or_default();
                    name.clone_into(&mut select);
                }
                "option" if tag.has("selected") => {
                    let value = value.map_or_else(|| tag.text(), str::to_owned);
                    fields.push((select.clone(), value));
                }
                "textarea" => fields.extend(named(&tag, tag.text())),
                "input" if is_sent(&tag) => {
                    fields.extend(named(&tag, value.unwrap_or_default().to_owned()));
                }
                _ => {}
            }
        }
        Self {
            action: form.attribute("action").unwrap_or_default().to_owned(),
            method: form
                .attribute("method")
                .unwrap_or("get")
                .to_ascii_lowercase(),
            multipart: form.attribute("enctype") == Some("multipart/form-data"),
            fields,
        }
    }

    /// The values to send: the form's own, with these in their place or added.
    pub fn filled(&self, values: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = self
            .fields
            .iter()
            .filter(|(name, _)| values.iter().all(|(given, _)| given != name))
            .cloned();
        let given = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        kept.chain(given).collect()
    }

    /// The value of a field as it stands on the page.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

fn named(tag: &Tag<'_>, value: String) -> Option<(String, String)> {
    Some((tag.attribute("name")?.to_owned(), value))
}

/// Whether an input is sent without being clicked.
fn is_sent(input: &Tag<'_>) -> bool {
    if input.has("disabled") {
        return false;
    }
    match input.attribute("type").unwrap_or("text") {
        "checkbox" | "radio" => input.has("checked"),
        "submit" | "button" | "image" | "reset" | "file" => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sends_what_a_browser_would_send() {
        let page = r#"<form method="post" action="/x"><input type=hidden name=version value=3>
            <input name=a><input type=checkbox name=b value=1><input type=checkbox name=c value=1 checked>
            <select name=d><option value=1>One<option value=2 selected>Two</select>
            <textarea name=e>so</textarea><button name=f value=1>Go</button></form>"#;
        let form = &Form::all(page)[0];
        assert_eq!((form.method.as_str(), form.action.as_str()), ("post", "/x"));
        let sent = form.filled(&[("a", "hello")]);
        let sent: Vec<_> = sent
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(sent.join("&"), "version=3&c=1&d=2&e=so&a=hello");
    }
}
