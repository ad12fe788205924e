//! A received file that no form claims: its sheets, and where their headers seem to stand.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::charset::Words;
use super::error::Error;
use super::found::{FoundFile, Location};
use super::header::{guess, parts};
use super::header_names::{self, Said};
use super::load::load;
use super::read;
use super::sheet::Sheet;
use crate::domain::{Finding, Period, PeriodKind};
use crate::pipeline::Limits;

/// What a file is, and its sheets.
#[derive(Debug)]
pub struct Outline {
    /// `csv`, `xlsx` and so on, as in [`crate::domain::Submission`].
    pub format: &'static str,
    /// None for workbooks in a zip or compound file.
    pub encoding: Option<&'static str>,
    /// What was found while it was decoded.
    pub findings: Vec<Finding>,
    /// In order of the file, those that a return had added left out.
    pub sheets: Vec<SheetOutline>,
}

/// A sheet.
#[derive(Debug)]
pub struct SheetOutline {
    /// Only in workbooks.
    pub name: Option<Arc<str>>,
    /// The workbook does not show it.
    pub hidden: bool,
    /// None: nothing looks like one.
    pub header: Option<HeaderOutline>,
}

/// A header that nobody has declared.
#[derive(Debug)]
pub struct HeaderOutline {
    /// Rows as the clerk counts; None: the keys of JSON.
    pub rows: Option<RangeInclusive<u32>>,
    /// By physical column, as a form has it: several rows joined with `/`.
    pub names: Vec<String>,
    /// Physical columns whose header names a period.
    pub periods: Vec<u32>,
}

/// The bytes of a file that is named, whoever claims it.
///
/// # Errors
/// If the file cannot be read.
pub fn bytes_at(path: &Path, limits: &Limits) -> Result<Result<Vec<u8>, Box<Finding>>, Error> {
    let file = FoundFile {
        path: path.to_string_lossy().into_owned(),
        location: Location::Disk(path.to_owned()),
        irregular: None,
        claims: Vec::new(),
        told: None,
    };
    let bytes = read::bytes(&file, limits.file_bytes)?;
    Ok(bytes.map_err(|fault| Box::new(fault.finding())))
}

/// The sheets of a file. `is_name` tells whether a cell is the name of an area, which proves an encoding.
///
/// # Errors
/// Why the file cannot be read, as the finding that its sender would get.
pub fn outline(bytes: &[u8], is_name: &dyn Fn(&str) -> bool, limits: &Limits) -> Result<Outline, Box<Finding>> {
    let words = Words { known: is_name };
    let read = |known: &dyn Fn(&str) -> bool| -> Result<(Outline, bool), Box<Finding>> {
        let loaded = load(bytes.to_vec(), known, &words, limits).map_err(|(_, fault)| Box::new(fault.finding()))?;
        let is_parted = loaded.sheets.iter().any(is_parted_wrongly);
        let outline = Outline {
            format: loaded.format,
            encoding: loaded.encoding,
            findings: loaded.findings,
            sheets: loaded.sheets.into_iter().map(SheetOutline::of).collect(),
        };
        Ok((outline, is_parted))
    };
    let (outline, is_parted) = read(&|_| false)?;
    if !is_parted {
        return Ok(outline);
    }
    let (other, _) = read(&is_word)?;
    let width = |outline: &Outline| {
        let headers = outline.sheets.iter().filter_map(|sheet| sheet.header.as_ref());
        headers.map(|header| header.names.len()).max()
    };
    Ok(if width(&other) > width(&outline) {
        other
    } else {
        outline
    })
}

/// Characters that separate the cells of a plain file.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// Whether the header of a plain file holds another separator: without a known header, commas within figures may have won.
fn is_parted_wrongly(sheet: &Sheet) -> bool {
    let Some(own) = sheet.grid.separator() else {
        return false;
    };
    let rows = guess(&sheet.grid).into_iter().flatten();
    let mut cells = rows.flat_map(|row| sheet.grid.row(row));
    cells.any(|cell| cell.contains(|c| c != char::from(own) && SEPARATORS.contains(&c)))
}

/// Whether a cell may be a header: words, and no separator among them.
fn is_word(cell: &str) -> bool {
    let is_other = |c: char| c.is_ascii_digit() || SEPARATORS.contains(&c);
    cell.contains(char::is_alphabetic) && !cell.contains(is_other)
}

impl SheetOutline {
    fn of(sheet: Sheet) -> SheetOutline {
        let header = match sheet.keys {
            Some(keys) => Some(HeaderOutline::of(None, keys)),
            None => guess(&sheet.grid).map(|rows| {
                let names = parts(&sheet.grid, rows.start, rows.end);
                let names = names.into_iter().map(|parts| parts.join("/")).collect();
                let shown = sheet.grid.number(rows.start)..=sheet.grid.number(rows.end - 1);
                HeaderOutline::of(Some(shown), names)
            }),
        };
        SheetOutline {
            name: sheet.name,
            hidden: sheet.hidden,
            header,
        }
    }
}

impl HeaderOutline {
    fn of(rows: Option<RangeInclusive<u32>>, names: Vec<String>) -> HeaderOutline {
        let all = names.iter().enumerate();
        let names_one = |name: &str| name.split('/').chain([name]).any(|part| period_in(part).is_some());
        let periods = all.filter(|(_, name)| names_one(name));
        let periods = periods.map(|(at, _)| at as u32).collect();
        HeaderOutline { rows, names, periods }
    }
}

/// The period that a header or a title names, of whichever length.
pub fn period_in(text: &str) -> Option<Period> {
    const KINDS: [PeriodKind; 4] = [
        PeriodKind::Year,
        PeriodKind::Half,
        PeriodKind::Quarter,
        PeriodKind::Month,
    ];
    let names = BTreeMap::new();
    KINDS
        .into_iter()
        .find_map(|kind| match header_names::read(text, kind, &names) {
            Said::Period(period, _) => Some(period),
            Said::Nothing | Said::Unclear => None,
        })
}
