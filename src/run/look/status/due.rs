//! Which periods were due on the date of the run, and which of them is shown.

use std::collections::BTreeSet;

use super::reporters::{Days, Owed, add_submissions, owing};
use crate::domain::Period;
use crate::pipeline::{Form, Pipeline};
use crate::report::LaterLine;
use crate::run::look::error::LookError;
use crate::run::look::release::Release;

/// The latest period of which a form was due on the date of the run, else the latest in which the root has received anything, else
/// the last one.
pub(super) fn latest(pipeline: &Pipeline, release: &Release, owed: &[Owed]) -> Period {
    let latest = |is: &dyn Fn(&Period) -> bool| pipeline.periods.iter().rev().find(|period| is(period));
    let due = latest(&|period| !due_forms(pipeline, release, *period).is_empty());
    let found = due.or_else(|| latest(&|period| is_received(release, owed, *period)));
    *found.or(pipeline.periods.last()).expect("a pipeline has a period")
}

/// Whether the root has received anything for a period.
fn is_received(release: &Release, owed: &[Owed], period: Period) -> bool {
    let (period, root) = (period.to_string(), release.registry.root_code());
    let mut of_root = owed.iter().filter(|row| row.area_code == root);
    of_root.any(|row| row.period == period && row.received > 0)
}

/// Ids of the forms that were due for a period on the date of the run.
pub(super) fn due_forms(pipeline: &Pipeline, release: &Release, period: Period) -> BTreeSet<String> {
    let is_due = |form: &&Form| release.as_of.is_none_or(|as_of| form.is_due(period, as_of));
    pipeline
        .forms
        .iter()
        .filter(is_due)
        .map(|form| form.id.clone())
        .collect()
}

/// Periods after `shown` of which something was received that asks for something already.
pub(super) fn later(
    pipeline: &Pipeline,
    release: &Release,
    owed: &[Owed],
    shown: Period,
) -> Result<Vec<LaterLine>, LookError> {
    let mut lines = Vec::new();
    let periods = pipeline.periods.iter().filter(|period| **period > shown);
    for &period in periods.filter(|period| is_received(release, owed, **period)) {
        let days = Days::of(pipeline, &release.registry, period);
        let due = due_forms(pipeline, release, period);
        let mut reporters = owing(owed, &days, (&period.to_string(), &due));
        add_submissions(pipeline, release, &mut reporters, period)?;
        let todo = reporters.values().filter(|reporter| !reporter.in_order()).count();
        if todo > 0 {
            let period = period.to_string();
            lines.push(LaterLine { period, todo });
        }
    }
    Ok(lines)
}
