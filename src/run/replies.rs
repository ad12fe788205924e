//! What counties have written into the lists of their returns: explanations of findings, and words that explain nothing here.
//!
//! An explanation holds for the finding it was written beside: same code, same key of the row, same content. Wherever the row
//! stands by now, it is found again; where the content is another, the county is asked again and told why.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::RunError;
use crate::domain::{Code, Finding, Identity, Reply, Severity, Submission, Text, agreeing, plural};
use crate::intake::FoundFile;
use crate::normalize::explains;
use crate::partition::{Entry, Shared, State};
use crate::pipeline::Form;
use crate::returns::identity;

/// What comes of the replies to one submission.
#[derive(Default)]
struct Settled {
    /// Explanations by the position of their finding.
    explained: Vec<(usize, String)>,
    /// By the entry whose file holds the words.
    told: Vec<(usize, Finding)>,
}

/// Gives findings what their county has written beside them in the list of its return. A hard finding keeps the words and stays
/// open. Whatever settles no finding is told. Findings must be complete; `files` are those of the run.
///
/// # Errors
/// When a file cannot be read again because the machine fails.
pub fn settle(shared: &Shared<'_>, files: &[&FoundFile], entries: &mut [Entry]) -> Result<(), RunError> {
    let answered = answered(entries);
    let files: BTreeMap<&str, &FoundFile> = files.iter().map(|file| (file.path.as_str(), *file)).collect();
    let read = |(at, replies): (&Option<usize>, &Vec<(usize, usize)>)| {
        let replies = replies.iter().map(|&(of, reply)| (of, &entries[of].replies[reply]));
        match at {
            Some(at) => of_submission(shared, &files, &entries[*at], replies.collect()),
            None => Ok(Settled {
                told: replies
                    .map(|(of, reply)| (of, told(Code::ReplyUnmatched, reply)))
                    .collect(),
                ..Settled::default()
            }),
        }
    };
    let all: Vec<(Option<usize>, Settled)> = answered
        .par_iter()
        .map(|of| Ok((*of.0, read(of)?)))
        .collect::<Result<_, RunError>>()?;
    let mut told: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for (at, settled) in all {
        for (finding, words) in settled.explained {
            if let Some(at) = at {
                entries[at].findings[finding].explain(&words);
            }
        }
        for (of, finding) in settled.told {
            told.entry(of).or_default().push(finding);
        }
    }
    for (of, findings) in told {
        entries[of]
            .findings
            .extend(within(findings, shared.pipeline.limits.findings));
    }
    Ok(())
}

/// Replies, each by its entry and its position there, by the entry of the submission that they are about: the one that counts now.
/// None: no such submission counts.
type Answered = BTreeMap<Option<usize>, Vec<(usize, usize)>>;

fn answered(entries: &[Entry]) -> Answered {
    let counts = |entry: &Entry| entry.state.stands();
    let asked: BTreeSet<Option<&str>> = (entries.iter().flat_map(|entry| &entry.replies))
        .map(|reply| Submission::sender_of_id(&reply.id))
        .collect();
    let mut current: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| counts(entry)) {
        if let Some(sender) = asked.get(&Submission::sender_of_id(&entry.submission.id)) {
            current.entry(*sender).or_insert(at);
        }
    }
    let mut answered = Answered::new();
    for (of, entry) in entries.iter().enumerate() {
        for (at, reply) in entry.replies.iter().enumerate() {
            let now = current.get(&Submission::sender_of_id(&reply.id)).copied();
            let about = match counts(entry) {
                // Of submissions that tie each is answered by its own list alone.
                true => Some(of),
                // What counts has the same cells.
                false if entry.has(Code::SubmissionRepeated) => now,
                // What counts was sent with a list of its own, which holds what is still said.
                false if now.is_some_and(|now| entry.state != State::Unclaimed && entries[now].is_return) => continue,
                false => now,
            };
            answered.entry(about).or_default().push((of, at));
        }
    }
    answered
}

/// `replies` come with the entry whose file holds them.
fn of_submission(
    shared: &Shared<'_>,
    files: &BTreeMap<&str, &FoundFile>,
    entry: &Entry,
    replies: Vec<(usize, &Reply)>,
) -> Result<Settled, RunError> {
    let read = files
        .get(entry.file())
        .map(|file| shared.intake.read(file))
        .transpose()?;
    let submission = read.as_ref().and_then(|read| {
        let mut all = read.submissions.iter();
        all.find(|found| found.submission.id == entry.submission.id)
    });
    let table = submission.and_then(|found| found.table.as_ref());
    let form = &shared.pipeline.forms[entry.submission.form];
    let of_finding = |finding: &Finding| match finding.severity {
        Severity::Info => None,
        _ => Some(identity(finding, table, form)),
    };
    let known: Vec<Option<Identity>> = entry.findings.iter().map(of_finding).collect();
    Ok(matched(form, &entry.submission.id, &known, replies))
}

/// `known` has the identity of each finding that somebody must act on, by its position.
fn matched(form: &Form, id: &str, known: &[Option<Identity>], replies: Vec<(usize, &Reply)>) -> Settled {
    let mut settled = Settled::default();
    let mut seen = BTreeSet::new();
    // By the entry whose file holds them: the first, and how many.
    let mut rematched: BTreeMap<usize, (&Reply, u64)> = BTreeMap::new();
    for (of, reply) in replies {
        // A list in two languages holds each finding twice.
        if !seen.insert((&reply.finding, &reply.text)) {
            continue;
        }
        let Some(wanted) = &reply.finding else {
            settled.told.push((of, told(Code::ReplyMisplaced, reply)));
            continue;
        };
        let is = |wanted: &dyn Fn(&Identity) -> bool| {
            let all = known.iter().enumerate();
            let found = all.filter(|(_, known)| known.as_ref().is_some_and(wanted));
            found.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let same = match Submission::sender_of_id(&reply.id) == Submission::sender_of_id(id) {
            true => is(&|known| known == wanted),
            false => Vec::new(),
        };
        let code = match (same.is_empty(), explains(&reply.text, form)) {
            (false, true) => {
                if reply.is_rematched {
                    rematched.entry(of).or_insert((reply, 0)).1 += 1;
                }
                settled
                    .explained
                    .extend(same.into_iter().map(|at| (at, reply.text.clone())));
                continue;
            }
            (false, false) => Code::ReplyWordless,
            (true, _) if !is(&|known| known.place == wanted.place).is_empty() => Code::ReplyOutdated,
            (true, _) => Code::ReplyUnmatched,
        };
        settled.told.push((of, told(code, reply)));
    }
    for (of, (first, count)) in rematched {
        settled.told.push((of, told(Code::ReplyRematched, first).count(count)));
    }
    settled
}

fn told(code: Code, reply: &Reply) -> Finding {
    Finding::new(code).at(reply.place.clone()).raw(&*reply.text)
}

/// The first findings; one more stands for the rest.
fn within(mut findings: Vec<Finding>, most: usize) -> Vec<Finding> {
    let rest = findings.len().saturating_sub(most);
    findings.truncate(most);
    if rest > 0 {
        let message = Text::new(
            format!("反馈页上另有 {rest} 处文字也没有用作说明，请查看原文件"),
            format!(
                "{} on the list {} nothing either; see the file itself",
                plural(rest, "further text"),
                agreeing(rest, "explains", "explain")
            ),
        );
        findings.push(Finding {
            message: Some(message),
            ..Finding::new(Code::ReplyUnmatched).count(rest as u64)
        });
    }
    findings
}
