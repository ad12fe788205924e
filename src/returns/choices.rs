//! Drop-downs for columns that hold one of a few words. The words of a long list stand on a sheet of their own, hidden.

use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, Formula, Workbook, Worksheet, XlsxError};

use super::Return;
use super::layout::Layout;
use super::words::Words;
use crate::domain::a1;
use crate::pipeline::{Column, ColumnKind};

/// UTF-16 units of a list that stands in the validation itself.
const LONGEST: usize = 255;

/// Adds the drop-downs to the last sheet, and the sheet of long lists behind it where there is any.
pub(super) fn write(
    workbook: &mut Workbook,
    given: &Return<'_>,
    layout: &Layout<'_>,
    words: &Words,
) -> Result<(), XlsxError> {
    let Some((first, last)) = layout.records() else {
        return Ok(());
    };
    let mut long: Vec<Vec<&str>> = Vec::new();
    let mut planned: Vec<(u16, DataValidation)> = Vec::new();
    for matched in &layout.table.columns {
        let choices = choices(&given.form.columns[matched.column]);
        let Ok(column) = u16::try_from(matched.index) else {
            continue;
        };
        if choices.is_empty() {
            continue;
        }
        let in_place = choices.iter().all(|word| !word.contains([',', '"']))
            && choices.join(",").encode_utf16().count() <= LONGEST;
        let list = if in_place {
            DataValidation::new().allow_list_strings(&choices)?
        } else {
            long.push(choices.clone());
            DataValidation::new().allow_list_formula(range(words, long.len() - 1, choices.len()))
        };
        let list = list
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title(words.choice_title())?
            .set_error_message(words.choice_message())?;
        planned.push((column, list));
    }
    if let Some(sheet) = workbook.worksheets_mut().last_mut() {
        for (column, list) in &planned {
            sheet.add_data_validation(first, *column, last, *column, list)?;
        }
    }
    if long.is_empty() {
        return Ok(());
    }
    helper(workbook.add_worksheet(), given, &long, words)
}

/// The first word of every choice: what a person would write.
fn choices(column: &Column) -> Vec<&str> {
    match &column.kind {
        ColumnKind::Boolean { yes, no } => [yes.first(), no.first()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        ColumnKind::Category { values } => values
            .iter()
            .map(|(member, words)| words.first().unwrap_or(member).as_str())
            .collect(),
        _ => Vec::new(),
    }
}

/// Where list `at` stands on the sheet of long lists.
fn range(words: &Words, at: usize, length: usize) -> Formula {
    let cell = |row: u32| {
        let reference = a1(at as u32, row);
        let letters = reference.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        format!("${letters}${row}")
    };
    Formula::new(format!(
        "='{}'!{}:{}",
        words.choices_sheet(),
        cell(2),
        cell(length as u32 + 1)
    ))
}

fn helper(sheet: &mut Worksheet, given: &Return<'_>, long: &[Vec<&str>], words: &Words) -> Result<(), XlsxError> {
    sheet.set_name(words.choices_sheet())?.set_hidden(true);
    sheet.write_string(0, 0, given.mark())?;
    for (column, list) in (0..).zip(long) {
        for (row, word) in (1..).zip(list) {
            sheet.write_string(row, column, *word)?;
        }
    }
    Ok(())
}
