//! XLSX, XLS and ODS → grids. Numbers become their shortest decimal (codes stay whole), percent cells
//! `12.3%`, days ISO dates. The library may fail on a damaged file in any way: a panic is a finding too.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError};

use super::limits;
use super::load::{Fault, Sheet};
use super::percent::{self, PercentCells};
use super::sniff::Kind;
use crate::domain::Grid;

type Bytes<'a> = Cursor<&'a [u8]>;

pub(super) fn read(bytes: &[u8], kind: Kind) -> Result<Vec<Sheet>, Fault> {
    let unwalked = || Fault::Unreadable("number formats".to_owned());
    let read = || match kind {
        Kind::Xlsx => xlsx(Cursor::new(bytes)),
        Kind::Ods => {
            let workbook: Ods<Bytes<'_>> = Ods::new(Cursor::new(bytes)).map_err(ods_fault)?;
            ranges(workbook, &percent::of_ods(bytes).ok_or_else(unwalked)?)
        }
        Kind::Xls | Kind::Text => {
            let workbook: Xls<Bytes<'_>> = Xls::new(Cursor::new(bytes)).map_err(xls_fault)?;
            ranges(workbook, &percent::of_xls(bytes).ok_or_else(unwalked)?)
        }
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Fault::Unreadable("damaged workbook".to_owned())))
}

fn xlsx_fault(error: XlsxError) -> Fault {
    if matches!(error, XlsxError::Password) {
        Fault::Encrypted
    } else {
        Fault::Unreadable(error.to_string())
    }
}

fn xls_fault(error: XlsError) -> Fault {
    if matches!(error, XlsError::Password) {
        Fault::Encrypted
    } else {
        Fault::Unreadable(error.to_string())
    }
}

fn ods_fault(error: OdsError) -> Fault {
    match error {
        OdsError::Password => Fault::Encrypted,
        OdsError::CellLimitExceeded { requested, .. } => {
            Fault::too_large(requested as u64, limits::CELLS as u64, "cells")
        }
        other => Fault::Unreadable(other.to_string()),
    }
}

/// Names of the sheets that hold cells.
fn worksheets<'a, R: Reader<Bytes<'a>>>(workbook: &R) -> Result<Vec<String>, Fault> {
    let sheets = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    if names.len() > limits::SHEETS {
        return Err(Fault::too_large(names.len() as u64, limits::SHEETS as u64, "sheets"));
    }
    Ok(names)
}

fn xlsx(bytes: Bytes<'_>) -> Result<Vec<Sheet>, Fault> {
    let mut workbook = Xlsx::new(bytes).map_err(xlsx_fault)?;
    let mut cells_left = limits::CELLS;
    let mut sheets = Vec::new();
    for name in worksheets(&workbook)? {
        let mut reader = workbook.worksheet_cells_reader(&name).map_err(xlsx_fault)?;
        let percent: Vec<bool> = reader.styles().iter().map(is_percent).collect();
        let mut rows = Rows::new(cells_left);
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(xlsx_fault)? {
            let (row, column) = cell.get_position();
            rows.add(
                row,
                column,
                Value::of_ref(cell.get_value(), percent.get(style).copied().unwrap_or(false)),
            )?;
        }
        sheets.push(rows.finish(&name, &mut cells_left));
    }
    Ok(sheets)
}

fn is_percent(style: &calamine::Style) -> bool {
    style
        .number_format
        .as_ref()
        .is_some_and(|format| format.format_code.contains('%'))
}

/// The sheets of a workbook whose library gives whole ranges.
fn ranges<'a, R: Reader<Bytes<'a>>>(mut workbook: R, percent: &PercentCells) -> Result<Vec<Sheet>, Fault>
where
    R::Error: std::fmt::Display,
{
    let mut cells_left = limits::CELLS;
    let mut sheets = Vec::new();
    for (at, name) in worksheets(&workbook)?.into_iter().enumerate() {
        let range = workbook
            .worksheet_range(&name)
            .map_err(|error| Fault::Unreadable(error.to_string()))?;
        let mut rows = Rows::new(cells_left);
        add_range(&mut rows, &range, |row, column| percent.contains(&(at, row, column)))?;
        sheets.push(rows.finish(&name, &mut cells_left));
    }
    Ok(sheets)
}

fn add_range(rows: &mut Rows, range: &Range<Data>, percent: impl Fn(u32, u32) -> bool) -> Result<(), Fault> {
    let Some((first_row, first_column)) = range.start() else {
        return Ok(());
    };
    for (row, column, value) in range.used_cells() {
        let (row, column) = (first_row + row as u32, first_column + column as u32);
        rows.add(row, column, Value::of(value, percent(row, column)))?;
    }
    Ok(())
}

/// A cell's text, and whether it was a number.
struct Value {
    text: String,
    numeric: bool,
}

impl Value {
    fn text(text: impl Into<String>) -> Value {
        Value {
            text: text.into(),
            numeric: false,
        }
    }

    fn number(text: String) -> Value {
        Value { text, numeric: true }
    }

    fn of(data: &Data, percent: bool) -> Value {
        match data {
            Data::Int(number) if percent => Value::number(hundredfold(&number.to_string())),
            Data::Float(number) if percent => Value::number(hundredfold(&number.to_string())),
            Data::Int(number) => Value::number(number.to_string()),
            Data::Float(number) => Value::number(number.to_string()),
            Data::String(text) => Value::text(text),
            Data::Bool(truth) => Value::text(truth.to_string().to_uppercase()),
            Data::DateTime(moment) => Value::moment(moment),
            Data::DateTimeIso(text) => Value::text(text.strip_suffix("T00:00:00").unwrap_or(text)),
            Data::DurationIso(text) => Value::text(text),
            Data::Error(error) => Value::text(error.to_string()),
            Data::Empty => Value::text(""),
        }
    }

    fn of_ref(data: &DataRef<'_>, percent: bool) -> Value {
        match data {
            DataRef::SharedString(text) => Value::text(*text),
            other => Value::of(&Data::from(other.clone()), percent),
        }
    }

    /// An ISO date, with the time where there is one; a duration stays the number that it is.
    fn moment(moment: &ExcelDateTime) -> Value {
        if moment.is_duration() {
            return Value::number(moment.as_f64().to_string());
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        let date = format!("{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) == (0, 0, 0) {
            Value::text(date)
        } else {
            Value::text(format!("{date}T{hour:02}:{minute:02}:{second:02}"))
        }
    }
}

/// `0.123` → `12.3%`: the point moves, so no digit changes.
fn hundredfold(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (moved, rest) = fraction.split_at(fraction.len().min(2));
    let whole = format!("{whole}{moved:0<2}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}%")
}

/// Builds a grid from cells in reading order; blank cells and rows between them are filled in, those behind dropped.
struct Rows {
    grid: Grid,
    /// Rows ended so far.
    row: u32,
    column: u32,
    cells_left: usize,
}

impl Rows {
    fn new(cells_left: usize) -> Rows {
        Rows {
            grid: Grid::new(true),
            row: 0,
            column: 0,
            cells_left,
        }
    }

    fn add(&mut self, row: u32, column: u32, value: Value) -> Result<(), Fault> {
        if value.text.is_empty() {
            return Ok(());
        }
        if column as usize >= limits::COLUMNS {
            return Err(Fault::too_large(
                u64::from(column) + 1,
                limits::COLUMNS as u64,
                "columns",
            ));
        }
        if value.text.len() > limits::CELL_BYTES {
            return Err(Fault::too_large(
                value.text.len() as u64,
                limits::CELL_BYTES as u64,
                "bytes in a cell",
            ));
        }
        if (row, column) < (self.row, self.column) {
            return Err(Fault::Unreadable("cells out of order".to_owned()));
        }
        while self.row < row {
            self.end_row();
        }
        while self.column < column {
            self.grid.push_cell("", false);
            self.column += 1;
        }
        self.grid.push_cell(&value.text, value.numeric);
        self.column += 1;
        if self.grid.cells() + self.grid.height() > self.cells_left {
            return Err(Fault::too_large(
                limits::CELLS as u64 + 1,
                limits::CELLS as u64,
                "cells",
            ));
        }
        Ok(())
    }

    fn end_row(&mut self) {
        self.row += 1;
        self.column = 0;
        self.grid.end_row(self.row);
    }

    fn finish(mut self, name: &str, cells_left: &mut usize) -> Sheet {
        if self.column > 0 {
            self.end_row();
        }
        *cells_left = cells_left.saturating_sub(self.grid.cells() + self.grid.height());
        Sheet {
            name: Some(Arc::from(name)),
            grid: self.grid,
            keys: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_moves_two_places() {
        for (number, text) in [
            (0.123, "12.3%"),
            (0.5, "50%"),
            (1.0, "100%"),
            (0.0, "0%"),
            (0.07, "7%"),
            (0.00123, "0.123%"),
            (-0.25, "-25%"),
            (1.2345, "123.45%"),
            (0.29, "29%"),
        ] {
            assert_eq!(hundredfold(&f64::to_string(&number)), text);
        }
    }

    #[test]
    fn numbers_are_written_whole() {
        for (data, text, numeric) in [
            (Data::Float(130_102_001_001.0), "130102001001", true),
            (Data::Float(0.1), "0.1", true),
            (Data::Int(7), "7", true),
            (Data::Bool(true), "TRUE", false),
            (Data::DateTimeIso("2021-01-08T00:00:00".into()), "2021-01-08", false),
            (Data::String(" x ".into()), " x ", false),
        ] {
            let value = Value::of(&data, false);
            assert_eq!((value.text.as_str(), value.numeric), (text, numeric));
        }
    }

    #[test]
    fn gaps_are_filled() {
        let mut rows = Rows::new(limits::CELLS);
        rows.add(1, 2, Value::text("a")).unwrap();
        rows.add(1, 3, Value::text("")).unwrap();
        rows.add(3, 0, Value::number("7".into())).unwrap();
        assert!(rows.add(2, 0, Value::text("late")).is_err());
        let sheet = rows.finish("s", &mut limits::CELLS.clone());
        let widths: Vec<usize> = (0..sheet.grid.height()).map(|row| sheet.grid.width(row)).collect();
        assert_eq!(widths, [0, 3, 0, 1]);
        assert_eq!((sheet.grid.cell(1, 2), sheet.grid.number(1)), ("a", 2));
        assert!(sheet.grid.is_numeric(3, 0) && !sheet.grid.is_numeric(1, 2));
    }

    #[test]
    fn damaged_workbooks_are_findings() {
        for kind in [Kind::Xlsx, Kind::Xls, Kind::Ods] {
            assert!(matches!(read(b"PK\x03\x04nonsense", kind), Err(Fault::Unreadable(_))));
        }
    }
}
