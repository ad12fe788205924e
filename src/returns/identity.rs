//! Which finding is meant, by code, key of its row and content received: what a county says of it holds wherever the row stands when
//! the workbook comes back, and no longer than the content is the same.

use super::text;
use crate::domain::{Finding, Identity, Place, RawTable, fold};
use crate::pipeline::Form;

/// Characters of a cell that are compared: a spreadsheet holds hardly more.
const COMPARED: usize = 32_000;

/// The identity of a finding on a submission; `table` is its sheet as received, where one could be read.
pub fn identity(finding: &Finding, table: Option<&RawTable>, form: &Form) -> Identity {
    let sheet = table.map(|table| Sheet { table, form });
    let place = &finding.place;
    let row = sheet.as_ref().and_then(|sheet| sheet.row(place));
    let here = sheet.as_ref().zip(row);
    let column = place.column.as_deref().unwrap_or_default();
    let key = here.map_or(String::new(), |(sheet, row)| sheet.key(row));
    let mut content: Vec<String> = Vec::new();
    content.extend(here.map(|(sheet, row)| sheet.content(row, place, finding.cells.is_empty())));
    if row.is_none() {
        content.push(finding.raw.as_deref().map_or(String::new(), fold));
        content.push(finding.count.to_string());
    }
    let parts = [
        sheet.as_ref().map_or(Vec::new(), |sheet| sheet.rows(finding)),
        cells(finding, sheet.as_ref()),
        units(finding),
    ];
    content.extend(parts.into_iter().flatten());
    let content: Vec<&str> = content.iter().map(String::as_str).collect();
    Identity::of(&[finding.code.as_str(), column, &key], &content)
}

/// The cells of the submission that a rule looked at, in an order that does not depend on where they stand.
fn cells(finding: &Finding, sheet: Option<&Sheet<'_>>) -> Vec<String> {
    let own = finding.cells.iter().filter(|cell| cell.path.is_none());
    let mut cells: Vec<String> = own
        .map(|cell| {
            let row = sheet.and_then(|sheet| Some((sheet, sheet.row(&cell.place)?)));
            let key = row.map_or(String::new(), |(sheet, row)| sheet.key(row));
            let column = cell.place.column.as_deref().unwrap_or_default();
            format!("{column}\u{1f}{key}\u{1f}{}", fold(&cell.value))
        })
        .collect();
    cells.sort_unstable();
    cells
}

fn units(finding: &Finding) -> Vec<String> {
    let mut units: Vec<String> = finding.units.iter().map(|unit| fold(&unit.join("\u{1f}"))).collect();
    units.sort_unstable();
    units
}

struct Sheet<'a> {
    table: &'a RawTable,
    form: &'a Form,
}

impl Sheet<'_> {
    fn row(&self, place: &Place) -> Option<usize> {
        let elsewhere = place.sheet.is_some() && self.table.sheet.is_some() && place.sheet != self.table.sheet;
        self.table.grid.position(place.row.filter(|_| !elsewhere)?)
    }

    /// The content of the key columns; of the whole row where the sheet has none of them.
    fn key(&self, row: usize) -> String {
        let columns = &self.table.columns;
        let of_key = self.form.key.iter();
        let parts: Vec<String> = of_key
            .filter_map(|key| columns.iter().find(|matched| matched.column == *key))
            .map(|matched| fold(self.table.said(row as u32, matched.index).0))
            .collect();
        match parts.iter().all(String::is_empty) {
            true => self.whole(row),
            false => parts.join("\u{1f}"),
        }
    }

    /// What was received where the finding stands; of a finding on a row, the whole row where no rule names its cells.
    fn content(&self, row: usize, place: &Place, whole: bool) -> String {
        match self.column(place) {
            Some(column) => self.cell(row, column),
            None if whole => self.whole(row),
            None => String::new(),
        }
    }

    /// Key and content of the rows that a finding on many stands for.
    fn rows(&self, finding: &Finding) -> Vec<String> {
        let column = self.column(&finding.place);
        let rows = finding.rows.iter().filter_map(|row| self.table.grid.position(*row));
        let mut rows: Vec<String> = rows
            .map(|row| {
                let content = column.map_or(String::new(), |column| self.cell(row, column));
                format!("{}\u{1f}{content}", self.key(row))
            })
            .collect();
        rows.sort_unstable();
        rows
    }

    fn column(&self, place: &Place) -> Option<usize> {
        let by_id = || {
            let column = self.form.column(place.column.as_deref()?)?;
            let matched = self.table.columns.iter().find(|matched| matched.column == column)?;
            Some(matched.index)
        };
        place.column_index.or_else(by_id).map(|index| index as usize)
    }

    fn whole(&self, row: usize) -> String {
        let cells: Vec<String> = (0..self.table.grid.width(row))
            .map(|column| self.cell(row, column))
            .collect();
        cells.join("\u{1f}").trim_end_matches('\u{1f}').to_owned()
    }

    /// As the return holds it.
    fn cell(&self, row: usize, column: usize) -> String {
        let grid = &self.table.grid;
        let received: String = grid.cell(row, column).chars().take(COMPARED).collect();
        if !grid.is_numeric(row, column) {
            return fold(&received);
        }
        let matched = self
            .table
            .columns
            .iter()
            .find(|matched| matched.index as usize == column);
        fold(&text::of_number(
            &received,
            matched.map(|matched| &self.form.columns[matched.column].kind),
        ))
    }
}
