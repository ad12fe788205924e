//! Keys that differ in upper and lower case only. They are different keys, as in the registry and in lists of units; but more often
//! than not one unit was typed twice, so whoever sent them is asked.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::StringChunked;

use super::error::Error;
use super::partition::Partition;
use super::record_keys::composite_key;
use super::unit::key_columns;
use crate::domain::{Code, Finding, Text, unit_parts};
use crate::pipeline::{ColumnKind, Form};

/// Rows that a finding names; how many more there are is said.
const NAMED: usize = 5;

/// Finds `key-case-differs`: one finding for each row whose key is, but for upper and lower case, that of an earlier row, or that of
/// a unit of an earlier period which rules compare with.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let mut alike: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    let names = key_columns(partition.form);
    for record in cased(partition)? {
        if let Some(key) = composite_key(partition, &names, record)? {
            alike.entry(key.to_lowercase()).or_default().push((key, record));
        }
    }
    compare_with_earlier(partition, &alike, names.len())?;
    let mut notes = Vec::new();
    for records in alike.into_values() {
        for (at, (key, record)) in records.iter().enumerate() {
            let earlier = records[..at].iter().filter(|(other, _)| other != key);
            let rows: Vec<String> = earlier.map(|(_, other)| partition.refer(*record, *other)).collect();
            if !rows.is_empty() {
                notes.push((*record, rows));
            }
        }
    }
    notes.sort_unstable();
    for (record, mut rows) in notes {
        let more = rows.len().saturating_sub(NAMED);
        rows.truncate(NAMED);
        let rows = rows.join(", ")
            + &if more > 0 {
                format!(" … (+{more})")
            } else {
                String::new()
            };
        let finding = of_key(partition, record)?.expected(rows);
        partition.note(record, finding);
    }
    Ok(())
}

fn of_key(partition: &Partition, record: usize) -> Result<Finding, Error> {
    let columns = partition.form.key.iter();
    let key: Result<Vec<String>, Error> = columns.map(|&at| partition.text(at, record)).collect();
    Ok(Finding::new(Code::KeyCaseDiffers)
        .at(partition.row_place(record))
        .raw(key?.join(" ")))
}

/// Tells units that an earlier period has in another spelling, and now in none other: nothing compares them.
fn compare_with_earlier(
    partition: &mut Partition,
    alike: &BTreeMap<String, Vec<(String, usize)>>,
    parts: usize,
) -> Result<(), Error> {
    let Some(memory) = partition.context.earlier.filter(|_| !alike.is_empty()) else {
        return Ok(());
    };
    let mut spelled: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for key in memory.keys().filter(|key| has_case(key)) {
        let lower = key.to_lowercase();
        if alike.contains_key(&lower) {
            spelled.entry(lower).or_default().insert(key);
        }
    }
    let mut notes = Vec::new();
    for (lower, earlier) in spelled {
        let now = &alike[&lower];
        let gone = earlier.iter().find(|key| now.iter().all(|(own, _)| own != *key));
        let fresh = now.iter().filter(|(own, _)| !earlier.contains(own.as_str()));
        notes.extend(fresh.filter_map(|(_, record)| Some((*record, *gone?))));
    }
    notes.sort_unstable();
    for (record, earlier) in notes {
        let named = partition.form.key.len();
        let earlier = unit_parts(earlier, parts).into_iter().take(named);
        let message = Text::new(
            "“{raw}”与以往报告期的“{expected}”只差字母大小写，现按另一个单位计入，不与其以往数据比较",
            "“{raw}” differs from “{expected}” of an earlier period in upper and lower case only; it counts as another unit, \
             and is not compared with that one",
        );
        let finding = of_key(partition, record)?.expected(earlier.collect::<Vec<_>>().join(" "));
        let finding = Finding {
            message: Some(message),
            ..finding
        };
        partition.note(record, finding);
    }
    Ok(())
}

/// The records that count whose key has letters of two cases, in order. Codes of digits, of which rosters have most, are
/// seen to have none without a copy.
fn cased(partition: &Partition) -> Result<Vec<usize>, Error> {
    let mut found = Vec::new();
    for name in written_columns(partition.form) {
        let Ok(texts) = partition.column(name)?.str() else {
            continue;
        };
        found.extend(with_case(texts).filter(|&record| partition.stands(record)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn with_case(texts: &StringChunked) -> impl Iterator<Item = usize> {
    let records = texts.iter().enumerate();
    records.filter_map(|(record, text)| text.is_some_and(has_case).then_some(record))
}

fn has_case(text: &str) -> bool {
    text.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}

/// Ids of the key columns whose content is taken as it is written, and not looked up in a registry or a list of members.
fn written_columns(form: &Form) -> impl Iterator<Item = &str> {
    let columns = form.key.iter().map(|&at| &form.columns[at]);
    let is_written = |kind: &ColumnKind| matches!(kind, ColumnKind::Text | ColumnKind::DivisionCode { level: None });
    columns
        .filter(move |column| is_written(&column.kind))
        .map(|column| column.id.as_str())
}
