//! Each use case has a span. No span takes the arguments or the result of its function
//! by itself: they hold what visitors told and what is secret.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, Meta, Signature, Visibility};

use super::source::all;

#[test]
fn each_use_case_has_a_span_and_spans_take_only_what_they_name() {
    let mut wrong = Vec::new();
    let mut spans = 0;
    for file in all(&["src", "crates/store/src"]) {
        if std::path::Path::new(&file.path)
            .extension()
            .is_none_or(|is| is != "rs")
        {
            continue;
        }
        let mut seen = Functions {
            are_use_cases: file.path.starts_with("src/use_cases/"),
            wrong: Vec::new(),
            spans: 0,
        };
        seen.visit_file(&syn::parse_file(&file.code).expect("Rust"));
        spans += seen.spans;
        let here = seen.wrong.iter();
        wrong.extend(here.map(|problem| format!("{}: {problem}", file.path)));
    }
    assert!(spans > 150, "only {spans} spans were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

struct Functions {
    are_use_cases: bool,
    wrong: Vec<String>,
    spans: usize,
}

impl Functions {
    fn check(&mut self, attributes: &[Attribute], visibility: &Visibility, signature: &Signature) {
        let name = &signature.ident;
        let mut spans = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("instrument"))
            .peekable();
        let is_own = matches!(visibility, Visibility::Inherited);
        if self.are_use_cases && !is_own && signature.asyncness.is_some() && spans.peek().is_none()
        {
            self.wrong.push(format!("`{name}` has no #[instrument]"));
        }
        for span in spans {
            self.spans += 1;
            let told = match &span.meta {
                Meta::List(list) => words(&list.tokens),
                _ => Vec::new(),
            };
            if !told.iter().any(|word| word == "skip_all") {
                self.wrong.push(format!("`{name}` lacks skip_all"));
            }
            if told.iter().any(|word| word == "ret" || word == "err") {
                self.wrong.push(format!("`{name}` logs its result"));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.check(&function.attrs, &function.vis, &function.sig);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.check(&function.attrs, &function.vis, &function.sig);
        visit::visit_impl_item_fn(self, function);
    }
}

/// The words outside of brackets.
fn words(tokens: &TokenStream) -> Vec<String> {
    let words = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    words.collect()
}
