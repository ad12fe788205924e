//! `[report]` of `pipeline.toml`: how the report of a release looks.

use std::collections::BTreeMap;

use super::sourced::content;
use crate::domain::Text;
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::definition::{Located, PipelineFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::model::{ReportLook, TilePlace};
use crate::pipeline::paths::existing;

/// Rows and columns of a map; a page is no wider.
const MOST: u32 = 40;
/// Characters of a label: what a small tile holds.
const LONGEST_LABEL: usize = 8;

/// `tables` gets the bytes of the map, which belong to the definition.
pub(super) fn resolve(
    file: Option<&Read<PipelineFile>>,
    tables: &mut Vec<(String, Vec<u8>)>,
    faults: &mut Faults,
) -> ReportLook {
    let Some((source, file)) = content(file) else {
        return ReportLook::default();
    };
    let written = file.report.as_ref().and_then(|report| report.tiles.as_ref());
    let Some((written, path)) = written.and_then(|written| Some((written, existing(written, source, faults)?))) else {
        return ReportLook::default();
    };
    let bytes = std::fs::read(&path).map_err(|error| error.to_string());
    let text = bytes.and_then(|bytes| {
        tables.push((source.named(written), bytes.clone()));
        String::from_utf8(bytes).map_err(|error| error.utf8_error().to_string())
    });
    let table = text.and_then(|text| CsvTable::parse(&text, b',').ok_or("it is empty".to_owned()));
    match table {
        Ok(table) => ReportLook {
            tiles: places(&table, written, source, faults),
        },
        Err(reason) => {
            let message = format!("cannot read the table `{written}`: {reason}");
            faults.add(source, "file-unreadable", written.span(), message, None);
            ReportLook::default()
        }
    }
}

fn places(
    table: &CsvTable,
    written: &Located<String>,
    source: &Source,
    faults: &mut Faults,
) -> BTreeMap<String, TilePlace> {
    let [code, row, column] = ["code", "row", "column"].map(|name| table.column(name));
    if [code, row, column].contains(&None) {
        let message = format!("the table `{written}` lacks one of the columns `code`, `row` and `column`");
        let hint = format!("it has: {}", table.columns().join(", "));
        faults.add(source, "unknown-column", written.span(), message, hint);
        return BTreeMap::new();
    }
    let labels = ["label_zh", "label_en"].map(|name| table.column(name));
    let mut all: BTreeMap<String, TilePlace> = BTreeMap::new();
    for record in &table.records {
        let place = place(record, (row, column), labels).and_then(|place| {
            let taken = all
                .values()
                .any(|other| (other.row, other.column) == (place.row, place.column));
            match taken || all.contains_key(record.cell(code)) {
                true => Err("the place or the code stands twice".to_owned()),
                false => Ok(place),
            }
        });
        match place {
            Ok(place) => drop(all.insert(record.cell(code).to_owned(), place)),
            Err(fault) => {
                let message = format!("line {} of the table `{written}`: {fault}", record.line);
                let hint = format!("row and column from 1 to {MOST}, labels of at most {LONGEST_LABEL} characters");
                faults.add(source, "wrong-value", written.span(), message, hint);
            }
        }
    }
    all
}

fn place(
    record: &Record,
    (row, column): (Option<usize>, Option<usize>),
    labels: [Option<usize>; 2],
) -> Result<TilePlace, String> {
    let number = |at: Option<usize>| {
        let text = record.cell(at);
        let number = text.parse::<u32>().ok().filter(|number| (1..=MOST).contains(number));
        number.ok_or_else(|| format!("`{text}` is no row or column"))
    };
    let label = |at: Option<usize>| match record.cell(at) {
        text if text.chars().count() > LONGEST_LABEL => Err(format!("the label `{text}` is too long")),
        text => Ok(text.to_owned()),
    };
    Ok(TilePlace {
        row: number(row)?,
        column: number(column)?,
        label: Text::new(label(labels[0])?, label(labels[1])?),
    })
}
