//! XLSX, XLS and ODS → grids. Numbers become their shortest decimal (codes stay whole), percent cells
//! `12.3%`, days ISO dates. The library may fail on a damaged file in any way: a panic is a finding too.

mod library;
pub(super) mod markup;
mod number_formats;
mod padded;
mod plain;
mod rows;
mod shown;
mod value;
mod xlsx;
mod xml;

use std::cell::Cell as Flag;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use calamine::{Data, Ods, Range, Reader, Xls};
use library::{Bytes, ods_fault, worksheets, xls_fault};
use markup::Markup;
use rows::{Left, Rows};
use shown::{Shown, of_ods, of_xls};
use value::Value;
use xlsx::xlsx;

use super::archive;
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
