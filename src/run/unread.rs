//! Files that cannot be read at all: one finding for all submissions that were expected in them.

use std::collections::BTreeMap;

use crate::domain::{Code, Finding, Lang, Text};
use crate::partition::{Entry, State};
use crate::pipeline::Pipeline;

/// Why a file cannot be read, whatever its forms are.
const FAULTS: [Code; 7] = [
    Code::EncodingUnproven,
    Code::FileEmpty,
    Code::FileEncrypted,
    Code::FileForeign,
    Code::FileTooLarge,
    Code::FileUnreadable,
    Code::WorkbookForeign,
];

/// A file that cannot be read is a rejected submission of every form that its path may hold, and each of them has the same finding.
/// In the tables the first of them has it, with the titles of all forms; the others refer to it by [`Entry::rejected_with`]. Every
/// entry keeps its finding, since each goes back to its sender. `entries` are in path order, and their findings complete.
pub fn settle(pipeline: &Pipeline, entries: &mut [Entry]) {
    let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        // What another submission supersedes has no fault any more.
        if entry.state == State::Rejected && entry.findings.iter().any(is_of_file) {
            files.entry(entry.file()).or_default().push(at);
        }
    }
    let several: Vec<Vec<usize>> = files.into_values().filter(|of_file| of_file.len() > 1).collect();
    for of_file in several {
        let forms = forms(pipeline, entries, &of_file);
        let first = entries[of_file[0]].submission.id.clone();
        for (number, &at) in of_file.iter().enumerate() {
            let entry = &mut entries[at];
            for finding in entry.findings.iter_mut().filter(|finding| is_of_file(finding)) {
                *finding = finding.clone().with_more(&forms);
            }
            entry.rejected_with = (number > 0).then(|| first.clone());
        }
    }
}

/// Whether a finding says why a file cannot be read, and so concerns all of its submissions.
pub fn is_of_file(finding: &Finding) -> bool {
    finding.code.engine().is_some_and(|code| FAULTS.contains(&code))
}

/// The same of a code in a table.
pub fn is_fault_of_file(code: &str) -> bool {
    FAULTS.iter().any(|fault| fault.as_str() == code)
}

/// Titles of the forms, for the end of a message.
fn forms(pipeline: &Pipeline, entries: &[Entry], of_file: &[usize]) -> Text {
    let titles = |lang: Lang, separator: &str| {
        let title = |at: &usize| pipeline.forms[entries[*at].submission.form].title.get(lang);
        let titles: Vec<&str> = of_file.iter().map(title).collect();
        // A title is no template.
        titles.join(separator).replace(['{', '}'], "")
    };
    Text::new(
        format!("（涉及表式：{}）", titles(Lang::Zh, "、")),
        format!(" (forms concerned: {})", titles(Lang::En, ", ")),
    )
}
