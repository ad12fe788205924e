//! Returns that answer what is no longer the latest: an old list filled in after a newer submission, or twice.

use std::collections::BTreeMap;

use super::case::Case;
use super::entry::State;
use crate::domain::{Code, Finding, Period};
use crate::pipeline::FormIndex;

/// Tells of them, once it is known which submission of each sender counts. `cases` are those of one bundle.
pub fn tell(cases: &mut [Case]) {
    let mut senders: BTreeMap<(FormIndex, Option<Period>, &str), Vec<usize>> = BTreeMap::new();
    for (at, one) in cases.iter().enumerate() {
        let submission = &one.read.submission;
        let sender = (submission.form, submission.period, submission.area_code.as_str());
        senders.entry(sender).or_default().push(at);
    }
    let mut told = Vec::new();
    for stack in senders.values().filter(|stack| stack.len() > 1) {
        for &at in stack {
            let found = match cases[at].entry.state {
                State::Superseded => repeated(cases, stack, at),
                _ => outdated(cases, stack, at),
            };
            told.extend(found.map(|finding| (at, finding)));
        }
    }
    for (at, finding) in told {
        cases[at].entry.findings.push(finding);
    }
}

/// A submission that came after the list of a return was made, and that the return nevertheless replaces: either a revision
/// that the list did not know, or another content in the place of what it answers.
fn outdated(cases: &[Case], stack: &[usize], at: usize) -> Option<Finding> {
    let own = &cases[at].read;
    let mark = own.answers.as_ref()?;
    let others = || {
        stack
            .iter()
            .map(|other| &cases[*other].read)
            .filter(|read| read.submission.sha256 != own.submission.sha256)
    };
    let unknown = |revision: u32| (mark.becomes..own.submission.revision).contains(&revision);
    let is_gone = others().all(|read| read.submission.id != mark.id);
    let newer = others().filter(|read| {
        let revision = read.submission.revision;
        unknown(revision) || is_gone && revision == mark.answered
    });
    let newest = newer.max_by_key(|read| read.submission.revision)?;
    Some(Finding::new(Code::ReturnOutdated).raw(&*newest.submission.path))
}

/// The list of a return that had been answered already: what counts builds on that other answer.
fn repeated(cases: &[Case], stack: &[usize], at: usize) -> Option<Finding> {
    let mark = cases[at].read.answers.as_ref()?;
    let own = &cases[at].read.submission;
    let answered = |id: &str| {
        stack.iter().any(|other| {
            let answers = cases[*other].read.answers.as_ref();
            cases[*other].entry.state != State::Superseded && answers.is_some_and(|answers| answers.id == id)
        })
    };
    let twin = stack.iter().map(|other| &cases[*other].read).find(|read| {
        let same = read.answers.as_ref().is_some_and(|answers| answers.id == mark.id);
        same && read.submission.sha256 != own.sha256 && answered(&read.submission.id)
    })?;
    Some(Finding::new(Code::ReturnRepeated).raw(&*twin.submission.path))
}
