//! What a manifest says of its release, beside what a run computed again says of its own.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::domain::Period;
use crate::lake::Error;
use crate::pipeline::Pipeline;
use crate::release::{MANIFEST, Record};
use crate::run::RunError;

/// Members that do not follow from input and definition, and those that are compared path by path.
const APART: [&str; 7] = [
    "release",
    "created_at",
    "confirmed_at",
    "signed_by",
    "huizong_version",
    "inputs",
    "outputs",
];

/// Names of the members that differ, such as `synthetic` or `rows.accepted`. `unproved`: the release with which the table `revisions`
/// compares this one is not there to be compared with.
///
/// # Errors
/// When a manifest cannot be read.
pub(super) fn differing(
    pipeline: &Pipeline,
    (id, folder, record): (&str, &Path, &Record),
    (place, computed): (&Path, &Record),
    unproved: bool,
) -> Result<Vec<String>, RunError> {
    let mut found = names_that_differ(&members(folder, pipeline, record)?, &members(place, pipeline, record)?);
    found.retain(|name| !unproved || !name.starts_with("revisions."));
    // The number is that of a sequence of runs; the digits behind it follow from the files.
    let digits = |id: &str| id.split_once('-').map(|(_, digits)| digits.to_owned());
    let is_comparable = !computed.release.is_empty() && computed.huizong_version == record.huizong_version;
    if record.release != id || (is_comparable && digits(id) != digits(&computed.release)) {
        found.insert(0, "release".to_owned());
    }
    Ok(found)
}

/// Names under which the two have something else, or one of them nothing.
pub(super) fn names_that_differ<T: PartialEq>(one: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> Vec<String> {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| one.get(*name) != other.get(*name);
    names.into_iter().filter(differs).cloned().collect()
}

/// What a manifest says, by member; of a member with members, by those.
fn members(folder: &Path, pipeline: &Pipeline, record: &Record) -> Result<BTreeMap<String, Value>, RunError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read(&path).map_err(Error::io("read", &path))?;
    let all: serde_json::Map<String, Value> =
        serde_json::from_slice(&text).map_err(|error| Error::io("understand", &path)(error.into()))?;
    let mut members = BTreeMap::new();
    for (name, value) in all {
        match value {
            _ if APART.contains(&name.as_str()) => {}
            Value::Object(inner) => {
                members.extend(inner.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)))
            }
            value => drop(members.insert(name, value)),
        }
    }
    // Which later periods an open-ended pipeline has depends on the day of the run.
    let running = record
        .as_of
        .parse()
        .ok()
        .map(|day| Period::containing(day, pipeline.period_kind));
    let is_later = |period: &Value| {
        let period = period
            .as_str()
            .and_then(|text| Period::parse(text, pipeline.period_kind));
        running.is_some_and(|running| period.is_some_and(|period| period > running))
    };
    if let (true, Some(Value::Array(left_out))) = (pipeline.open_ended, members.get_mut("periods_left_out")) {
        left_out.retain(|period| !is_later(period));
    }
    Ok(members)
}
