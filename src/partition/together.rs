//! Figures of a bundle that are held against each other: those of its forms, and stated sums against the rows of their sheets.

use super::case::Case;
use super::error::Error;
use super::shared::Shared;
use crate::check::{Flags, Pairing, Records, Settled, StatedRow, reconcile, totals};

/// What comes of it.
#[derive(Default)]
pub struct Together {
    /// Figures that were held against each other, with the ids of their submissions.
    pub settled: Vec<(Option<String>, Settled)>,
    /// Figures whose counterpart is not in the bundle, with the id of their submission.
    pub loose: Vec<(String, Pairing)>,
}

/// Holds the figures of a bundle against each other, once all its records have been judged.
///
/// # Errors
/// When a frame is not as it should be.
pub fn hold_together(shared: &Shared<'_>, cases: &mut [Case], records: &mut [Records]) -> Result<Together, Error> {
    let mut together = Together::default();
    if records.is_empty() {
        return Ok(together);
    }
    let stated: Vec<StatedRow> = cases.iter().flat_map(|one| one.stated.iter().cloned()).collect();
    let (mut settled, loose) = {
        // What is said in the sheet itself is known already; other explanations come when all findings are known.
        let flags = Flags::new(cases.iter().enumerate().flat_map(|(at, case)| {
            let is_explained = |finding| case.entry.remarks.answer(finding).is_some();
            let findings = case.entry.findings.iter();
            findings.map(move |finding| (at as u32, finding, is_explained(finding)))
        }));
        let (mut settled, loose) = reconcile(shared.pipeline, records, &flags)?;
        settled.extend(totals(shared.pipeline, records, &stated, &flags)?);
        (settled, loose)
    };
    for one in &mut settled {
        if let Some((submission, finding)) = one.finding.take() {
            cases[submission as usize].entry.findings.push(finding);
        }
    }
    let id = |at: u32| cases[at as usize].entry.submission.id.clone();
    together
        .settled
        .extend(settled.into_iter().map(|one| (one.line.submission.map(id), one)));
    for mut pairing in loose {
        let submission = pairing.submissions().next().copied();
        together.loose.extend(submission.map(|at| (id(at), pairing)));
    }
    Ok(together)
}
