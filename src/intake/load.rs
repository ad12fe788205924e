//! Bytes of a file → its sheets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::charset::Words;
use super::fault::Fault;
use super::sheet::{SEARCH_BYTES, Sheet};
use super::sniff::Kind;
use super::workbook::markup;
use super::{archive, declared, decode, delimited, garbled, json, open, replies, workbook};
use crate::domain::{Code, Finding, Grid, Place, RETURN_MARK, ReturnMark, row_ranges};
use crate::pipeline::Limits;

/// A file whose bytes could be read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) format: &'static str,
    pub(super) encoding: Option<&'static str>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) findings: Vec<Finding>,
    /// Sheets that a return had added: no longer among `sheets`.
    pub(super) ours: Vec<Sheet>,
    /// The return that the workbook was made from, as its properties say.
    pub(super) origin: Option<ReturnMark>,
}

/// Reads a file; `known` tells whether a cell is a header of a form that claims it. A fault comes with the format, as
/// far as it is known.
pub(super) fn load(
    bytes: Vec<u8>,
    known: &dyn Fn(&str) -> bool,
    words: &Words,
    limits: &Limits,
) -> Result<Loaded, (&'static str, Fault)> {
    let (bytes, kind) = open::opened(Cow::Owned(bytes)).map_err(|fault| ("unknown", fault))?;
    let format = match kind {
        Kind::Text => return text(bytes.into_owned(), known, words, limits),
        Kind::Xlsx => "xlsx",
        Kind::Xls => "xls",
        Kind::Ods => "ods",
    };
    let read = workbook::read(&bytes, kind, limits).map_err(|fault| (format, fault))?;
    let mut loaded = of_workbook(read, format, None, false)?;
    loaded.origin = archive::property(&bytes, RETURN_MARK).and_then(|mark| ReturnMark::read(&mark));
    Ok(loaded)
}

fn of_workbook(
    read: workbook::Read,
    format: &'static str,
    encoding: Option<&'static str>,
    is_damaged: bool,
) -> Result<Loaded, (&'static str, Fault)> {
    let workbook::Read { sheets, active } = read;
    let (ours, mut sheets): (Vec<Sheet>, Vec<Sheet>) = sheets.into_iter().partition(Sheet::is_ours);
    let is_list_alone = sheets.is_empty() && ours.iter().any(replies::is_list);
    if sheets.iter().all(Sheet::is_blank) && !is_list_alone {
        return Err((format, Fault::Empty));
    }
    let share = SEARCH_BYTES / sheets.len().max(1);
    for sheet in &mut sheets {
        sheet.search_bytes = share;
        garbled::mark(&mut sheet.grid, encoding.filter(|_| is_damaged), BTreeMap::new());
    }
    let active = (!active.is_empty()).then(|| {
        Finding::new(Code::WorkbookActive)
            .raw(active.join(", "))
            .count(active.len() as u64)
    });
    Ok(Loaded {
        format,
        encoding,
        sheets,
        ours,
        origin: None,
        findings: active.into_iter().collect(),
    })
}

fn text(
    bytes: Vec<u8>,
    known: &dyn Fn(&str) -> bool,
    words: &Words,
    limits: &Limits,
) -> Result<Loaded, (&'static str, Fault)> {
    let decode::Decoded {
        mut text,
        start,
        encoding,
        damaged,
        readings,
        joined,
        joined_as,
        rival,
    } = decoded(bytes, words).map_err(|fault| ("unknown", fault))?;
    text.truncate(without_end_mark(&text));
    let mut findings = Vec::new();
    if !joined.is_empty() {
        let lines = Finding::new(Code::EncodingMixed).raw(row_ranges(&joined));
        let lines = lines.count(joined.len() as u64);
        findings.push(lines.expected(joined_as));
    }
    if let Some(rival) = rival {
        findings.push(
            Finding::new(Code::EncodingAssumed)
                .raw(rival.read)
                .expected(rival.other),
        );
    }
    let body = &text[start..];
    if body.trim_start().is_empty() {
        return Err(("unknown", Fault::Empty));
    }
    if let Some(kind) = markup::kind(body) {
        let format = kind.format();
        let sheets = workbook::read_markup(body, kind, limits).map_err(|fault| (format, fault))?;
        let read = workbook::Read {
            sheets,
            active: Vec::new(),
        };
        let mut loaded = of_workbook(read, format, Some(encoding), damaged > 0)?;
        loaded.findings.extend(findings);
        return Ok(loaded);
    }
    let mut likely = BTreeMap::new();
    let (format, mut sheet) = if json::looks_like_json(body) {
        let records = json::parse(body, limits).map_err(|fault| ("json", fault))?;
        findings.extend(
            records
                .nested
                .iter()
                .map(|(column, count)| nested(&records.keys[*column], *column, *count)),
        );
        (
            records.format,
            Sheet {
                name: None,
                grid: records.grid,
                keys: Some(records.keys),
                hidden: false,
                search_bytes: SEARCH_BYTES,
            },
        )
    } else {
        let separator = delimited::separator(body, known);
        let format = if separator == b'\t' { "tsv" } else { "csv" };
        let (grid, open) = delimited::parse(text, start, separator, limits).map_err(|fault| (format, fault))?;
        findings.extend(open.into_iter().map(|place| unclosed(&grid, place)));
        likely = garbled::likely(&grid, &readings, separator, limits);
        (
            format,
            Sheet {
                name: None,
                grid,
                keys: None,
                hidden: false,
                search_bytes: SEARCH_BYTES,
            },
        )
    };
    if sheet.is_blank() {
        return Err((format, Fault::Empty));
    }
    garbled::mark(&mut sheet.grid, (damaged > 0).then_some(encoding), likely);
    // The list of a return, saved as text.
    let (ours, sheets) = vec![sheet].into_iter().partition(Sheet::is_ours);
    Ok(Loaded {
        format,
        encoding: Some(encoding),
        sheets,
        findings,
        ours,
        origin: None,
    })
}

/// The mark of DOS for the end of a file.
const END_MARK: char = '\u{1a}';

/// Length of a text without the marks of its end and the line breaks among them.
fn without_end_mark(text: &str) -> usize {
    let is_end = |c: char| matches!(c, END_MARK | '\n' | '\r');
    let content = text.trim_end_matches(is_end).len();
    text[content..].find(END_MARK).map_or(text.len(), |at| content + at)
}

/// The characters of a file: markup may declare its encoding, all else is told by content.
fn decoded(bytes: Vec<u8>, words: &Words) -> Result<decode::Decoded, Fault> {
    match declared::declared(&bytes) {
        Some(encoding) => declared::decode(&bytes, encoding, words),
        None => decode::decode(bytes, words),
    }
}

/// A quote that was opened and not closed within its row.
fn unclosed(grid: &Grid, (row, column): (u32, u32)) -> Finding {
    let place = Place {
        row: Some(grid.number(row as usize)),
        column_index: Some(column),
        ..Place::default()
    };
    Finding::new(Code::QuoteUnclosed)
        .at(place)
        .raw(grid.cell(row as usize, column as usize))
}

fn nested(key: &str, column: usize, count: u64) -> Finding {
    let place = Place {
        column: Some(Arc::from(key)),
        column_index: Some(column as u32),
        ..Place::default()
    };
    Finding::new(Code::ValueNested).at(place).raw(key).count(count)
}
