//! Figures of a bundle that are held against each other: those of its forms, and stated sums against the rows of their sheets.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::by_period::ByPeriod;
use super::case::Case;
use super::error::Error;
use super::settled_line::SettledLine;
use super::shared::Shared;
use crate::check::{Flags, Pairing, Records, StatedRow, reconcile, totals};
use crate::domain::Period;

/// What comes of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Together {
    /// Figures that were held against each other.
    pub settled: ByPeriod<SettledLine>,
    /// Figures whose counterpart is not in the bundle, with the id of their submission.
    pub loose: ByPeriod<(String, Pairing)>,
}

impl Together {
    /// The periods of the figures, each with a sha256 over them.
    pub fn digests(&self) -> BTreeMap<Period, [u8; 32]> {
        let periods: BTreeSet<Period> = self.settled.periods().chain(self.loose.periods()).collect();
        let digest = |period: Period| {
            let mut digest = Sha256::new();
            self.settled.digest(period, &mut digest);
            self.loose.digest(period, &mut digest);
            (period, digest.finalize().into())
        };
        periods.into_iter().map(digest).collect()
    }
}

/// Holds the figures of a bundle against each other, once all its records have been judged.
///
/// # Errors
/// When a frame is not as it should be.
pub fn hold_together(shared: &Shared<'_>, cases: &mut [Case], records: &mut [Records]) -> Result<Together, Error> {
    if records.is_empty() {
        return Ok(Together::default());
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
    let lines = settled.into_iter().map(|one| {
        let line = SettledLine::of(one.line.submission.map(id), one);
        (line.line.period, line)
    });
    let loose = loose.into_iter().filter_map(|mut pairing| {
        let submission = pairing.submissions().next().copied()?;
        Some((pairing.period, (id(submission), pairing)))
    });
    Ok(Together {
        settled: ByPeriod::of(lines),
        loose: ByPeriod::of(loose),
    })
}
