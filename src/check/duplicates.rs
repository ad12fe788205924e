//! A unit is described once in a period. The form's key says which rows describe the same one.
//!
//! Identical rows change nothing: the first counts, the others are superseded. Rows that differ contradict each other, and nobody
//! can tell which is right: all of them are out. The width of characters tells no units apart: `ＡＬ－０３` is `AL-03`.

use polars::prelude::AnyValue;

use super::error::Error;
use super::partition::{Partition, shown};
use super::record_keys::{composite_key, value};
use super::unit::key_columns;
use crate::domain::{Code, Finding, Text, half_width};

/// Other rows that a finding names; how many more there are is said. A file under a wrong key may repeat one on every row.
const NAMED: usize = 5;

/// Copies in a row, each of the row beside the last one's: more of them are a block that was pasted twice.
const BLOCK: usize = 10;

/// A record, and the first that is identical to it.
type Copy = (usize, usize);

/// Finds `row-duplicate` and `row-conflict`.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let names = key_columns(partition.form);
    let mut copies: Vec<Copy> = Vec::new();
    for records in repeated(partition, &names)? {
        if are_identical(partition, &records)? {
            copies.extend(records[1..].iter().map(|&record| (record, records[0])));
            continue;
        }
        for &record in &records {
            let key = key_text(partition, &names, record)?;
            let finding = Finding::new(Code::RowConflict)
                .at(partition.row_place(record))
                .raw(key)
                .expected(others(partition, record, &records));
            partition.statuses.quarantine(record, Code::RowConflict);
            partition.note(record, finding);
        }
    }
    copies.sort_unstable();
    let blocks: Vec<&[Copy]> = copies.chunk_by(|a, b| follows(partition, *a, *b)).collect();
    for block in blocks {
        note_copies(partition, &names, block)?;
    }
    Ok(())
}

/// Whether a copy continues a block: it and its original stand as far behind the last ones. Every row may be followed by its
/// copy, so that is one row or two.
fn follows(partition: &Partition, last: Copy, next: Copy) -> bool {
    let step = next.0 - last.0;
    let same = |a: usize, b: usize| partition.submission(a) == partition.submission(b);
    step <= 2 && last.1 + step == next.1 && same(last.0, next.0) && same(last.1, next.1)
}

fn note_copies(partition: &mut Partition, names: &[String], block: &[Copy]) -> Result<(), Error> {
    for &(record, _) in block {
        partition.statuses.supersede(record, Code::RowDuplicate);
    }
    let (from, to) = (block[0], block[block.len() - 1]);
    if block.len() > BLOCK {
        let finding = Finding::new(Code::RowDuplicate)
            .at(partition.row_place(from.0))
            .raw(format!("{}–{}", partition.row(from.0), partition.row(to.0)))
            .expected(format!("{}–{}", partition.row(from.1), partition.refer(to.0, to.1)))
            .count(block.len() as u64);
        let finding = Finding {
            message: Some(Text::new(
                "第 {raw} 行与第 {expected} 行逐行完全相同，{count} 行只计一次",
                "rows {raw} repeat rows {expected}, each as it stands; these {count} are counted once",
            )),
            rows: block[1..].iter().map(|&(record, _)| partition.row(record)).collect(),
            ..finding
        };
        partition.note(from.0, finding);
        return Ok(());
    }
    for &(record, first) in block {
        let key = key_text(partition, names, record)?;
        let is_same = key == key_text(partition, names, first)?;
        let message = (!is_same).then(|| {
            Text::new(
                "“{raw}”所在行与第 {expected} 行只有主键的全角、半角不同，视为同一单位，只计一次",
                "the row of “{raw}” differs from row {expected} in the width of characters of its key only; it is the same unit and counts once",
            )
        });
        let finding = Finding::new(Code::RowDuplicate)
            .at(partition.row_place(record))
            .raw(key)
            .expected(partition.refer(record, first));
        partition.note(record, Finding { message, ..finding });
    }
    Ok(())
}

/// The rows that contradict a record, as its sender knows them.
fn others(partition: &Partition, record: usize, records: &[usize]) -> String {
    let others = records.iter().filter(|&&other| other != record);
    let named: Vec<_> = others
        .take(NAMED)
        .map(|&other| partition.refer(record, other))
        .collect();
    let more = match records.len() - 1 - named.len() {
        0 => String::new(),
        more => format!(" … (+{more})"),
    };
    named.join(", ") + &more
}

/// The records that share a key with another, in groups; both in the order of the frame. A null tells nothing, so such rows
/// share nothing.
fn repeated(partition: &Partition, names: &[String]) -> Result<Vec<Vec<usize>>, Error> {
    let standing = |record: &usize| partition.stands(*record);
    let records = (0..partition.statuses.len()).filter(standing);
    if let [name] = names
        && let Ok(texts) = partition.column(name)?.str()
    {
        return Ok(groups(
            records
                .filter_map(|record| Some((half_width(texts.get(record)?), record)))
                .collect(),
        ));
    }
    let mut keys = Vec::new();
    for record in records {
        if let Some(key) = composite_key(partition, names, record)? {
            keys.push((key, record));
        }
    }
    Ok(groups(keys))
}

/// The records of each key that comes more than once. A roster is mostly in order of its key: there this sort is hardly more
/// than one look at each.
fn groups<K: Ord>(mut keys: Vec<(K, usize)>) -> Vec<Vec<usize>> {
    keys.sort();
    let of_one_key = keys.chunk_by(|(a, _), (b, _)| a == b);
    let repeated = of_one_key.filter(|records| records.len() > 1);
    let mut groups: Vec<Vec<usize>> = repeated
        .map(|records| records.iter().map(|(_, record)| *record).collect())
        .collect();
    groups.sort();
    groups
}

/// The key as its sender wrote it: the area behind a key that names none is not part of it.
fn key_text(partition: &Partition, names: &[String], record: usize) -> Result<String, Error> {
    let own = partition.form.key.len();
    let parts = names
        .iter()
        .take(if own == 0 { names.len() } else { own })
        .map(|name| value(partition, name, record).map(|value| shown(&value)));
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Whether the records agree in their area and in every column of the form but for the width of their key.
fn are_identical(partition: &Partition, records: &[usize]) -> Result<bool, Error> {
    let columns = partition.form.columns.iter().enumerate();
    let columns = columns.filter(|(at, _)| !partition.form.key.contains(at));
    for name in columns.map(|(_, column)| column.id.as_str()).chain(["area_code"]) {
        let first = value(partition, name, records[0])?;
        for &other in &records[1..] {
            if !is_same(&value(partition, name, other)?, &first) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether two values of a column are equal; two nulls are. polars compares dates only where it has its calendar.
fn is_same(one: &AnyValue, other: &AnyValue) -> bool {
    match (one, other) {
        (AnyValue::Date(one), AnyValue::Date(other)) => one == other,
        _ => one == other,
    }
}
