use std::fmt::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::Staging;
use crate::domain::is_invisible;
use crate::lake::Error;
use crate::pipeline::ExtractFormat;
use crate::tables::{Table, Value};

/// Writes a table in a further format, into `extracts/`.
///
/// # Errors
/// When it cannot be encoded or written.
pub fn write_extract(staging: &Staging, table: &Table, format: ExtractFormat) -> Result<(), Error> {
    match format {
        ExtractFormat::Csv => staging.write(&format!("extracts/{}.csv", table.name), &csv(table)),
        ExtractFormat::Xlsx => {
            let path = format!("extracts/{}.xlsx", table.name);
            let failed =
                |error: XlsxError| Error::io("encode", &staging.path(&path))(std::io::Error::other(error.to_string()));
            let bytes = xlsx(table).map_err(failed)?;
            staging.write(&path, &bytes)
        }
    }
}

/// Comma-separated with a byte order mark, so that spreadsheets show Chinese. Null is an empty cell; a text that a
/// spreadsheet would run as a formula is quoted with an apostrophe.
fn csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    let infallible = "writing to memory does not fail";
    writer
        .write_record(table.spec.columns.iter().map(|c| c.name.as_str()))
        .expect(infallible);
    // One buffer for all cells: a table may have a million of them.
    let mut text = String::new();
    for row in 0..table.height() {
        for column in table.columns() {
            text.clear();
            write_cell(&mut text, column.get(row)).expect(infallible);
            writer.write_field(&text).expect(infallible);
        }
        writer.write_record(None::<&[u8]>).expect(infallible);
    }
    writer.into_inner().unwrap_or_default()
}

fn write_cell(to: &mut String, value: Value) -> fmt::Result {
    match value {
        Value::Text(Some(text)) => {
            if is_command(text) {
                to.push('\'');
            }
            to.push_str(text);
            Ok(())
        }
        Value::Integer(Some(number)) => write!(to, "{number}"),
        Value::Real(Some(number)) => write!(to, "{number}"),
        Value::Boolean(Some(flag)) => write!(to, "{flag}"),
        Value::Date(Some(day)) => write!(to, "{day}"),
        _ => Ok(()),
    }
}

/// Whether a spreadsheet may take a text for a formula: one that begins with such a sign, of either width, behind whatever
/// blanks and controls the program skips. A text that is a plain number stays one.
fn is_command(text: &str) -> bool {
    if text.starts_with(char::is_alphanumeric) {
        return false;
    }
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let shown = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let sign = shown.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    sign && !(shown.parse::<f64>().is_ok() && shown.chars().all(plain))
}

/// The most characters of a cell of a spreadsheet.
const CELL_CHARACTERS: usize = 32_767;

/// A text as a cell may hold it: controls written out, and cut off where it is too long.
fn cell_text(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\t' | '\n') {
            cell.extend(c.escape_unicode());
        } else {
            cell.push(c);
        }
    }
    // Counted as the file format does, in units of UTF-16.
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    if units(&cell) > CELL_CHARACTERS {
        let mut left = CELL_CHARACTERS - 1;
        cell = cell
            .chars()
            .take_while(|c| {
                let fits = c.len_utf16() <= left;
                left -= c.len_utf16().min(left);
                fits
            })
            .collect();
        cell.push('…');
    }
    cell
}

fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed date: the same table gives the same bytes.
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(&table.name)?.set_freeze_panes(1, 0)?;
    for (at, (spec, values)) in table.spec.columns.iter().zip(table.columns()).enumerate() {
        let column = at as u16;
        sheet.write_string_with_format(0, column, &spec.name, &bold)?;
        for row in 0..table.height() {
            let line = row as u32 + 1;
            match values.get(row) {
                Value::Text(Some(text)) => sheet.write_string(line, column, cell_text(text))?,
                Value::Integer(Some(number)) => sheet.write_number(line, column, number as f64)?,
                Value::Real(Some(number)) => sheet.write_number(line, column, number)?,
                Value::Boolean(Some(flag)) => sheet.write_boolean(line, column, flag)?,
                Value::Date(Some(day)) => sheet.write_string(line, column, day.to_string())?,
                _ => continue,
            };
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_quoted_and_numbers_are_not() {
        for text in [
            "=1+1",
            "@SUM(A1)",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "\tx",
            "\r=x",
            "\n",
            " =1",
            "\u{feff}=1",
            "＝1",
            "-1e3",
        ] {
            assert!(is_command(text), "{text:?}");
        }
        for text in ["", "东风社区", "-12.5", "12", "a=b", "1-2", "—", "'=1"] {
            assert!(!is_command(text), "{text:?}");
        }
    }

    #[test]
    fn a_cell_holds_what_a_cell_may_hold() {
        assert_eq!(cell_text("a\u{1b}[2J\nb"), "a\\u{1b}[2J\nb");
        let long = cell_text(&"😀".repeat(20_000));
        assert!(long.encode_utf16().count() <= CELL_CHARACTERS && long.ends_with("😀…"));
        assert_eq!(cell_text(&"x".repeat(CELL_CHARACTERS)).len(), CELL_CHARACTERS);
    }
}
