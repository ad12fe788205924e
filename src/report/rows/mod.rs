//! Rows of a table of a release, as `huizong show` prints them: for a terminal, as CSV, as lines of JSON or as a Markdown table. They
//! come in pieces, so that a table need not fit into memory.

mod columns;
mod fitted;
mod head;
mod plain;

use super::grid::Page;
use super::look::say;
use super::number::count;
use crate::domain::Lang;
use crate::tables::Frame;

use fitted::Fitted;
pub use head::RowsHead;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsFormat {
    /// For a person, as wide as the terminal.
    Table,
    /// Comma-separated; the header has the names of the columns.
    Csv,
    /// One JSON object a line.
    Json,
    /// A table of Markdown.
    Markdown,
}

/// Writes rows, piece by piece.
pub struct RowsWriter<'a> {
    head: &'a RowsHead,
    format: RowsFormat,
    page: Page,
    /// The columns that fit a line, by the first piece.
    fitted: Option<Fitted>,
}

impl<'a> RowsWriter<'a> {
    /// Of the rows beneath a head.
    pub fn new(head: &'a RowsHead, format: RowsFormat, page: Page) -> RowsWriter<'a> {
        RowsWriter {
            head,
            format,
            page,
            fitted: None,
        }
    }

    /// What stands above the rows.
    pub fn begin(&self) -> String {
        match self.format {
            RowsFormat::Table => {
                let title = self.head.title.get(self.page.lang);
                self.head.source.heading(&[title], self.page.lang) + "\n\n"
            }
            RowsFormat::Csv => plain::csv_head(&self.head.columns),
            RowsFormat::Json => String::new(),
            RowsFormat::Markdown => plain::markdown_head(&self.head.columns, self.page.lang),
        }
    }

    /// Some rows.
    pub fn piece(&mut self, rows: &Frame) -> String {
        match self.format {
            RowsFormat::Table => {
                let is_first = self.fitted.is_none();
                let fitted = (self.fitted).get_or_insert_with(|| Fitted::new(self.head, rows, self.page));
                let above = if is_first {
                    fitted.alike(self.page) + &fitted.title()
                } else {
                    String::new()
                };
                above + &fitted.rows(rows)
            }
            RowsFormat::Csv => plain::csv(&self.head.columns, rows),
            RowsFormat::Json => plain::json(&self.head.columns, rows),
            RowsFormat::Markdown => plain::markdown(&self.head.columns, rows),
        }
    }

    /// What stands beneath: how many rows there are, and which columns had no room.
    pub fn end(&self) -> String {
        let counted = counted(self.head, self.page.lang);
        match self.format {
            RowsFormat::Table => {
                let space = if self.head.listed > 0 { "\n" } else { "" };
                let columns = self.fitted.as_ref().map(|fitted| fitted.columns(self.head, self.page));
                format!("{space}{counted}\n{}", columns.unwrap_or_default())
            }
            RowsFormat::Csv | RowsFormat::Json => String::new(),
            RowsFormat::Markdown => format!("\n{counted}\n"),
        }
    }
}

/// `20 of 1,234 rows`
fn counted(head: &RowsHead, lang: Lang) -> String {
    let number = |rows: usize| count(i64::try_from(rows).unwrap_or(i64::MAX));
    let (listed, selected) = (number(head.listed), number(head.selected));
    let rows = |rows: usize| if rows == 1 { "row" } else { "rows" };
    let first = match (lang, head.listed < head.selected) {
        (Lang::Zh, true) => format!("共 {selected} 行，列出 {listed} 行（--limit 0 列出全部）"),
        (Lang::Zh, false) => format!("共 {selected} 行"),
        (Lang::En, true) => format!("{listed} of {selected} rows (--limit 0 lists all)"),
        (Lang::En, false) => format!("{selected} {}", rows(head.selected)),
    };
    if head.total == head.selected {
        return first;
    }
    let total = number(head.total);
    let of_table = format!("; the table has {total}");
    first + say(lang, &format!("；该表共 {total} 行"), &of_table)
}

#[cfg(test)]
mod tests;
