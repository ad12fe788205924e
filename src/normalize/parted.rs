//! Numbers of a comma-separated file whose comma for thousands was not quoted: `2,037` stands in two columns of figures. Where the
//! row has a blank cell less at its end, nothing else shows it but the leading zero. Where all its cells are there, it has one more
//! than the header.

use super::cell::tidy;
use super::sheet::Sheet;
use super::short::Short;
use crate::domain::{Code, Finding, Place, Text};
use crate::pipeline::Form;

/// Digits of a group.
const GROUP: usize = 3;

/// The records with such a number, with a finding each. `skipped`: records that are not read at all. A column with leading zeros in
/// most of its cells is written so.
pub(super) fn find(sheet: &Sheet, form: &Form, skipped: &[bool]) -> Vec<Short> {
    if sheet.table.grid.separator() != Some(b',') {
        return Vec::new();
    }
    let parts = Parts { sheet, form, skipped };
    let pairs = parts.pairs();
    let mut found: Vec<Short> = Vec::new();
    let long = parts.long();
    for &index in &pairs {
        let of_pair = parts.behind_zeros(index);
        found.extend(of_pair.into_iter().map(|position| parts.finding(position, index)));
    }
    // The number that was parted is the one that all rows which are too long have in common.
    let of_all = |index: &&u32| long.iter().all(|&position| parts.is_parted(position, **index));
    if let Some(&index) = pairs.iter().find(of_all).filter(|_| !long.is_empty()) {
        found.extend(long.iter().map(|&position| parts.finding(position, index)));
    }
    found.sort_by_key(|short| short.position);
    found.dedup_by_key(|short| short.position);
    found
}

struct Parts<'s, 'a> {
    sheet: &'s Sheet<'a>,
    form: &'s Form,
    skipped: &'s [bool],
}

impl Parts<'_, '_> {
    /// Columns of figures to the right of others, by physical position.
    fn pairs(&self) -> Vec<u32> {
        let columns = &self.sheet.table.columns;
        let is_number = |index: u32| {
            let mut columns = columns.iter();
            columns.any(|matched| matched.index == index && self.form.columns[matched.column].kind.is_number())
        };
        let indices = columns.iter().map(|matched| matched.index);
        indices
            .filter(|index| *index > 0 && is_number(*index) && is_number(*index - 1))
            .collect()
    }

    fn cell(&self, position: usize, index: u32) -> &str {
        let table = self.sheet.table;
        table.grid.cell(table.records[position] as usize, index as usize)
    }

    fn is_parted(&self, position: usize, index: u32) -> bool {
        is_parted(self.cell(position, index - 1), self.cell(position, index))
    }

    /// Records whose cell in a column is a group that begins with a zero.
    fn behind_zeros(&self, index: u32) -> Vec<usize> {
        let mut filled = 0;
        let mut parted = Vec::new();
        for (position, skipped) in self.skipped.iter().enumerate() {
            let cell = self.cell(position, index);
            filled += usize::from(!cell.is_empty());
            if cell.as_bytes().first() == Some(&b'0') && !skipped && self.is_parted(position, index) {
                parted.push(position);
            }
        }
        if parted.len() * 2 > filled && filled > 1 {
            parted.clear();
        }
        parted
    }

    /// Records with one cell more than the rows above them, which is blank.
    fn long(&self) -> Vec<usize> {
        let table = self.sheet.table;
        let Some(&first) = table.records.first() else {
            return Vec::new();
        };
        let above = (0..first as usize).map(|row| table.grid.width(row)).max();
        let width = above.unwrap_or_default().max(table.width as usize);
        let is_long = |position: &usize| {
            !self.skipped[*position] && table.grid.width(table.records[*position] as usize) == width + 1
        };
        (0..table.records.len()).filter(is_long).collect()
    }

    fn finding(&self, position: usize, index: u32) -> Short {
        let table = self.sheet.table;
        let matched = table.columns.iter().find(|matched| matched.index == index - 1);
        let place = Place {
            sheet: table.sheet.clone(),
            row: Some(table.grid.number(table.records[position] as usize)),
            column: matched.map(|matched| self.form.columns[matched.column].id.as_str().into()),
            column_index: Some(index - 1),
        };
        let cell = |index: u32| tidy(self.cell(position, index));
        let finding = Finding::new(Code::RowRagged).at(place);
        let finding = finding.raw(format!("{},{}", cell(index - 1), cell(index)));
        let message = Text::new(
            "“{raw}”像是一个数，未加引号的千位逗号把它分成了两格，其后的内容错位；该行未计入",
            "“{raw}” looks like one number, which its comma parted into two cells for want of quotes, so that those behind it shifted; the row is not counted",
        );
        Short {
            position,
            finding: Finding {
                message: Some(message),
                ..finding
            },
        }
    }
}

/// Whether two cells are one number: up to three digits that begin with no zero, and three that do.
fn is_parted(before: &str, cell: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, cell) = (tidy(before), tidy(cell));
    cell.len() == GROUP
        && is_digits(cell)
        && (1..=GROUP).contains(&before.len())
        && is_digits(before)
        && !before.starts_with('0')
}
