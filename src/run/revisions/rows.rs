//! What the rows of each cause add to the sums, and no longer add.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rayon::prelude::*;

use super::before::{Old, Unfit};
use super::now::Now;
use super::senders::{RowCause, Senders, Side};
use crate::domain::Period;
use crate::lake::{bridge, column_types, frame_of, read};
use crate::pipeline::{FormIndex, Pipeline};
use crate::rollup::{Cube, CubeCells, Plan, cube_columns};
use crate::tables::Values;

/// The changes of sums by each cause: what its rows add now, less what they added before.
pub(super) struct Moved {
    pub(super) cubes: BTreeMap<RowCause, Cube>,
}

/// A file of facts that is not the same in both releases.
struct File {
    form: FormIndex,
    period: Period,
    side: Side,
    path: PathBuf,
}

impl Moved {
    pub(super) fn of(old: &Old<'_>, now: Now<'_>, senders: &Senders) -> Result<Moved, Unfit> {
        let pipeline = now.shared.pipeline;
        let files = files(old, now)?;
        let forms: BTreeSet<FormIndex> = files.iter().map(|file| file.form).collect();
        let mut plans = BTreeMap::new();
        for form in forms {
            plans.insert(form, Plan::new(pipeline, form)?);
        }
        let summed = files
            .par_iter()
            .map(|file| sums(pipeline, file, &plans[&file.form], senders));
        let summed: Vec<Vec<(RowCause, CubeCells)>> = summed.collect::<Result<_, Unfit>>()?;
        let mut cubes: BTreeMap<RowCause, Cube> = BTreeMap::new();
        for (file, parts) in files.iter().zip(summed) {
            for (cause, cells) in parts {
                let cells = match file.side {
                    Side::Before => cells.negated(),
                    Side::After => cells,
                };
                let cube = cubes.entry(cause).or_insert_with(|| Cube::new(pipeline));
                cube.add(file.form, file.period, &cells);
            }
        }
        Ok(Moved { cubes })
    }
}

/// Files of facts that differ by their hashes, of the periods that both releases have.
fn files(old: &Old<'_>, now: Now<'_>) -> Result<Vec<File>, Unfit> {
    let pipeline = now.shared.pipeline;
    let outputs = old.record.outputs.iter();
    let before: BTreeMap<&str, &str> = outputs.map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    let after = now.staging.files();
    let place = |path: &str| -> Option<(FormIndex, Period)> {
        let mut parts = path.strip_prefix("facts/")?.split('/');
        let (form, period) = (parts.next()?, parts.next()?);
        let form = pipeline.forms.iter().position(|own| own.id == form)?;
        let period = Period::parse(period, pipeline.period_kind)?;
        let is_in_both = pipeline.periods.contains(&period) && old.record.periods.contains(&period.to_string());
        is_in_both.then_some((form, period))
    };
    let mut files = Vec::new();
    for (path, sha256) in &before {
        let is_same = after.get(*path).is_some_and(|written| written.sha256 == **sha256);
        if let Some((form, period)) = place(path).filter(|_| !is_same) {
            files.push(File {
                form,
                period,
                side: Side::Before,
                path: old.sound(path)?,
            });
        }
    }
    for (path, written) in &after {
        let is_same = before
            .get(path.as_str())
            .is_some_and(|sha256| *sha256 == written.sha256);
        if let Some((form, period)) = place(path).filter(|_| !is_same) {
            files.push(File {
                form,
                period,
                side: Side::After,
                path: now.staging.path(path),
            });
        }
    }
    Ok(files)
}

/// The sums of the rows of each cause in a file.
fn sums(pipeline: &Pipeline, file: &File, plan: &Plan, senders: &Senders) -> Result<Vec<(RowCause, CubeCells)>, Unfit> {
    let origin = read(&file.path, &["submission_id", "row"])?;
    let origin = frame_of(&origin);
    let (Some(Values::Text(ids)), Some(Values::Integer(rows))) = (origin.column("submission_id"), origin.column("row"))
    else {
        return Err(Unfit::OtherSchema);
    };
    let cause = |at: usize| senders.cause(file.side, ids.get(at)?, rows.get(at)?);
    let causes: Vec<Option<RowCause>> = (0..origin.height).map(cause).collect();
    let there: BTreeSet<RowCause> = causes.iter().flatten().copied().collect();
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let needed = cube_columns(pipeline, file.form);
    if !fits(pipeline, file, &needed)? {
        return Err(Unfit::OtherSchema);
    }
    let names: Vec<&str> = needed.into_iter().chain(["area_code"]).collect();
    let frame = bridge::to_polars(&read(&file.path, &names)?).map_err(crate::lake::Error::from)?;
    let all = vec![true; causes.len()];
    let of_cause = |cause: RowCause| {
        let keep: Vec<bool> = causes.iter().map(|own| *own == Some(cause)).collect();
        Ok((cause, plan.judged(&frame, &keep, &all)?.0))
    };
    there.into_iter().map(of_cause).collect()
}

/// Whether a file has the columns that the sums of its form are made of, with the types that the definition gives them.
fn fits(pipeline: &Pipeline, file: &File, needed: &BTreeSet<&str>) -> Result<bool, Unfit> {
    let found: BTreeMap<String, _> = column_types(&file.path)?.into_iter().collect();
    let columns = &pipeline.forms[file.form].columns;
    let is_fit = |name: &&str| {
        let expected = columns
            .iter()
            .find(|column| column.id == **name)
            .map(|column| column.kind.value_type());
        found.get(*name).is_some_and(|own| own.is_some() && *own == expected)
    };
    Ok(needed.iter().all(is_fit))
}
