//! Which columns tell the rows of a sheet apart.

use std::collections::HashMap;

use super::column::Reading;
use crate::domain::fold;
use crate::pipeline::ColumnKind;

/// Columns of which pairs and triples are tried.
const TRIED: usize = 8;

/// The first column, pair or triple by which no two different rows are the same; None: there is none. `may` are columns without a
/// blank cell; the others are never part of a key.
pub(super) fn key(readings: &[Reading], may: &[bool], rows: &[String]) -> Option<Vec<usize>> {
    let mut candidates: Vec<usize> = (0..readings.len())
        .filter(|&at| {
            may[at]
                && !matches!(
                    readings[at].kind,
                    ColumnKind::Decimal { .. } | ColumnKind::Boolean { .. }
                )
        })
        .collect();
    candidates.sort_by_key(|&at| (rank(&readings[at].kind), at));
    let tells = |key: &[usize]| tells_apart(readings, key, rows);
    if let Some(one) = candidates.iter().find(|at| tells(&[**at])) {
        return Some(vec![*one]);
    }
    candidates.truncate(TRIED);
    let pairs = candidates
        .iter()
        .enumerate()
        .flat_map(|(at, one)| candidates[at + 1..].iter().map(|two| vec![*one, *two]));
    let pairs: Vec<Vec<usize>> = pairs.collect();
    let triples = pairs.iter().flat_map(|pair| {
        let behind = candidates.iter().skip_while(|at| **at != pair[1]).skip(1);
        behind.map(|three| vec![pair[0], pair[1], *three])
    });
    let found = pairs.iter().cloned().chain(triples).find(|key| tells(key));
    found.map(|mut key| {
        key.sort_unstable();
        key
    })
}

/// Codes and names come before days, and these before figures.
fn rank(kind: &ColumnKind) -> usize {
    match kind {
        ColumnKind::DivisionCode { .. } => 0,
        ColumnKind::DivisionName { .. } => 1,
        ColumnKind::Text => 2,
        ColumnKind::Category { .. } => 3,
        ColumnKind::Date => 4,
        _ => 5,
    }
}

/// Whether rows with the same key are the same in every cell.
fn tells_apart(readings: &[Reading], key: &[usize], rows: &[String]) -> bool {
    let mut seen: HashMap<Vec<String>, &str> = HashMap::new();
    rows.iter().enumerate().all(|(record, row)| {
        let value = |at: &usize| readings[*at].values[record].as_deref().map_or(String::new(), fold);
        *seen.entry(key.iter().map(value).collect()).or_insert(row) == row
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn reading(kind: ColumnKind, values: &[&str]) -> Reading {
        Reading {
            kind,
            values: values.iter().map(|value| Some((*value).to_owned())).collect(),
            symbols: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_key_has_as_few_columns_as_tell_rows_apart() {
        let text = |values: &[&str]| reading(ColumnKind::Text, values);
        let figures = |values: &[&str]| reading(ColumnKind::Integer { unit: None }, values);
        let rows = ["1", "2", "3"].map(str::to_owned);
        let all = [true; 3];
        let named = [
            figures(&["1", "2", "3"]),
            text(&["a", "b", "c"]),
            text(&["x", "x", "y"]),
        ];
        assert_eq!(key(&named, &all, &rows), Some(vec![1]), "a name before a figure");
        assert_eq!(key(&named, &[true, false, true], &rows), Some(vec![0]));
        let pair = [
            text(&["a", "a", "b"]),
            figures(&["7", "7", "7"]),
            text(&["x", "y", "x"]),
        ];
        assert_eq!(key(&pair, &all, &rows), Some(vec![0, 2]));
        let none = [
            text(&["a", "a", "A"]),
            figures(&["7", "7", "7"]),
            text(&["x", "x", "x"]),
        ];
        assert_eq!(key(&none, &all, &rows), None);
        // The same row twice is told by any key.
        let twice = ["1", "1", "2"].map(str::to_owned);
        let names = [text(&["a", "a", "b"])];
        assert_eq!(key(&names, &[true], &twice), Some(vec![0]));
    }
}
