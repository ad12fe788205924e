//! Tables and lines of a terminal: no colour, East Asian widths respected.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

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

    /// Breaks at spaces, and between any two wide characters.
    pub(super) fn wrap(&self, text: &str) -> String {
        let mut table = Table::new();
        table
            .load_style(TableStyle::new())
            .set_width(self.width)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.add_row(vec![text]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0));
        }
        trimmed(&table)
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
        Grid { table }
    }

    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.table.add_row(cells);
    }

    pub(super) fn render(&self) -> String {
        trimmed(&self.table)
    }
}

fn trimmed(table: &Table) -> String {
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}
