use std::fmt::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::Staging;
use super::field::{NEXT_ROW, field};
use super::sdmx::sdmx_csv;
use crate::domain::{WORKBOOK_COMPRESSION, cell_text, is_command};
use crate::lake::Error;
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::tables::{Table, TableSpec, Value, Values};

/// Path of a table in a further format, within the release.
pub fn extract_path(table: &str, format: ExtractFormat) -> String {
    format!("extracts/{table}.{}", format.ending())
}

/// Path of the rows of one period of a table in a further format: half a gigabyte of CSV opens nowhere, and a period that has not changed
/// is linked from one release to the next.
pub fn extract_of_period(table: &str, period: &str, format: ExtractFormat) -> String {
    format!("extracts/{table}/{period}.{}", format.ending())
}

/// Writes a table in a further format, into `extracts/`.
///
/// # Errors
/// When it cannot be encoded or written.
pub fn write_extract(
    pipeline: &Pipeline,
    staging: &Staging,
    table: &Table,
    format: ExtractFormat,
) -> Result<(), Error> {
    let path = extract_path(&table.name, format);
    match format {
        ExtractFormat::Csv => {
            let pieces = std::iter::once(csv_head(&table.spec)).chain(csv_rows(table, 0..table.height()));
            staging.write_pieces(&path, pieces.map(Ok))
        }
        ExtractFormat::SdmxCsv => {
            staging.write(&path, sdmx_csv(&pipeline.name, pipeline.period_kind, table).as_bytes())
        }
        ExtractFormat::Xlsx => {
            let failed =
                |error: XlsxError| Error::io("encode", &staging.path(&path))(std::io::Error::other(error.to_string()));
            let bytes = xlsx(table).map_err(failed)?;
            staging.write(&path, &bytes)
        }
    }
}

/// The first line of a table as CSV, after a byte order mark, so that spreadsheets show Chinese.
fn csv_head(spec: &TableSpec) -> Vec<u8> {
    let names: Vec<String> = spec.columns.iter().map(|column| field(&column.name)).collect();
    format!("\u{feff}{}{NEXT_ROW}", names.join(",")).into_bytes()
}

/// Rows of a table as CSV. Null is an empty cell; a text that a spreadsheet would run as a formula is quoted with an apostrophe. In
/// pieces: the rows of a nation may take many megabytes.
fn csv_rows(table: &Table, rows: Range<usize>) -> impl Iterator<Item = Vec<u8>> + '_ {
    let stored = all_stored_fields(table);
    pieces_of(rows).map(move |piece| csv_piece(table, &stored, piece))
}

/// A table as CSV, with only some of its rows: the pieces of the file, made in parallel.
pub fn csv_pieces(table: &Table, rows: Range<usize>) -> Vec<Vec<u8>> {
    let stored = all_stored_fields(table);
    let all: Vec<Range<usize>> = pieces_of(rows).collect();
    let made = all.into_par_iter().map(|piece| csv_piece(table, &stored, piece));
    let mut pieces: Vec<Vec<u8>> = made.collect();
    pieces.insert(0, csv_head(&table.spec));
    pieces
}

fn pieces_of(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.step_by(PIECE).map(move |start| start..end.min(start + PIECE))
}

/// The fields of the texts of each column. A text repeats over many rows: it is quoted once.
fn all_stored_fields(table: &Table) -> Vec<Vec<String>> {
    table.columns().iter().map(stored_fields).collect()
}

/// Rows of a piece of a CSV file.
const PIECE: usize = 16_384;

fn csv_piece(table: &Table, stored: &[Vec<String>], rows: Range<usize>) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (at, (column, stored)) in table.columns().iter().zip(stored).enumerate() {
            if at > 0 {
                text.push(',');
            }
            match column {
                Values::Text(all) => text.push_str(all.stored_at(row).map_or("", |at| &stored[at])),
                other => write_number(&mut text, other.get(row)).expect("writing to memory does not fail"),
            }
        }
        text.push_str(NEXT_ROW);
    }
    text.into_bytes()
}

/// The stored texts of a column as fields of a CSV file; none of a column of another kind.
fn stored_fields(column: &Values) -> Vec<String> {
    let Values::Text(all) = column else {
        return Vec::new();
    };
    let harmless = |text: &str| match is_command(text) {
        true => field(&format!("'{text}")),
        false => field(text),
    };
    all.stored().map(harmless).collect()
}

fn write_number(to: &mut String, value: Value) -> fmt::Result {
    match value {
        Value::Integer(Some(number)) => write!(to, "{number}"),
        Value::Real(Some(number)) => write!(to, "{number}"),
        Value::Boolean(Some(flag)) => write!(to, "{flag}"),
        Value::Date(Some(day)) => write!(to, "{day}"),
        _ => Ok(()),
    }
}

fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(WORKBOOK_COMPRESSION);
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
    use crate::tables::UnjudgedRow;

    #[test]
    fn the_pieces_of_a_file_are_the_whole_table() {
        for height in [0, 1, PIECE, PIECE + 1] {
            let mut table = Table::of::<UnjudgedRow>();
            for row in 0..height {
                table.push(UnjudgedRow {
                    period: "2020",
                    rule: "a, b",
                    rule_title_zh: None,
                    rule_title_en: Some("1\"2"),
                    form: "people",
                    form_title_zh: None,
                    form_title_en: None,
                    reason: "value_missing",
                    n: row as i64,
                });
            }
            let pieces = std::iter::once(csv_head(&table.spec)).chain(csv_rows(&table, 0..height));
            let file = String::from_utf8(pieces.flatten().collect()).unwrap();
            assert_eq!(file.as_bytes(), csv_pieces(&table, 0..height).concat());
            let lines: Vec<&str> = file.split_terminator(NEXT_ROW).collect();
            assert_eq!(lines.len(), height + 1);
            assert!(lines[0].starts_with("\u{feff}"), "{}", lines[0]);
            for (at, line) in lines[1..].iter().enumerate() {
                let expected = format!("2020,\"a, b\",,\"1\"\"2\",people,,,value_missing,{at}");
                assert_eq!(*line, expected);
            }
        }
    }
}
