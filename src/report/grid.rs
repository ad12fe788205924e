//! Tables and lines of a terminal: no colour, East Asian widths respected.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::{Lang, Text};

/// For whom something is written: language, and room on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Language.
    pub lang: Lang,
    /// Columns of a line, at most, where no path or word is longer.
    pub width: u16,
}

impl Page {
    /// Of the usual width.
    pub fn new(lang: Lang) -> Page {
        Page { lang, width: 100 }
    }

    /// In a terminal of so many columns: never wider than usual, since that reads badly, and never so narrow that tables cannot
    /// be read at all.
    pub fn within(lang: Lang, columns: u16) -> Page {
        let usual = Page::new(lang);
        Page {
            width: columns.clamp(60, usual.width),
            ..usual
        }
    }

    /// Words of its language.
    pub(super) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// What the definition or the registry calls something.
    pub(super) fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// Breaks at spaces, and beside wide characters. A path or a word is never broken.
    pub(super) fn wrap(&self, text: &str) -> String {
        let lines = text.split('\n').map(|line| wrapped(line, self.width.into()));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A table with nothing in it yet.
    pub(super) fn grid(&self, columns: &[Column]) -> Grid {
        Grid::new(columns, self.width)
    }
}

pub(super) struct Column<'a> {
    title: &'a str,
    alignment: CellAlignment,
}

impl<'a> Column<'a> {
    pub(super) fn left(title: &'a str) -> Self {
        Column {
            title,
            alignment: CellAlignment::Left,
        }
    }

    pub(super) fn right(title: &'a str) -> Self {
        Column {
            title,
            alignment: CellAlignment::Right,
        }
    }
}

/// A table with a ruled header and nothing else: ASCII rules, since box characters are wide in some terminals.
pub(super) struct Grid {
    table: Table,
    width: usize,
    /// Columns of the longest word of each column.
    words: Vec<usize>,
}

impl Grid {
    fn new(columns: &[Column], width: u16) -> Grid {
        let mut table = Table::new();
        table
            .load_style(TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-')))
            .set_width(width)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(
                columns
                    .iter()
                    .map(|c| Cell::new(c.title).set_alignment(c.alignment))
                    .collect::<Vec<_>>(),
            );
        for (column, Column { alignment, .. }) in table.column_iter_mut().zip(columns) {
            column.set_cell_alignment(*alignment);
            column.set_padding((0, 1));
        }
        Grid {
            table,
            width: width.into(),
            words: columns.iter().map(|column| longest_word(column.title)).collect(),
        }
    }

    pub(super) fn push(&mut self, cells: Vec<String>) {
        for (longest, cell) in self.words.iter_mut().zip(&cells) {
            *longest = longest_word(cell).max(*longest);
        }
        self.table.add_row(cells);
    }

    /// Words and paths are broken only where they cannot all stay whole.
    pub(super) fn render(mut self) -> String {
        let least: usize = self.words.iter().map(|longest| longest + 1).sum();
        if least <= self.width {
            for (column, longest) in self.table.column_iter_mut().zip(&self.words) {
                let width = u16::try_from(longest + 1).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            }
        }
        trimmed(&self.table)
    }
}

/// The width of what is not to be broken: words, and pairs of wide characters where one does not begin a line.
fn longest_word(cell: &str) -> usize {
    let lines = cell.lines();
    let words = lines.flat_map(pieces).map(|piece| piece.trim_end().width());
    words.max().unwrap_or(0)
}

fn trimmed(table: &Table) -> String {
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What does not begin a line.
const CLOSING: &str = "，。、；：？！）〉》】」』”’％…";
/// What does not end a line.
const OPENING: &str = "（〈《【「『“‘";

/// A line as lines of at most so many columns, where no word is longer.
fn wrapped(line: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut used = 0;
    for piece in pieces(line) {
        let room = width.saturating_sub(used);
        if used > 0 && piece.trim_end().width() > room {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            used = 0;
        }
        lines.push_str(piece);
        used += piece.width();
    }
    lines.truncate(lines.trim_end_matches(' ').len());
    lines
}

/// The pieces of a text between which a line may end, each with the blanks behind it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices().peekable();
        while let Some((_, c)) = chars.next() {
            if let Some(&(at, next)) = chars.peek()
                && may_end_between(c, next)
            {
                let (piece, behind) = rest.split_at(at);
                rest = behind;
                return Some(piece);
            }
        }
        let last = std::mem::take(&mut rest);
        (!last.is_empty()).then_some(last)
    })
}

fn may_end_between(c: char, next: char) -> bool {
    let is_wide = |c: char| c.width() == Some(2);
    let is_allowed = next != ' ' && !CLOSING.contains(next) && !OPENING.contains(c);
    is_allowed && (c == ' ' || is_wide(c) || is_wide(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_whole() {
        for (text, expected) in [
            ("see /data/a/b.csv now", "see\n/data/a/b.csv\nnow"),
            ("见/data/a/b.csv。完", "见\n/data/a/b.csv。\n完"),
            ("一二三四五六七八", "一二三四五六\n七八"),
            ("一二三四五六，七八", "一二三四五\n六，七八"),
            ("一二三四五（六七）", "一二三四五\n（六七）"),
            ("  - a b", "  - a b"),
            ("", ""),
        ] {
            assert_eq!(wrapped(text, 13), expected, "{text}");
        }
    }
}
