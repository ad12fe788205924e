//! Tables and lines of a terminal: no colour, East Asian widths respected.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
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

    /// In a terminal of so many columns, however wide it is.
    pub fn as_wide_as(lang: Lang, columns: u16) -> Page {
        let width = columns.max(Page::within(lang, columns).width);
        Page { lang, width }
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
    rows: Vec<Vec<String>>,
    width: usize,
    /// The longest word of each column, and its longest line.
    longest: Vec<(usize, usize)>,
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
            rows: Vec::new(),
            width: width.into(),
            longest: columns.iter().map(|column| longest(column.title)).collect(),
        }
    }

    pub(super) fn push(&mut self, cells: Vec<String>) {
        for ((word, line), cell) in self.longest.iter_mut().zip(&cells) {
            let (own_word, own_line) = longest(cell);
            *word = own_word.max(*word);
            *line = own_line.max(*line);
        }
        self.rows.push(cells);
    }

    /// Words and paths are broken only where they cannot all stay whole.
    pub(super) fn render(mut self) -> String {
        // Two blanks stand between columns, and one behind the last.
        let room = self.width.saturating_sub((2 * self.longest.len()).saturating_sub(1));
        if let Some(widths) = widths(&self.longest, room) {
            for (column, width) in self.table.column_iter_mut().zip(&widths) {
                // With the blank behind it that is its own.
                let width = u16::try_from(width + 1).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            }
            for row in &mut self.rows {
                for (cell, &width) in row.iter_mut().zip(&widths) {
                    // The table would break between any two wide characters, brackets and points included.
                    let lines: Vec<String> = cell.lines().map(|line| wrapped(line, width)).collect();
                    *cell = lines.join("\n");
                }
            }
        }
        self.table.add_rows(self.rows);
        trimmed(&self.table)
    }
}

/// The widths of a cell's longest word and of its longest line.
fn longest(cell: &str) -> (usize, usize) {
    let words = cell.lines().flat_map(pieces).map(|piece| piece.trim_end().width());
    let lines = cell.lines().map(UnicodeWidthStr::width);
    (words.max().unwrap_or(0), lines.max().unwrap_or(0))
}

/// The widths of columns within so much room, given the longest word and the longest line of each: every column has room for its
/// words, and what is left goes to lines, first to those that need the least of it. None: words must be broken.
fn widths(longest: &[(usize, usize)], room: usize) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = longest.iter().map(|(word, _)| *word).collect();
    let mut left = room.checked_sub(widths.iter().sum())?;
    let needs = |at: &usize| longest[*at].1.saturating_sub(longest[*at].0);
    let mut columns: Vec<usize> = (0..longest.len()).collect();
    columns.sort_by_key(needs);
    for (given, at) in columns.iter().enumerate() {
        let more = needs(at).min(left / (columns.len() - given));
        widths[*at] += more;
        left -= more;
    }
    Some(widths)
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
/// Characters of a bracket that stays on one line, such as a unit.
const IN_BRACKETS: usize = 8;
/// What does not end a line.
const OPENING: &str = "（〈《【「『“‘";

/// A line as lines of at most so many columns, where no word is longer.
pub(super) fn wrapped(line: &str, width: usize) -> String {
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
        // Up to here a short bracket stays whole.
        let mut whole = 0;
        while let Some((from, c)) = chars.next() {
            if c == '（' {
                let mut inside = rest[from..].char_indices().take(IN_BRACKETS);
                whole = inside.find(|(_, c)| *c == '）').map_or(whole, |(at, _)| from + at);
            }
            if let Some(&(at, next)) = chars.peek()
                && at > whole
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
    fn columns_have_room_for_their_words_and_share_the_rest() {
        let shared = |longest: &[(usize, usize)], room| widths(longest, room);
        assert_eq!(shared(&[(5, 20), (4, 4)], 40), Some(vec![20, 4]));
        assert_eq!(shared(&[(5, 20), (4, 4)], 19), Some(vec![15, 4]));
        assert_eq!(shared(&[(5, 30), (5, 8), (4, 4)], 30), Some(vec![18, 8, 4]));
        assert_eq!(shared(&[(5, 20), (4, 4)], 9), Some(vec![5, 4]));
        assert_eq!(shared(&[(5, 20), (4, 4)], 8), None);
    }

    #[test]
    fn a_bracket_stays_with_what_it_holds() {
        let page = Page {
            lang: Lang::Zh,
            width: 21,
        };
        let mut grid = page.grid(&[Column::left("指标"), Column::right("值")]);
        grid.push(vec!["服务设施面积（平方米）".to_owned(), "31.1".to_owned()]);
        let table = grid.render();
        let told: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(told, ["服务设施面积    31.1", "（平方米）"], "{table}");
    }

    #[test]
    fn a_path_stays_whole() {
        for (text, expected) in [
            ("see /data/a/b.csv now", "see\n/data/a/b.csv\nnow"),
            ("见/data/a/b.csv。完", "见\n/data/a/b.csv。\n完"),
            ("一二三四五六七八", "一二三四五六\n七八"),
            ("一二三四五六，七八", "一二三四五\n六，七八"),
            ("一二三四五（六七）", "一二三四五\n（六七）"),
            ("一二三四（六七）", "一二三四\n（六七）"),
            ("一二（三四五六七八九十一二）", "一二（三四五\n六七八九十一\n二）"),
            ("  - a b", "  - a b"),
            ("", ""),
        ] {
            assert_eq!(wrapped(text, 13), expected, "{text}");
        }
    }
}
