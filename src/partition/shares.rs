//! What the records that findings are about add to the indicators, so that a finding's effect on a figure is known later.

use std::collections::BTreeMap;

use super::case::Case;
use super::entry::Share;
use super::error::Error;
use super::shared::Shared;
use crate::domain::{Finding, Mend, Period, RowState, RowStatuses};
use crate::lake::bridge::Frame;
use crate::pipeline::{Form, FormIndex};

/// The records of the submissions that count in a partition.
pub struct JudgedRecords {
    /// Their form.
    pub form: FormIndex,
    /// Their period.
    pub period: Period,
    /// Indices into the bundle's list of submissions.
    pub submissions: Vec<usize>,
    /// In the order of the submissions.
    pub frame: Frame,
    /// What became of each.
    pub statuses: RowStatuses,
}

/// Notes what records add to the indicators, where findings are about them.
///
/// # Errors
/// When polars refuses the query.
pub fn note(shared: &Shared<'_>, judged: &JudgedRecords, cases: &mut [Case]) -> Result<(), Error> {
    let JudgedRecords {
        form, frame, statuses, ..
    } = judged;
    let (contributions, definition) = (&shared.contributions[*form], &shared.pipeline.forms[*form]);
    let asked = asked(definition, &judged.submissions, cases);
    if asked.is_empty() {
        return Ok(());
    }
    let areas = &*shared.areas(*form, judged.period);
    let places = contributions.places(frame)?;
    let looked_at =
        |position: &usize| statuses.of(*position) != RowState::Superseded && asked.contains_key(&places[*position]);
    let positions: Vec<usize> = (0..places.len()).filter(looked_at).collect();
    if positions.is_empty() {
        return Ok(());
    }
    let read = contributions.at(shared.pipeline, areas, frame, &positions)?;
    for (&position, (area_code, as_sent)) in positions.iter().zip(read) {
        let share = Share {
            area_code,
            counts: statuses.of(position) == RowState::Accepted,
            as_sent,
            mended: BTreeMap::new(),
        };
        let (submission, row) = places[position];
        cases[submission as usize].entry.shares.insert(row, share);
    }
    // The proposed mends in place, a column at a time.
    let mut by_column: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for &position in &positions {
        for (column, figure) in &asked[&places[position]] {
            by_column.entry(column).or_default().push((position, *figure));
        }
    }
    for (column, figures) in by_column {
        let read = contributions.with(shared.pipeline, areas, frame, (column, &figures))?;
        for ((position, _), (_, adds)) in figures.iter().zip(read) {
            let (submission, row) = places[*position];
            if let Some(share) = cases[submission as usize].entry.shares.get_mut(&row) {
                share.mended.insert(column.to_owned(), adds);
            }
        }
    }
    Ok(())
}

/// Submission and row of the records that findings are about, with the figures that these propose.
type Asked = BTreeMap<(u32, u32), Vec<(String, f64)>>;

fn asked(form: &Form, submissions: &[usize], cases: &[Case]) -> Asked {
    let mut asked = Asked::new();
    for &submission in submissions {
        for finding in cases[submission]
            .entry
            .findings
            .iter()
            .filter(|finding| finding.is_weighed())
        {
            for row in finding.all_rows() {
                let mends = asked.entry((submission as u32, row)).or_default();
                mends.extend(mend(form, finding));
            }
        }
    }
    asked
}

/// The column and the figure that a finding proposes for its cell.
fn mend(form: &Form, finding: &Finding) -> Option<(String, f64)> {
    let column = finding.place.column.as_deref()?;
    let kind = &form.columns[form.column(column)?].kind;
    let Some(Mend::Figure { figure, .. }) = finding.mend else {
        return None;
    };
    (kind.is_number() && figure.is_finite() && finding.rows.is_empty()).then(|| (column.to_owned(), figure))
}
