//! Several submissions of one revision: copies are one, and of different ones that counts which the sender has said to be the later.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::case::Case;
use crate::domain::{Code, Finding, Lang, Severity, Text};
use crate::pipeline::Form;

/// What became of the submissions of one revision.
pub enum Untied {
    /// This one counts.
    One {
        /// Its index; all others of the same content are copies of it.
        at: usize,
        /// Why others with another content do not count; None: there are none.
        why: Option<Why>,
    },
    /// Their contents differ, and nothing says which is the later: none counts.
    Tied,
    /// None of them can be read, or all were rejected.
    None,
}

/// What decides between submissions of one revision with different contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The names of all others say that they are old.
    Name,
    /// Its receipt is of a later day than those of all others.
    Receipt(Date),
}

/// Among submissions of one revision: the one that counts.
pub fn untie(cases: &[Case], revision: &[usize]) -> Untied {
    let mut live: Vec<usize> = revision
        .iter()
        .copied()
        .filter(|&at| !cases[at].read.rejected)
        .collect();
    live.sort_by_key(|&at| original(&cases[at]));
    let mut contents: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &at in &live {
        contents.entry(cases[at].content).or_default().push(at);
    }
    let Some(&first) = live.first() else {
        return Untied::None;
    };
    if contents.len() == 1 {
        return Untied::One { at: first, why: None };
    }
    let contents: Vec<Vec<usize>> = contents.into_values().collect();
    match decide(cases, &contents) {
        Some((at, why)) => Untied::One { at, why: Some(why) },
        None => Untied::Tied,
    }
}

/// Names and receipts, where one of them decides and the other does not contradict it.
fn decide(cases: &[Case], contents: &[Vec<usize>]) -> Option<(usize, Why)> {
    let is_old = |content: &&Vec<usize>| content.iter().all(|&at| cases[at].read.claim.old);
    let current: Vec<&Vec<usize>> = contents.iter().filter(|content| !is_old(content)).collect();
    let by_name = match current.as_slice() {
        [only] => Some((only[0], Why::Name)),
        _ => None,
    };
    let days: Option<Vec<Date>> = (contents.iter())
        .map(|content| content.iter().filter_map(|&at| cases[at].entry.submitted_at).min())
        .collect();
    let by_receipt = days.and_then(|days| {
        let last = *days.iter().max()?;
        let mut latest = days.iter().zip(contents).filter(|(day, _)| **day == last);
        let (_, content) = latest.next()?;
        latest.next().is_none().then(|| (content[0], Why::Receipt(last)))
    });
    match (by_name, by_receipt) {
        (Some((one, _)), Some((other, _))) if one != other => None,
        (by_name, by_receipt) => by_name.or(by_receipt),
    }
}

/// Order of copies: first the one with a receipt, then the one with the shortest path, which no program has added ` (1)` to.
fn original(one: &Case) -> (bool, usize, &str) {
    let path = one.read.submission.path.as_str();
    (one.entry.submitted_at.is_none(), path.len(), path)
}

/// Submissions named beside one that ties with them.
const NAMED: usize = 3;

/// Findings on submissions of one revision that differ: each names the others, and how the right one is to be named.
pub fn tied(form: &Form, cases: &[Case], revision: &[usize]) -> Vec<(usize, Finding)> {
    let live: Vec<usize> = revision
        .iter()
        .copied()
        .filter(|&at| !cases[at].read.rejected)
        .collect();
    let path = |at: usize| cases[at].read.submission.path.as_str();
    let others = |at: usize| {
        let others: Vec<&str> = live
            .iter()
            .filter(|other| **other != at)
            .map(|&other| path(other))
            .collect();
        let more = if others.len() > NAMED { " …" } else { "" };
        format!("{}{more}", others[..others.len().min(NAMED)].join(" | "))
    };
    let next = |at: usize| {
        let next = cases[at].read.submission.revision.checked_add(1)?;
        Some(form.revision.as_ref()?.replace("{revision}", &next.to_string()))
    };
    let told = |&at: &usize| {
        let finding = Finding::new(Code::RevisionTied).raw(others(at));
        (
            at,
            Finding {
                expected: next(at),
                ..finding
            },
        )
    };
    live.iter().map(told).collect()
}

/// What is told of a decision between submissions of one revision: of the one that counts, which its sender is to confirm, and of
/// those that do not.
pub fn decided(cases: &[Case], (at, why): (usize, Why), others: &[usize]) -> (Finding, Vec<(usize, Finding)>) {
    let path = |at: usize| cases[at].read.submission.path.as_str();
    let reason = match why {
        Why::Name => Text::new("另一份的文件名注明是旧稿", "the other's name says that it is old"),
        Why::Receipt(day) => Text::new(
            format!("登记簿中它的收到日期较晚（{day}）"),
            format!("its receipt is the later one ({day})"),
        ),
    };
    let paths: BTreeSet<&str> = others.iter().map(|&other| path(other)).collect();
    let paths: Vec<&str> = paths.into_iter().collect();
    let more = if paths.len() > NAMED { " …" } else { "" };
    let named = format!("{}{more}", paths[..paths.len().min(NAMED)].join(" | "));
    let (zh, en) = (reason.get(Lang::Zh), reason.get(Lang::En));
    let winner = Finding::new(Code::RevisionChosen).raw(named);
    let winner = Finding {
        message: Some(Text::new(
            format!("与“{{raw}}”为同一单位、同一报告期、同一版本，内容不同；因{zh}，按本文件计入，请确认"),
            format!(
                "{{raw}} has the same area, form, period and revision and another content; this file counts, because {en}: confirm it"
            ),
        )),
        ..winner
    };
    let loser = |&other: &usize| {
        let finding = Finding::new(Code::RevisionChosen)
            .severity(Severity::Info)
            .raw(path(at));
        let message = Text::new(
            format!("未计入：与“{{raw}}”为同一版本，内容不同；因{zh}，按“{{raw}}”计入"),
            format!("does not count: {{raw}} is the same revision with another content, and counts, because {en}"),
        );
        (
            other,
            Finding {
                message: Some(message),
                ..finding
            },
        )
    };
    (winner, others.iter().map(loser).collect())
}
