//! A unit is described once in a period. The form's key says which rows describe the same one.
//!
//! Identical rows change nothing: the first counts, the others are superseded. Rows that differ contradict each other, and nobody
//! can tell which is right: all of them are out.

use super::partition::{Partition, shown};
use super::unit::{composite_key, key_columns, value};
use super::{Error, RowState};
use crate::domain::Finding;

/// Other rows that a finding names; how many more there are is said. A file under a wrong key may repeat one on every row.
const NAMED: usize = 5;

/// Finds `row-duplicate` and `row-conflict`.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let names = key_columns(partition.form);
    for records in repeated(partition, &names)? {
        let identical = are_identical(partition, &records)?;
        let key = key_text(partition, &names, records[0])?;
        let mut notes = Vec::with_capacity(records.len());
        for &record in &records {
            let finding = |code| Finding::new(code, partition.submission(record)).at(partition.row_place(record));
            if !identical {
                notes.push((
                    record,
                    finding("row-conflict")
                        .raw(&key)
                        .expected(others(partition, record, &records)),
                    RowState::Quarantined,
                ));
            } else if record != records[0] {
                let first = partition.refer(record, records[0]);
                notes.push((
                    record,
                    finding("row-duplicate").raw(&key).expected(first),
                    RowState::Superseded,
                ));
            }
        }
        for (record, finding, state) in notes {
            partition.states[record] = state;
            partition.note(record, finding);
        }
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
    let records = (0..partition.states.len()).filter(standing);
    if let [name] = names
        && let Ok(texts) = partition.column(name)?.str()
    {
        return Ok(groups(
            records
                .filter_map(|record| Some((texts.get(record)?, record)))
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

fn key_text(partition: &Partition, names: &[String], record: usize) -> Result<String, Error> {
    let parts = names
        .iter()
        .map(|name| value(partition, name, record).map(|value| shown(&value)));
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Whether the records agree in their area and in every column of the form.
fn are_identical(partition: &Partition, records: &[usize]) -> Result<bool, Error> {
    for name in partition
        .form
        .columns
        .iter()
        .map(|column| column.id.as_str())
        .chain(["area_code"])
    {
        let first = value(partition, name, records[0])?;
        for &other in &records[1..] {
            if value(partition, name, other)? != first {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
