//! Tables and lines of a terminal: no colour, East Asian widths respected.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// Columns of a line, at most.
pub(super) const WIDTH: u16 = 100;

/// Breaks at spaces, and between any two wide characters, to at most [`WIDTH`] columns.
pub(super) fn wrap(text: &str) -> String {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_width(WIDTH)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.add_row(vec![text]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    trimmed(&table)
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
    pub(super) fn new(columns: &[Column]) -> Grid {
        let mut table = Table::new();
        table
            .load_style(TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-')))
            .set_width(WIDTH)
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
