//! Which of a sender's submissions counts: the latest revision with a record that can be read.

use std::collections::BTreeMap;

use super::case::Case;
use super::shared::Shared;
use super::stacks::Stack;
use super::tie::{Untied, decided, tied, untie};
use crate::domain::{Code, Finding, Period, RowState, RowStatuses};
use crate::normalize::{Context, Normalized};
use crate::pipeline::FormIndex;

/// A submission without a single record that counts.
#[derive(Clone)]
pub struct Rejected {
    /// Index into the bundle's list of submissions.
    pub at: usize,
    /// What was found in it.
    pub findings: Vec<Finding>,
    /// Its records: all quarantined.
    pub statuses: RowStatuses,
}

/// The outcome for one sender. Indices are those of the bundle's list of submissions.
#[derive(Default)]
pub struct Chosen {
    /// The one that counts, with its records.
    pub winner: Option<(usize, Normalized)>,
    /// Those without a single record that counts.
    pub rejected: Vec<Rejected>,
    /// Whether an earlier revision could stand in for the winner.
    pub has_earlier: bool,
    /// That the winner was chosen among several of its revision.
    pub told: Option<Finding>,
    /// Those that another one replaces.
    pub replaced: Vec<(usize, Finding)>,
    /// Whether the first usable revision came in time: a county that answers a return stays as punctual as it was. None: no
    /// receipt tells.
    pub on_time: Option<bool>,
}

/// Walks down the revisions until one has a record that can count; a rejected one supersedes nothing. `fallen` are those
/// that have lost all their records to the rules, as they fell.
pub fn choose(
    shared: &Shared<'_>,
    cases: &[Case],
    (form, period): (FormIndex, Period),
    (sender, stack): (&str, &Stack),
    fallen: &BTreeMap<usize, Rejected>,
) -> Chosen {
    let mut chosen = Chosen::default();
    let areas = shared.areas(form, period);
    let context = |at: usize| Context {
        pipeline: shared.pipeline,
        form,
        areas: &areas,
        sender,
        submission: at as u32,
    };
    let mut revisions = stack.iter();
    for revision in revisions.by_ref() {
        if choose_within(shared, cases, (form, revision), &context, fallen, &mut chosen) {
            break;
        }
    }
    if let Some((winner, _)) = &chosen.winner {
        let number = cases[*winner].read.submission.revision.to_string();
        let older = |at: usize| (at, Finding::new(Code::RevisionSuperseded).expected(&number));
        // One whose revision cannot be read is not known to be earlier: it stays, with what was found in it.
        let is_read = |at: &usize| cases[*at].read.claim.unread_revision.is_none();
        let earlier: Vec<usize> = revisions.flatten().copied().filter(is_read).collect();
        chosen.has_earlier = earlier.iter().any(|&at| !cases[at].read.rejected);
        let is_usable = |at: usize| {
            let normalized = cases[at].normalized(&context(at));
            normalized.is_some_and(|normalized| {
                let mut states = normalized.statuses.iter();
                states.any(|state| state == RowState::Accepted)
            })
        };
        chosen.on_time = on_time(cases, stack, *winner, is_usable);
        chosen.replaced.extend(earlier.into_iter().map(older));
    }
    chosen
}

/// Looks for the winner among the submissions of one revision; whether there is one. One without a record that counts leaves its
/// place to the others.
fn choose_within<'a>(
    shared: &'a Shared<'_>,
    cases: &'a [Case],
    (form, revision): (FormIndex, &[usize]),
    context: &impl Fn(usize) -> Context<'a>,
    fallen: &BTreeMap<usize, Rejected>,
    chosen: &mut Chosen,
) -> bool {
    let mut left = revision.to_vec();
    loop {
        let (at, why) = match untie(cases, &left) {
            Untied::None => return false,
            Untied::Tied => {
                let tied = tied(&shared.pipeline.forms[form], cases, &left).into_iter();
                chosen.rejected.extend(tied.map(|(at, finding)| Rejected {
                    at,
                    statuses: whole(&cases[at], &finding),
                    findings: vec![finding],
                }));
                return false;
            }
            Untied::One { at, why } => (at, why),
        };
        let is_other = |other: &usize| *other != at && !cases[*other].read.rejected;
        let (copies, others): (Vec<usize>, Vec<usize>) =
            (left.iter().copied().filter(is_other)).partition(|&other| cases[other].content == cases[at].content);
        let path = cases[at].read.submission.path.as_str();
        let repeated = |copy: usize| (copy, Finding::new(Code::SubmissionRepeated).raw(path));
        chosen.replaced.extend(copies.into_iter().map(repeated));
        if let Some(fallen) = fallen.get(&at) {
            chosen.rejected.push(fallen.clone());
        } else if let Some(normalized) = cases[at].normalized(&context(at)) {
            if normalized.statuses.iter().any(|state| state == RowState::Accepted) {
                if let Some(why) = why {
                    let (own, replaced) = decided(cases, (at, why), &others);
                    chosen.told = Some(own);
                    chosen.replaced.extend(replaced);
                }
                chosen.winner = Some((at, normalized));
                return true;
            }
            chosen.rejected.push(Rejected {
                at,
                findings: normalized.findings,
                statuses: normalized.statuses,
            });
        }
        left = others;
    }
}

/// All records of a submission, quarantined by a finding on the whole.
fn whole(one: &Case, finding: &Finding) -> RowStatuses {
    let count = one.read.table.as_ref().map_or(0, |table| table.records.len());
    RowStatuses::quarantined(count, [finding.code.clone()])
}

/// Whether the first usable revision came in time, or any later one up to the winner.
fn on_time(cases: &[Case], stack: &Stack, winner: usize, is_usable: impl Fn(usize) -> bool) -> Option<bool> {
    let came = |revision: &[usize]| {
        // Copies have the same content: the one that came first tells.
        let live = revision.iter().filter(|&&at| !cases[at].read.rejected);
        live.filter_map(|&at| cases[at].entry.is_on_time()).max()
    };
    let up_to_winner = stack.iter().skip_while(|revision| !revision.contains(&winner));
    let candidates: Vec<&Vec<usize>> = up_to_winner.collect();
    let (last, earlier) = candidates.split_first()?;
    let last = came(last);
    if last == Some(true) {
        return last;
    }
    let usable = |revision: &&&Vec<usize>| {
        let is_read = |at: &usize| cases[*at].read.claim.unread_revision.is_none();
        matches!(untie(cases, revision), Untied::One { at, .. } if is_read(&at) && is_usable(at))
    };
    let mut first = None;
    for revision in earlier.iter().rev().filter(usable) {
        let came = came(revision);
        if came == Some(true) {
            return came;
        }
        first.get_or_insert(came);
    }
    first.unwrap_or(last)
}
