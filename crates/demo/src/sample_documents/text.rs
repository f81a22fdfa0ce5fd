//! How the texts of the sample documents are written: lines that say by how they begin
//! what they are. Everything else is a paragraph.

/// A part of a document.
#[derive(Debug, PartialEq)]
pub(super) enum Block<'a> {
    /// `#`: begins on a page of its own and stands in the table of contents.
    Section(&'a str),
    /// `##`
    Heading(&'a str),
    Paragraph(String),
    /// `-`
    Bullet(&'a str),
    /// `>`: stands out.
    Note(&'a str),
    /// Lines that begin with `|`. The first of them has the widths of the columns in
    /// percent, the second their heads.
    Table(Vec<f32>, Vec<Vec<&'a str>>),
    /// `!columns`, `!bars` or `!layers`, its title and its parts, with `|` between them.
    Figure(Kind, &'a str, Vec<&'a str>),
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Columns that stand side by side: a name and a value each. The first part has the
    /// values at the foot and at the top.
    Columns,
    /// Bars below each other: a name and a value each. The first part has the value of the
    /// whole width, and what is said of it.
    Bars,
    /// Boxes in layers, those of a layer with `;` between them.
    Layers,
}

/// The blocks of a text.
pub(super) fn parse(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let is_first = !std::mem::replace(&mut open, true);
        if line.is_empty() {
            open = false;
        } else if let Some(title) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(title));
        } else if let Some(title) = line.strip_prefix("# ") {
            blocks.push(Block::Section(title));
        } else if let Some(point) = line.strip_prefix("- ") {
            blocks.push(Block::Bullet(point));
        } else if let Some(note) = line.strip_prefix("> ") {
            blocks.push(Block::Note(note));
        } else if let Some(row) = line.strip_prefix('|') {
            let cells: Vec<_> = row
                .trim_end_matches('|')
                .split('|')
                .map(str::trim)
                .collect();
            match blocks.last_mut() {
                Some(Block::Table(_, rows)) if !is_first => rows.push(cells),
                _ => blocks.push(Block::Table(numbers(&cells), Vec::new())),
            }
        } else if let Some(figure) = line.strip_prefix('!') {
            blocks.extend(self::figure(figure));
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(words)) if !is_first => {
                    words.push(' ');
                    words.push_str(line);
                }
                _ => blocks.push(Block::Paragraph(line.to_owned())),
            }
        }
    }
    blocks
}

fn numbers(cells: &[&str]) -> Vec<f32> {
    cells.iter().filter_map(|cell| cell.parse().ok()).collect()
}

fn figure(line: &str) -> Option<Block<'_>> {
    let (kind, rest) = line.split_once(' ')?;
    let kind = match kind {
        "columns" => Kind::Columns,
        "bars" => Kind::Bars,
        "layers" => Kind::Layers,
        _ => return None,
    };
    let mut parts = rest.split('|').map(str::trim);
    let title = parts.next()?;
    Some(Block::Figure(kind, title, parts.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_they_begin_with() {
        let text = "# One\nA word\nand more.\n\n- point\n\n| 40 | 60 |\n| a | b |\n| c | d |\n\
                    \n!bars Hours | 4 target | Q1 2.5\n";
        let expected = [
            Block::Section("One"),
            Block::Paragraph("A word and more.".to_owned()),
            Block::Bullet("point"),
            Block::Table(vec![40.0, 60.0], vec![vec!["a", "b"], vec!["c", "d"]]),
            Block::Figure(Kind::Bars, "Hours", vec!["4 target", "Q1 2.5"]),
        ];
        assert_eq!(parse(text), expected);
    }
}
