//! The files of a partition: its facts, and its records that do not count.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::error::Error;
use super::shared::Shared;
use crate::domain::{Period, RawTable, hex};
use crate::lake::records::{self, Provenance};
use crate::lake::{Encoded, FieldMeta, FileMeta, RecordBatch, encode};
use crate::pipeline::{Form, FormIndex};

/// Folders of the release.
pub(super) const FACTS: &str = "facts";
pub(super) const UNCOUNTED: &str = "uncounted";

/// The masked records as a file of the partition below `folder`; none where the mask lets none through.
pub(super) fn records_file(
    shared: &Shared<'_>,
    cases: &[Case],
    (form_at, period): (FormIndex, Period),
    area: &str,
    (batch, mask): (&RecordBatch, &[bool]),
    folder: &str,
) -> Result<Option<Encoded>, Error> {
    if !mask.contains(&true) {
        return Ok(None);
    }
    let pipeline = shared.pipeline;
    let areas = shared.areas(form_at, period);
    let form = &pipeline.forms[form_at];
    let level = &pipeline.registry.levels[pipeline.registry.partition];
    let code_of = |area: &str| {
        areas
            .ancestor_at(area, pipeline.registry.partition)
            .map(|area| area.code.clone())
    };
    let corrected = corrected_columns(cases, form);
    let provenance = |at: u32| {
        let case = &cases[at as usize];
        Provenance {
            id: &case.read.submission.id,
            sheet: case.sheet().map(|sheet| &**sheet),
            corrected: corrected.get(&at),
        }
    };
    let facts = records::facts(
        batch,
        mask,
        (pipeline, form_at),
        &period.to_string(),
        (level, &code_of),
        &provenance,
    )?;
    let path = format!("{folder}/{}/{period}/{}.parquet", form.id, file_name(area));
    let of_form = form.key.iter().map(|&at| form.columns[at].id.as_str());
    let key: Vec<&str> = match folder {
        UNCOUNTED => records::ORIGIN.to_vec(),
        _ => ["period", "area_code"].into_iter().chain(of_form).collect(),
    };
    let file = FileMeta {
        title: form.title.clone(),
        key: key.into_iter().map(str::to_owned).collect(),
        licence: pipeline.licence.clone(),
        synthetic: pipeline.synthetic,
    };
    let field = |name: &str| match folder {
        UNCOUNTED => FieldMeta::of_uncounted(pipeline, form, name),
        _ => FieldMeta::of_fact(pipeline, form, name),
    };
    Ok(Some(encode(&path, &facts, std::iter::empty(), &file, &field)?))
}

/// Ids of corrected columns, by submission and row as the clerk counts.
fn corrected_columns(cases: &[Case], form: &Form) -> BTreeMap<u32, BTreeMap<u32, String>> {
    let mut all = BTreeMap::new();
    for (at, one) in (0_u32..).zip(cases) {
        let Some(table) = &one.read.table else { continue };
        let rows = corrected_cells(table);
        if rows.is_empty() {
            continue;
        }
        let grid = &table.grid;
        let ids = |columns: &BTreeSet<usize>| {
            let ids: Vec<&str> = columns
                .iter()
                .filter_map(|&at| Some(form.columns.get(at)?.id.as_str()))
                .collect();
            ids.join(";")
        };
        let rows = rows
            .iter()
            .map(|(row, columns)| (grid.number(*row as usize), ids(columns)));
        all.insert(at, rows.collect());
    }
    all
}

/// Columns of the form whose cells are corrected, by row of the grid.
pub(super) fn corrected_cells(table: &RawTable) -> BTreeMap<u32, BTreeSet<usize>> {
    let mut rows: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    for (row, index) in table.corrected.cells() {
        if let Some(matched) = table.columns.iter().find(|matched| matched.index == index) {
            rows.entry(row).or_default().insert(matched.column);
        }
    }
    rows
}

/// An area's code as a file name: codes come from paths and may be anything.
pub fn file_name(area: &str) -> String {
    let plain =
        !area.is_empty() && area.len() <= 64 && area.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if plain {
        area.to_string()
    } else {
        format!("unknown-{}", &hex(&Sha256::digest(area.as_bytes()))[..8])
    }
}
