//! What the rules say of the records of a partition.

use super::case::Case;
use super::choose::Chosen;
use super::error::Error;
use crate::check::{self, Checked, Origin, check};
use crate::domain::RowStatuses;
use crate::lake::bridge::{self, Frame};
use crate::lake::{RecordBatch, records};
use crate::normalize::Normalized;

/// The records of all winners, and what the rules say of them.
pub struct Judged {
    /// Typed, as normalize made them.
    pub batch: RecordBatch,
    /// The same for polars.
    pub frame: Frame,
    /// What became of each.
    pub statuses: RowStatuses,
    /// Their submissions.
    pub origins: Vec<Origin>,
    /// What the rules say.
    pub checked: Checked,
}

/// Judges the records of all winners together. None: there is no record.
///
/// # Errors
/// When columns cannot be built.
pub fn judge_records(
    context: &check::Context<'_>,
    cases: &[Case],
    choices: &[Chosen],
) -> Result<Option<Judged>, Error> {
    let winners: Vec<&(usize, Normalized)> = choices.iter().filter_map(|chosen| chosen.winner.as_ref()).collect();
    let batches: Vec<_> = winners.iter().map(|(_, normalized)| normalized.batch.clone()).collect();
    let Some(batch) = records::concat(&batches)? else {
        return Ok(None);
    };
    let mut statuses = RowStatuses::default();
    for (_, normalized) in &winners {
        statuses.append(normalized.statuses.clone());
    }
    let origins: Vec<Origin> = winners.iter().map(|(at, _)| origin(cases, *at)).collect();
    let frame = bridge::to_polars(&batch).map_err(crate::lake::Error::from)?;
    let checked = check(context, &frame, &mut statuses, &origins)?;
    Ok(Some(Judged {
        batch,
        frame,
        statuses,
        origins,
        checked,
    }))
}

fn origin(cases: &[Case], at: usize) -> Origin {
    let case = &cases[at];
    Origin {
        submission: at as u32,
        sender: case.read.submission.area_code.as_str().into(),
        path: case.read.submission.path.as_str().into(),
        sheet: case.sheet().cloned(),
        columns: case.columns().to_vec(),
    }
}
