//! What the columns of a sheet hold, written into the form: types, symbols, which columns are required, and the key.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{Reading, level_of};
use super::key;
use super::trial::Frame;
use crate::domain::{RawTable, Text, half_width};
use crate::pipeline::ColumnKind;
use crate::report::{FormDraft, SymbolSeen};

/// Contents of a column that are shown.
const EXAMPLES: usize = 3;
/// Characters of a content that is shown.
const EXAMPLE: usize = 40;

/// Writes what the columns hold into the form: types, symbols, which are required, and the key.
pub(super) fn describe(
    draft: &mut FormDraft,
    frame: &Frame,
    readings: &[Option<Reading>],
    table: &RawTable,
    places: &[u32],
) {
    let mut symbols: BTreeMap<String, SymbolSeen> = BTreeMap::new();
    for (column, reading) in draft.columns.iter().zip(readings) {
        for (symbol, cells) in reading.iter().flat_map(|reading| &reading.symbols) {
            let seen = symbols.entry(symbol.clone()).or_insert_with(|| SymbolSeen {
                symbol: symbol.clone(),
                cells: 0,
                columns: Vec::new(),
            });
            seen.cells += cells;
            seen.columns.push(column.id.clone());
        }
    }
    let texts = |index: u32| {
        table
            .records
            .iter()
            .map(move |row| half_width(table.said(*row, index).0.trim()).into_owned())
    };
    let mut known = Vec::new();
    for ((column, reading), &index) in draft.columns.iter_mut().zip(readings).zip(places) {
        let Some(reading) = reading else {
            known.push(None);
            continue;
        };
        let reading = without_symbols(reading, &symbols);
        column.kind = reading.kind.clone();
        column.level = level_of(&column.kind).and_then(|level| Some(frame.levels.get(level)?.clone()));
        column.notes.clone_from(&reading.notes);
        column.filled = reading.values.iter().flatten().count();
        column.blank = reading.values.len() - column.filled;
        let mut seen = BTreeSet::new();
        let different = texts(index).filter(|text| !text.is_empty() && !symbols.contains_key(text));
        let different = different.filter(|text| seen.insert(text.clone()));
        column.examples = different.take(EXAMPLES).map(shortened).collect();
        let all: BTreeSet<&String> = reading.values.iter().flatten().collect();
        column.distinct = all.len();
        column.required = column.blank == 0 && column.filled > 0;
        column.notes.extend(fills_down(&reading));
        known.push(Some(reading));
    }
    draft.missing = symbols.into_values().collect();
    let rows = table.records.iter().map(|row| {
        let cells = places.iter().map(|index| table.said(*row, *index).0.trim());
        cells.collect::<Vec<_>>().join("\u{1f}")
    });
    propose_key(draft, &known, &rows.collect::<Vec<_>>());
}

/// The reading of a column where the symbols of the other columns mean nothing in it, either.
fn without_symbols(reading: &Reading, symbols: &BTreeMap<String, SymbolSeen>) -> Reading {
    let is_symbol = |word: &String| symbols.contains_key(&*half_width(word.trim()));
    let mut reading = reading.clone();
    match &mut reading.kind {
        ColumnKind::Boolean { yes, no } if yes.iter().chain(&*no).any(is_symbol) => {
            reading.kind = ColumnKind::Text;
            reading.notes = vec![Text::new(
                "像是“是/否”，但其中一种写法在别的列表示缺失，故为文本",
                "these look like yes and no, but one of the words means in another column that there is no value; so they are read as text",
            )];
        }
        ColumnKind::Category { values } => {
            let symbolic: Vec<String> = values
                .extract_if(.., |(_, words)| words.iter().any(is_symbol))
                .map(|(id, _)| id)
                .collect();
            for value in &mut reading.values {
                value.take_if(|value| symbolic.contains(value));
            }
            if values.is_empty() {
                reading.kind = ColumnKind::Text;
            }
        }
        _ => {}
    }
    if reading.kind == ColumnKind::Text {
        for value in &mut reading.values {
            value.take_if(|value| is_symbol(value));
        }
    }
    reading
}

/// What is told of blank cells beneath a filled one.
fn fills_down(reading: &Reading) -> Option<Text> {
    let blank = reading.values.iter().filter(|value| value.is_none()).count();
    let is_first = reading.values.first().is_some_and(Option::is_some);
    let is_group = is_first && !reading.kind.is_number() && blank * 2 > reading.values.len();
    is_group.then(|| {
        Text::new(
            "半数以上为空白：若空白表示与上面相同，应加 fill = \"down\"",
            "more than half are blank: if a blank cell means the same as the one above, add fill = \"down\"",
        )
    })
}

/// Proposes the columns that tell rows apart.
fn propose_key(draft: &mut FormDraft, readings: &[Option<Reading>], rows: &[String]) {
    let read: Vec<usize> = (0..readings.len()).filter(|at| readings[*at].is_some()).collect();
    let known: Vec<Reading> = readings.iter().flatten().cloned().collect();
    let may: Vec<bool> = read.iter().map(|at| draft.columns[*at].required).collect();
    let Some(key) = key::key(&known, &may, rows) else {
        draft.notes.push((
            "key",
            Text::new(
                "存疑：未找到能区分各行的列（须各行都有值且不重复）。多行的表需要 key，否则各行被视为重复，不予计入。",
                "Doubtful: no columns tell the rows apart (they need a value in every row, and no row twice). A sheet of many rows needs a key: without one its rows contradict each other.",
            ),
        ));
        return;
    };
    let key: Vec<usize> = key.into_iter().map(|at| read[at]).collect();
    draft.key = key.iter().map(|at| draft.columns[*at].id.clone()).collect();
    if let Some(level) = key.iter().find_map(|at| draft.columns[*at].level.clone()) {
        draft.unit = level;
    }
    let n = rows.len();
    let note = match n {
        1 => Text::new(
            "存疑：只有一行记录，任何列都能作 key。",
            "Doubtful: with one record, any column would do.",
        ),
        _ => Text::new(
            format!("{n} 行中没有重复；其他文件中是否也如此，请核对。"),
            format!("No two of {n} rows are the same in it; check that this holds in other files."),
        ),
    };
    draft.notes.push(("key", note));
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(EXAMPLE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
