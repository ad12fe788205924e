//! The files of quarantined records, as received: one a form, period and partition area.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::Case;
use super::error::Error;
use super::files::file_name;
use super::held::Held;
use super::shared::Shared;
use crate::domain::Period;
use crate::lake::quarantine::{Quarantined, quarantine_batches};
use crate::lake::{Encoded, FieldMeta, FileMeta, encode};
use crate::pipeline::FormIndex;

/// Every quarantined record of a bundle. `held` are those that rules have judged, with the area that each belongs to; the others are
/// their sender's.
///
/// # Errors
/// When a file cannot be encoded.
pub fn quarantine<'h>(
    shared: &Shared<'_>,
    cases: &[Case],
    held: impl Iterator<Item = &'h Held>,
) -> Result<Vec<Encoded>, Error> {
    let areas: BTreeMap<(usize, usize), &Arc<str>> = held.map(|held| (held.record, &held.area)).collect();
    let text = |period: Option<Period>| period.map(|period| period.to_string());
    let periods: Vec<Option<String>> = cases.iter().map(|case| text(case.entry.submission.period)).collect();
    let mut held: BTreeMap<(FormIndex, String, String), Vec<Quarantined<'_>>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let Some(table) = case.read.table.as_ref() else {
            continue;
        };
        let of_it = case.quarantined();
        if of_it.is_empty() {
            continue;
        }
        let submission = &case.entry.submission;
        let sender = Some(submission.area_code.as_str()).filter(|code| !code.is_empty());
        let sender: Option<Arc<str>> = sender.map(Into::into);
        let area = |record: usize| areas.get(&(at, record)).copied().or(sender.as_ref()).cloned();
        let rows = of_it.into_iter().map(|(record, codes)| Quarantined {
            submission_id: &submission.id,
            period: periods[at].as_deref(),
            area_code: area(record),
            table,
            row: table.records[record],
            codes,
        });
        held.entry(place(shared, case)).or_default().extend(rows);
    }
    held.into_iter()
        .map(|(place, rows)| file(shared, place, rows))
        .collect()
}

/// Form, period and file name of the partition area that a submission belongs to.
fn place(shared: &Shared<'_>, case: &Case) -> (FormIndex, String, String) {
    let submission = &case.entry.submission;
    let (period, area) = match submission.period {
        Some(period) => {
            let areas = shared.areas(submission.form, period);
            let level = shared.pipeline.registry.partition;
            (period.to_string(), areas.partition_of(level, &submission.area_code))
        }
        None => ("unknown".to_string(), submission.area_code.clone()),
    };
    (submission.form, period, file_name(&area))
}

fn file(
    shared: &Shared<'_>,
    (form, period, area): (FormIndex, String, String),
    mut rows: Vec<Quarantined<'_>>,
) -> Result<Encoded, Error> {
    let form = &shared.pipeline.forms[form];
    rows.sort_by(|a, b| (a.submission_id, a.row).cmp(&(b.submission_id, b.row)));
    let path = format!("quarantine/{}/{period}/{area}.parquet", form.id);
    let file = FileMeta {
        title: form.title.clone(),
        key: vec!["submission_id".into(), "sheet".into(), "row".into()],
        licence: shared.pipeline.licence.clone(),
        synthetic: shared.pipeline.synthetic,
    };
    let field = |name: &str| FieldMeta::of_received(shared.pipeline, form, name);
    let mut batches = quarantine_batches(form, &rows);
    let first = batches.next().expect("there is at least one batch")?;
    Ok(encode(&path, &first, batches, &file, &field)?)
}
