//! XLSX, XLS and ODS → grids. Numbers become their shortest decimal (codes stay whole), percent cells
//! `12.3%`, days ISO dates. The library may fail on a damaged file in any way: a panic is a finding too.

pub(super) mod markup;
mod padded;
mod plain;
mod rows;
mod shown;
mod value;
mod xml;

use std::cell::Cell as Flag;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use calamine::{
    Data, DataRef, Ods, OdsError, Range, Reader, Sheet as SheetMetadata, SheetType, Xls, XlsError, Xlsx, XlsxError,
    XlsxFormulaMetadata,
};
use markup::Markup;
use plain::{Book, Cells, Content};
use rows::{Left, Rows};
use shown::{NumberFormat, Shown, local_code, may_hide, of_ods, of_xls, of_xlsx};
use value::{Value, hundredfold};

use super::archive::{self, Extras};
use super::biff;
use super::compound::Compound;
use super::fault::Fault;
use super::ods;
use super::percent::{self, PercentCells};
use super::sheet::Sheet;
use super::sniff::Kind;
use super::uncomputed::Formulas;
use crate::domain::Held;
use crate::pipeline::Limits;

type Bytes<'a> = Cursor<&'a [u8]>;

/// What a workbook holds.
pub(super) struct Read {
    pub(super) sheets: Vec<Sheet>,
    /// Programs and ways out that it has beside its cells.
    pub(super) active: Vec<&'static str>,
}

pub(super) fn read(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Read, Fault> {
    let read = || match kind {
        Kind::Xlsx => {
            let extras = archive::check(bytes, limits)?;
            let sheets = xlsx(bytes, &extras, limits)?;
            Ok(Read {
                sheets,
                active: extras.active,
            })
        }
        Kind::Ods => {
            let extras = archive::check(bytes, limits)?;
            let content = ods::check(bytes, limits)?;
            let workbook: Ods<Bytes<'_>> = Ods::new(Cursor::new(bytes)).map_err(ods_fault)?;
            let shown = of_ods(bytes, limits)?;
            let sheets = ranges(workbook, &content.percent, &content.uncomputed, shown, limits)?;
            Ok(Read {
                sheets,
                active: extras.active,
            })
        }
        Kind::Xls | Kind::Text => old(bytes, limits),
    };
    quietly(AssertUnwindSafe(read)).unwrap_or_else(|| Err(Fault::Unreadable("damaged workbook".to_owned())))
}

/// The sheets of a workbook that is markup.
pub(super) fn read_markup(text: &str, kind: Markup, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    quietly(AssertUnwindSafe(|| markup::read(text, kind, limits)))
        .unwrap_or_else(|| Err(Fault::Unreadable("damaged workbook".to_owned())))
}

/// What the library does not tell of an old workbook that keeps the limits.
struct Old {
    percent: PercentCells,
    macros: Option<&'static str>,
    stream: Vec<u8>,
}

/// Whether an old workbook may be given to the library, which copies such a file several times.
fn check_old(bytes: &[u8], limits: &Limits) -> Result<Old, Fault> {
    let damaged = |what: &str| Fault::Unreadable(what.to_owned());
    Fault::unless_within(bytes.len() as u64, limits.unpacked_bytes / 4, "bytes of an XLS")?;
    let compound = Compound::new(bytes).ok_or_else(|| damaged("compound file directory"))?;
    let stream = compound
        .stream(&["Workbook", "Book"])
        .ok_or_else(|| damaged("workbook stream"))?;
    biff::check(&stream, limits)?;
    Ok(Old {
        percent: percent::of_xls(&stream).ok_or_else(|| damaged("number formats"))?,
        macros: compound.has("_VBA_PROJECT_CUR").then_some("macros"),
        stream,
    })
}

fn old(bytes: &[u8], limits: &Limits) -> Result<Read, Fault> {
    let Old {
        percent,
        macros,
        stream,
    } = check_old(bytes, limits)?;
    let shown = of_xls(&stream, limits).ok_or_else(|| Fault::Unreadable("cell formats".to_owned()))?;
    drop(stream);
    let workbook: Xls<Bytes<'_>> = Xls::new(Cursor::new(bytes)).map_err(xls_fault)?;
    Ok(Read {
        sheets: ranges(workbook, &percent, &Formulas::new(), shown, limits)?,
        active: macros.into_iter().collect(),
    })
}

thread_local! {
    /// Whether a panic on this thread is told by a finding, and so by nothing else.
    static QUIET: Flag<bool> = const { Flag::new(false) };
}

/// What the work gives; `None` where it panicked. The library may fail on a damaged file in ways it did not foresee; what
/// it would then print belongs to nobody.
fn quietly<T>(work: AssertUnwindSafe<impl FnOnce() -> T>) -> Option<T> {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            if !QUIET.get() {
                usual(about);
            }
        }));
    });
    QUIET.set(true);
    let done = catch_unwind(work);
    QUIET.set(false);
    done.ok()
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
        other => Fault::Unreadable(other.to_string()),
    }
}

/// The sheets that hold cells.
fn worksheets<'a, R: Reader<Bytes<'a>>>(workbook: &R, limits: &Limits) -> Result<Vec<SheetMetadata>, Fault> {
    let sheets: Vec<SheetMetadata> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    Fault::unless_within(sheets.len() as u64, limits.sheets as u64, "sheets")?;
    Ok(sheets)
}

/// The sheets of an XLSX: by the plain reader, and by the library where that meets something unusual.
fn xlsx(bytes: &[u8], extras: &Extras, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    match plain_xlsx(bytes, extras, limits) {
        Some(read) => read,
        None => library_xlsx(bytes, extras, limits),
    }
}

/// What the sheets of an XLSX show beside their values; empty where nothing is marked.
fn shown_of_xlsx(
    bytes: &[u8],
    extras: &Extras,
    sheets: &[SheetMetadata],
    limits: &Limits,
) -> Result<std::vec::IntoIter<Shown>, Fault> {
    if !extras.marked && !may_hide(bytes, &extras.unpacked)? {
        return Ok(Vec::new().into_iter());
    }
    let names: Vec<String> = sheets.iter().map(|about| about.name.clone()).collect();
    Ok(of_xlsx(bytes, &extras.unpacked, &names, limits)?.into_iter())
}

/// The sheets by the plain reader; None: it does not know something in them.
fn plain_xlsx(bytes: &[u8], extras: &Extras, limits: &Limits) -> Option<Result<Vec<Sheet>, Fault>> {
    if extras.uncomputed || extras.padded {
        return None;
    }
    let book = Book::open(&extras.unpacked)?;
    let worksheets: Vec<SheetMetadata> = book.sheets.iter().map(|(about, _)| about.clone()).collect();
    if let Err(fault) = Fault::unless_within(worksheets.len() as u64, limits.sheets as u64, "sheets") {
        return Some(Err(fault));
    }
    let mut shown = match shown_of_xlsx(bytes, extras, &worksheets, limits) {
        Ok(shown) => shown,
        Err(fault) => return Some(Err(fault)),
    };
    let formats: Vec<CellFormat> = book.formats.iter().map(CellFormat::of).collect();
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    for (about, part) in &book.sheets {
        let mut rows = Rows::new(limits, left, shown.next().unwrap_or_default());
        let mut cells = Cells::of(&book, part)?;
        while let Some(cell) = cells.next()? {
            let format = formats.get(cell.format);
            let is_percent = format.is_some_and(|format| format.is_percent);
            let value = match cell.content {
                Content::Text(text) => Value::text(text),
                Content::Number(number) if is_percent => Value::number(hundredfold(number)),
                Content::Number(number) => Value::number(number.to_owned()),
                Content::Other(data) => Value::of(&data, is_percent),
            };
            let format = format.and_then(|format| format.number_format.as_ref());
            if let Err(fault) = rows.add_formatted(cell.row, cell.column, value, format) {
                return Some(Err(fault));
            }
        }
        sheets.push(rows.finish(about, &mut left));
    }
    Some(Ok(sheets))
}

/// How the number format of a cell format shows numbers.
struct CellFormat {
    is_percent: bool,
    number_format: Option<NumberFormat>,
}

impl CellFormat {
    fn of(format: &plain::Format) -> CellFormat {
        let stated = format.number_format.as_ref();
        CellFormat {
            is_percent: stated.is_some_and(|(_, code)| percent::is_percent(code)),
            number_format: stated.and_then(|(id, code)| number_format(Some(*id), code)),
        }
    }
}

/// The sheets by the library.
fn library_xlsx(bytes: &[u8], extras: &Extras, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    let mended = extras.padded.then(|| padded::without_padding(bytes)).flatten();
    let bytes = mended.as_deref().unwrap_or(bytes);
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_fault)?;
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    let worksheets = worksheets(&workbook, limits)?;
    let mut shown = shown_of_xlsx(bytes, extras, &worksheets, limits)?;
    for (at, about) in worksheets.into_iter().enumerate() {
        let formulas = if extras.uncomputed {
            formulas(&mut workbook, at, &about.name, limits)?
        } else {
            Formulas::new()
        };
        let mut reader = workbook.worksheet_cells_reader(&about.name).map_err(xlsx_fault)?;
        let percent: Vec<bool> = reader.styles().iter().map(is_percent).collect();
        let formats: Vec<Option<NumberFormat>> = reader.styles().iter().map(format).collect();
        let mut rows = Rows::new(limits, left, shown.next().unwrap_or_default());
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(xlsx_fault)? {
            let (row, column) = cell.get_position();
            let value = match formulas.get(&(at, row, column)) {
                Some(formula) => Value::holding(Held::Formula, formula),
                None => Value::of_ref(cell.get_value(), percent.get(style).copied().unwrap_or(false)),
            };
            rows.add_formatted(row, column, value, formats.get(style).and_then(Option::as_ref))?;
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

fn format(style: &calamine::Style) -> Option<NumberFormat> {
    let format = style.number_format.as_ref()?;
    number_format(format.format_id, &format.format_code)
}

fn number_format(id: Option<u32>, code: &str) -> Option<NumberFormat> {
    /// The last of the formats that spreadsheet programs bring along.
    const LAST_OF_PROGRAM: u32 = 49;
    // A format that is not known is one that says nothing.
    if code == "General"
        && let Some(code) = id.and_then(local_code)
    {
        return NumberFormat::of(code);
    }
    match id.is_some_and(|id| id <= LAST_OF_PROGRAM) {
        true => NumberFormat::of_program(code),
        false => NumberFormat::of(code),
    }
}

fn is_percent(style: &calamine::Style) -> bool {
    style
        .number_format
        .as_ref()
        .is_some_and(|format| percent::is_percent(&format.format_code))
}

/// The sheets of a workbook whose library gives whole ranges.
fn ranges<'a, R: Reader<Bytes<'a>>>(
    mut workbook: R,
    percent: &PercentCells,
    formulas: &Formulas,
    shown: Vec<Shown>,
    limits: &Limits,
) -> Result<Vec<Sheet>, Fault>
where
    R::Error: std::fmt::Display,
{
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    let mut shown = shown.into_iter();
    for (at, about) in worksheets(&workbook, limits)?.into_iter().enumerate() {
        let range = workbook
            .worksheet_range(&about.name)
            .map_err(|error| Fault::Unreadable(error.to_string()))?;
        let mut rows = Rows::new(limits, left, shown.next().unwrap_or_default());
        let mut missing: Vec<_> = formulas.iter().filter(|(place, _)| place.0 == at).collect();
        missing.sort();
        add_range(&mut rows, &range, &missing, |row, column| {
            percent.contains(&(at, row, column))
        })?;
        sheets.push(rows.finish(&about, &mut left));
    }
    Ok(sheets)
}

/// The cells of a range, and the formulas that stand where it has none, in reading order.
fn add_range(
    rows: &mut Rows,
    range: &Range<Data>,
    formulas: &[(&(usize, u32, u32), &String)],
    percent: impl Fn(u32, u32) -> bool,
) -> Result<(), Fault> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut formulas = formulas.iter().peekable();
    for (row, column, value) in range.used_cells() {
        let (row, column) = (first_row + row as u32, first_column + column as u32);
        while let Some(((_, r, c), formula)) = formulas.next_if(|((_, r, c), _)| (*r, *c) < (row, column)) {
            rows.add(*r, *c, Value::holding(Held::Formula, formula.as_str()))?;
        }
        rows.add(row, column, Value::of(value, percent(row, column)))?;
    }
    for ((_, row, column), formula) in formulas {
        rows.add(*row, *column, Value::holding(Held::Formula, formula.as_str()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_workbooks_are_findings() {
        for kind in [Kind::Xlsx, Kind::Xls, Kind::Ods] {
            let read = read(b"PK\x03\x04nonsense", kind, &Limits::default());
            assert!(matches!(read, Err(Fault::Unreadable(_))));
        }
    }
}
