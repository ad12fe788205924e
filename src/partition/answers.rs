//! Returns that answer what is no longer the latest: an old list filled in after a newer submission, or twice.

use std::collections::BTreeMap;

use super::Received;
use super::entry::{Entry, Status};
use crate::domain::{Code, Finding, Period};
use crate::pipeline::FormIndex;

/// Tells of them, once it is known which submission of each sender counts. `received` and `entries` are those of one bundle.
pub fn tell(received: &[Received], entries: &mut [Entry]) {
    let mut senders: BTreeMap<(FormIndex, Option<Period>, &str), Vec<usize>> = BTreeMap::new();
    for (at, one) in received.iter().enumerate() {
        let submission = &one.read.submission;
        let sender = (submission.form, submission.period, submission.area_code.as_str());
        senders.entry(sender).or_default().push(at);
    }
    for stack in senders.values().filter(|stack| stack.len() > 1) {
        for &at in stack {
            let found = match entries[at].status {
                Status::Superseded => repeated(received, entries, stack, at),
                _ => outdated(received, stack, at),
            };
            entries[at].findings.extend(found);
        }
    }
}

/// A submission that came after the list of a return was made, and that the return nevertheless replaces: either a revision
/// that the list did not know, or another content in the place of what it answers.
fn outdated(received: &[Received], stack: &[usize], at: usize) -> Option<Finding> {
    let own = &received[at].read;
    let mark = own.answers.as_ref()?;
    let others = || {
        stack
            .iter()
            .map(|other| &received[*other].read)
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
fn repeated(received: &[Received], entries: &[Entry], stack: &[usize], at: usize) -> Option<Finding> {
    let mark = received[at].read.answers.as_ref()?;
    let own = &received[at].read.submission;
    let answered = |id: &str| {
        stack.iter().any(|other| {
            let answers = received[*other].read.answers.as_ref();
            entries[*other].status != Status::Superseded && answers.is_some_and(|answers| answers.id == id)
        })
    };
    let twin = stack.iter().map(|other| &received[*other].read).find(|read| {
        let same = read.answers.as_ref().is_some_and(|answers| answers.id == mark.id);
        same && read.submission.sha256 != own.sha256 && answered(&read.submission.id)
    })?;
    Some(Finding::new(Code::ReturnRepeated).raw(&*twin.submission.path))
}
