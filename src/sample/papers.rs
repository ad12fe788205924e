//! All that is written once: registers, lists and the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::model::FormModel;
use super::submit::Outcome;
use super::truth::{Ledger, Line, Registered};
use super::units::Lists;
use super::{Options, SampleError};
use crate::pipeline::Pipeline;

/// Lawful files of each kind that the truth names; there are many.
const MARKED: usize = 2;

/// Leaves few near misses of each kind in the truth, of those that stand in files as they are.
pub(super) fn few_marks(lines: &mut Vec<Line>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    lines.retain(|line| {
        if line.severity != "none" || line.row.is_some() {
            return true;
        }
        let count = counts.entry(line.kind.clone()).or_default();
        *count += 1;
        *count <= MARKED
    });
}

/// All that is written once.
#[derive(Default)]
pub(super) struct Papers {
    pub(super) truth: Vec<Line>,
    pub(super) registered: Vec<Registered>,
    receipts: BTreeMap<String, String>,
    ledger: Ledger,
    lists: Lists,
    pub(super) files: usize,
    pub(super) bytes: u64,
}

impl Papers {
    pub(super) fn take(&mut self, models: &[FormModel], outcomes: Vec<(Outcome, usize, u64)>) {
        for (outcome, files, bytes) in outcomes {
            for (model, listed) in outcome.listed {
                // Each model of a unit has its line in the register of reporters, in their order.
                if let Some(of) = outcome.registered.get(model) {
                    self.lists.take(models[model].index, &of.area_code, of.period, listed);
                }
            }
            self.truth.extend(outcome.truth);
            self.registered.extend(outcome.registered);
            self.ledger.merge(outcome.ledger);
            self.files += files;
            self.bytes += bytes;
            let receipts = outcome
                .sent
                .into_iter()
                .filter_map(|sent| Some((sent.path, sent.received?.to_string())));
            self.receipts.extend(receipts);
        }
    }

    pub(super) fn write(&self, pipeline: &Pipeline, options: &Options, seed: u64) -> Result<(), SampleError> {
        let (submissions, truth) = (options.output.join("submissions"), options.output.join("truth"));
        if let Some(spec) = &pipeline.reporters {
            put(&submissions.join(&spec.file), &self.reporters())?;
            if let Some(receipts) = &spec.receipts {
                let rows = self.receipts.iter().map(|(path, day)| vec![path.clone(), day.clone()]);
                put(&submissions.join(receipts), &csv(&["path", "received_at"], rows))?;
            }
        }
        for (path, header, rows) in self.lists.files(pipeline) {
            put(&submissions.join(path), &csv(&header, rows))?;
        }
        put(
            &truth.join("truth.csv"),
            &csv(&Line::HEADER, self.truth.iter().map(|line| line.cells().to_vec())),
        )?;
        let header = ["period", "area_code", "indicator", "numerator", "denominator", "value"];
        put(
            &truth.join("truth_indicators.csv"),
            &csv(&header, self.ledger.rows(pipeline).map(|row| row.to_vec())),
        )?;
        put(&options.output.join("README.md"), readme(pipeline, seed).as_bytes())
    }

    /// One row a reporter, form and period, with every column that an indicator reads.
    fn reporters(&self) -> Vec<u8> {
        let columns: BTreeSet<&str> = self
            .registered
            .iter()
            .flat_map(|r| r.figures.keys().map(String::as_str))
            .collect();
        let header: Vec<&str> = ["area_code", "form", "period", "expected_rows"]
            .into_iter()
            .chain(columns.iter().copied())
            .collect();
        let row = |r: &Registered| {
            let start = [
                r.area_code.clone(),
                r.form.clone(),
                r.period.to_string(),
                r.expected_rows.to_string(),
            ];
            start
                .into_iter()
                .chain(columns.iter().map(|c| r.figures.get(*c).cloned().unwrap_or_default()))
                .collect()
        };
        csv(&header, self.registered.iter().map(row))
    }
}

/// UTF-8, comma-separated.
fn csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written =
        writer.write_record(header).is_ok() && rows.map(|row| writer.write_record(row)).all(|done| done.is_ok());
    debug_assert!(written, "memory takes every row of one width");
    writer.into_inner().unwrap_or_default()
}

pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), SampleError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| SampleError::io("create the folder", folder, source))?;
    }
    std::fs::write(path, bytes).map_err(|source| SampleError::io("write", path, source))
}

fn readme(pipeline: &Pipeline, seed: u64) -> String {
    format!(
        "# Synthetic submissions\n\nEvery figure here is made up: `huizong sample` drew it (seed {seed}) for the pipeline `{}`. Nobody's real figures are in it.\n\n\
         - `submissions/`: what counties send, with quirks and faults, `reporters.csv` (who owes what) and `receipts.csv` (what came when)\n\
         - `truth/truth.csv`: every finding of severity hard or explain that a run must make, and no other. Severity `none`: a near miss, where no finding of that code may be made; `follows`: a consequence of another fault\n\
         - `truth/truth_indicators.csv`: national and provincial figures of the clean rows\n",
        pipeline.name
    )
}
