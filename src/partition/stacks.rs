//! The submissions of a bundle by form, period, sender and revision.

use std::collections::BTreeMap;

use super::case::Case;
use crate::domain::Period;
use crate::pipeline::FormIndex;

/// Submissions of one form and period from one sender, by revision, the latest first. Indices into the bundle's list.
pub type Stack = Vec<Vec<usize>>;

/// The same while they are gathered: revision → indices.
type Revisions = BTreeMap<u32, Vec<usize>>;

/// Stacks the submissions of a bundle whose form, period and sender are known.
pub fn stacks(cases: &[Case]) -> BTreeMap<(FormIndex, Period), BTreeMap<String, Stack>> {
    let mut by_revision: BTreeMap<(FormIndex, Period), BTreeMap<String, Revisions>> = BTreeMap::new();
    for (at, one) in cases.iter().enumerate() {
        let submission = &one.read.submission;
        let Some(period) = submission.period else { continue };
        let senders = by_revision.entry((submission.form, period)).or_default();
        let revisions = senders.entry(submission.area_code.clone()).or_default();
        revisions.entry(submission.revision).or_default().push(at);
    }
    let latest_first = |revisions: Revisions| revisions.into_values().rev().collect();
    let per_sender = |senders: BTreeMap<String, Revisions>| {
        senders
            .into_iter()
            .map(|(sender, revisions)| (sender, latest_first(revisions)))
            .collect()
    };
    by_revision
        .into_iter()
        .map(|(key, senders)| (key, per_sender(senders)))
        .collect()
}
