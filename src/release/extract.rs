use std::fmt::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::Staging;
use crate::domain::{Table, Value};
use crate::lake::Error;
use crate::pipeline::ExtractFormat;

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
            if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                to.push('\'');
            }
            to.push_str(&text);
            Ok(())
        }
        Value::Integer(Some(number)) => write!(to, "{number}"),
        Value::Real(Some(number)) => write!(to, "{number}"),
        Value::Boolean(Some(flag)) => write!(to, "{flag}"),
        Value::Date(Some(day)) => write!(to, "{day}"),
        _ => Ok(()),
    }
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
                Value::Text(Some(text)) => sheet.write_string(line, column, text)?,
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
