//! The sheets of an XLSX, by the plain reader, or by the library where that meets something unusual.

use std::io::Cursor;
use std::vec;

use calamine::{DataRef, Reader, Sheet as SheetMetadata, Xlsx, XlsxFormulaMetadata};

use super::library::{Bytes, worksheets, xlsx_fault};
use super::number_formats::CellFormat;
use super::padded;
use super::plain::{Book, Cell, Cells, Content};
use super::rows::{Left, Rows};
use super::shown::{Shown, may_hide, of_xlsx};
use super::value::{Value, hundredfold};
use crate::domain::Held;
use crate::intake::archive::Extras;
use crate::intake::fault::Fault;
use crate::intake::sheet::Sheet;
use crate::intake::uncomputed::Formulas;
use crate::pipeline::Limits;

pub(super) fn xlsx(bytes: &[u8], extras: &Extras, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    match by_plain_reader(bytes, extras, limits)? {
        Some(sheets) => Ok(sheets),
        None => by_library(bytes, extras, limits),
    }
}

/// What the sheets show beside their values; empty where nothing is marked.
fn shown(
    bytes: &[u8],
    extras: &Extras,
    sheets: &[SheetMetadata],
    limits: &Limits,
) -> Result<vec::IntoIter<Shown>, Fault> {
    if !extras.marked && !may_hide(bytes, &extras.unpacked)? {
        return Ok(Vec::new().into_iter());
    }
    let names: Vec<String> = sheets.iter().map(|about| about.name.clone()).collect();
    Ok(of_xlsx(bytes, &extras.unpacked, &names, limits)?.into_iter())
}

/// None: the reader does not know something in the workbook.
fn by_plain_reader(bytes: &[u8], extras: &Extras, limits: &Limits) -> Result<Option<Vec<Sheet>>, Fault> {
    if extras.uncomputed || extras.padded {
        return Ok(None);
    }
    let Some(book) = Book::open(&extras.unpacked) else {
        return Ok(None);
    };
    Fault::unless_within(book.sheets.len() as u64, limits.sheets as u64, "sheets")?;
    let about: Vec<SheetMetadata> = book.sheets.iter().map(|(about, _)| about.clone()).collect();
    let mut shown = shown(bytes, extras, &about, limits)?;
    let formats: Vec<CellFormat> = book.formats.iter().map(CellFormat::of_plain).collect();
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    for (about, part) in &book.sheets {
        let mut rows = Rows::new(limits, left, shown.next().unwrap_or_default());
        let Some(mut cells) = Cells::of(&book, part) else {
            return Ok(None);
        };
        loop {
            match cells.next() {
                Some(Some(cell)) => add(&mut rows, cell, &formats)?,
                Some(None) => break,
                None => return Ok(None),
            }
        }
        sheets.push(rows.finish(about, &mut left));
    }
    Ok(Some(sheets))
}

fn add(rows: &mut Rows<'_>, cell: Cell<'_>, formats: &[CellFormat]) -> Result<(), Fault> {
    let format = formats.get(cell.format);
    let is_percent = format.is_some_and(|format| format.is_percent);
    let value = match cell.content {
        Content::Text(text) => Value::text(text),
        Content::Number(number) if is_percent => Value::number(hundredfold(number)),
        Content::Number(number) => Value::number(number.to_owned()),
        Content::Other(data) => Value::of(&data, is_percent),
    };
    let format = format.and_then(|format| format.number_format.as_ref());
    rows.add_formatted(cell.row, cell.column, value, format)
}

fn by_library(bytes: &[u8], extras: &Extras, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    let mended = extras.padded.then(|| padded::without_padding(bytes)).flatten();
    let bytes = mended.as_deref().unwrap_or(bytes);
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_fault)?;
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    let worksheets = worksheets(&workbook, limits)?;
    let mut shown = shown(bytes, extras, &worksheets, limits)?;
    for (at, about) in worksheets.into_iter().enumerate() {
        let formulas = if extras.uncomputed {
            formulas(&mut workbook, at, &about.name, limits)?
        } else {
            Formulas::new()
        };
        let mut reader = workbook.worksheet_cells_reader(&about.name).map_err(xlsx_fault)?;
        let formats: Vec<CellFormat> = reader.styles().iter().map(CellFormat::of_library).collect();
        let mut rows = Rows::new(limits, left, shown.next().unwrap_or_default());
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(xlsx_fault)? {
            let (row, column) = cell.get_position();
            let format = formats.get(style);
            let value = match formulas.get(&(at, row, column)) {
                Some(formula) => Value::holding(Held::Formula, formula),
                None => Value::of_ref(cell.get_value(), format.is_some_and(|format| format.is_percent)),
            };
            let format = format.and_then(|format| format.number_format.as_ref());
            rows.add_formatted(row, column, value, format)?;
        }
        sheets.push(rows.finish(&about, &mut left));
    }
    Ok(sheets)
}

/// The formulas of a sheet that have no value: a program wrote the file and none has worked them out.
fn formulas(workbook: &mut Xlsx<Bytes<'_>>, sheet: usize, name: &str, limits: &Limits) -> Result<Formulas, Fault> {
    let mut formulas = Formulas::new();
    let mut bytes = 0;
    let mut reader = workbook.worksheet_cells_reader(name).map_err(xlsx_fault)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(xlsx_fault)? {
        let text = match cell.formula {
            Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. }) => formula,
            Some(_) => String::new(),
            None => continue,
        };
        if matches!(cell.value, DataRef::Empty) {
            bytes += text.len() as u64;
            Fault::unless_within(bytes, limits.unpacked_bytes, "bytes of text")?;
            formulas.insert((sheet, cell.pos.0, cell.pos.1), format!("={text}"));
        }
    }
    Ok(formulas)
}

#[cfg(test)]
mod tests;
