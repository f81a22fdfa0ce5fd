//! What is wrong with a form, field by field, in words for the person who typed it.

/// At most one problem a field. Empty means that the form is fine.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    pub fn add(&mut self, field: &'static str, problem: impl Into<String>) {
        if self.of(field).is_empty() {
            self.0.push((field, problem.into()));
        }
    }

    /// The field's problem, or nothing.
    pub fn of(&self, field: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| *name == field);
        found.map_or("", |(_, problem)| problem)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Err` with the problems, if there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// A text that has to be there, and has at most `longest` characters.
    pub fn required(&mut self, field: &'static str, name: &str, text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.add(field, format!("{name} is missing"));
        }
        self.at_most(field, name, text, longest);
    }

    /// A text that may be empty.
    pub fn at_most(&mut self, field: &'static str, name: &str, text: &str, longest: usize) {
        let length = text.chars().count();
        if length > longest {
            let problem = format!("{name} has {length} characters; shorten it to {longest}");
            self.add(field, problem);
        }
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<_> = self.0.iter().map(|(_, problem)| problem.as_str()).collect();
        f.write_str(&all.join("; "))
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_problem_of_a_field_is_the_one_that_is_shown() {
        let mut problems = Problems::default();
        problems.required("title", "The title", "  ", 3);
        problems.required("summary", "The summary", "four", 3);
        problems.add("title", "another");
        assert_eq!(problems.of("title"), "The title is missing");
        assert_eq!(
            problems.of("summary"),
            "The summary has 4 characters; shorten it to 3"
        );
        assert_eq!(problems.of("body"), "");
        assert!(problems.into_result().is_err());
    }
}
