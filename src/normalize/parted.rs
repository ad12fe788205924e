//! Numbers of a comma-separated file whose comma for thousands was not quoted: `2,037` stands in two columns of figures. Where the
//! row has a blank cell less at its end, nothing else shows it but the leading zero.

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
    let table = sheet.table;
    if table.grid.separator() != Some(b',') {
        return Vec::new();
    }
    let is_number = |index: u32| {
        let mut columns = table.columns.iter();
        columns.any(|matched| matched.index == index && form.columns[matched.column].kind.is_number())
    };
    let numbers = table.columns.iter().map(|matched| matched.index);
    let pairs = numbers.filter(|index| *index > 0 && is_number(*index) && is_number(*index - 1));
    let mut found: Vec<Short> = Vec::new();
    for index in pairs {
        let mut filled = 0;
        let mut parted = Vec::new();
        for (position, &row) in table.records.iter().enumerate() {
            let cell = table.grid.cell(row as usize, index as usize);
            filled += usize::from(!cell.is_empty());
            if cell.as_bytes().first() == Some(&b'0')
                && !skipped[position]
                && is_parted(table.grid.cell(row as usize, index as usize - 1), cell)
            {
                parted.push(position);
            }
        }
        if parted.len() * 2 > filled && filled > 1 {
            continue;
        }
        found.extend(parted.into_iter().map(|position| {
            let row = table.records[position] as usize;
            let matched = table.columns.iter().find(|matched| matched.index == index - 1);
            let place = Place {
                sheet: table.sheet.clone(),
                row: Some(table.grid.number(row)),
                column: matched.map(|matched| form.columns[matched.column].id.as_str().into()),
                column_index: Some(index - 1),
            };
            let cell = |index: u32| tidy(table.grid.cell(row, index as usize));
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
        }));
    }
    found.sort_by_key(|short| short.position);
    found.dedup_by_key(|short| short.position);
    found
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
