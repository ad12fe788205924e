//! The words that a published table has for its columns and for the codes in them.

use crate::domain::Text;
use crate::report::gather::Gathering;
use crate::report::page::context::Cell;
use crate::report::titles::reason_title;
use crate::report::words::{self, Words};
use crate::tables::{ColumnSpec, Columns, Table};

/// A table of the release beside what is published about it.
pub(super) struct Described<'a> {
    all: &'a Gathering<'a>,
    table: &'a Table,
}

impl<'a> Described<'a> {
    pub(super) fn of<R: Columns<'a>>(all: &'a Gathering<'a>) -> Described<'a> {
        Described {
            all,
            table: all.sources.table(R::TABLE),
        }
    }

    /// The same; None where nobody has given the table.
    pub(super) fn find<R: Columns<'a>>(all: &'a Gathering<'a>) -> Option<Described<'a>> {
        let table = all.sources.find(R::TABLE)?;
        Some(Described { all, table })
    }

    pub(super) fn rows<R: Columns<'a>>(&self) -> impl ExactSizeIterator<Item = R> + Clone {
        self.table.rows::<R>()
    }

    fn column(&self, name: &str) -> &'a ColumnSpec {
        let mut columns = self.table.spec.columns.iter();
        columns
            .find(|column| column.name == name)
            .unwrap_or_else(|| panic!("{} has a column {name}", self.table.name))
    }

    /// What a person calls a column.
    pub(super) fn title(&self, column: &str) -> Text {
        self.column(column).title.clone()
    }

    /// Short headers, each with what the table says of its column, as one note.
    pub(super) fn explained(&self, headers: &[(Words, &str)]) -> Text {
        let told = |(header, column): &(Words, &str)| words::labelled_text(&header.text(), &self.title(column));
        words::joined(&headers.iter().map(told).collect::<Vec<_>>())
    }

    /// What a column must not be used for, after its header.
    pub(super) fn caveat(&self, (header, column): (Words, &str)) -> Option<Text> {
        let caveat = self.column(column).caveat.as_ref()?;
        Some(words::labelled_text(&header.text(), caveat))
    }

    /// What an empty cell of a column means that has no reason beside it.
    pub(super) fn empty(&self, column: &str) -> Option<Text> {
        let null = self.column(column).null.as_ref()?;
        Some(words::labelled_text(&words::same("–"), null))
    }

    /// What a code of a column means; one without words stands for itself.
    pub(super) fn meaning(&self, column: &str, code: &str) -> Text {
        let meaning = self.column(column).value_titles.get(code);
        meaning.cloned().unwrap_or_else(|| words::same(code))
    }

    /// Headers as columns, after that of the indicators.
    pub(super) fn columns(headers: &[(Words, &str)]) -> Vec<Text> {
        let own = headers.iter().map(|(header, _)| header.text());
        [words::INDICATOR.text()].into_iter().chain(own).collect()
    }

    /// A cell, or why it is empty.
    pub(super) fn or_reason(&self, cell: Cell, reason: Option<&str>) -> Cell {
        match reason {
            Some(token) if cell == Cell::default() => Cell::text(reason_title(self.all.reasons, token)),
            _ => cell,
        }
    }
}
