//! What was found, by kind, and what has been said of it since.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Code, Severity};
use crate::pipeline::Pipeline;
use crate::report::summary::{Feedback, FindingLine};
use crate::report::titles::finding_title;
use crate::tables::{CorrectionRow, FindingRow, SubmissionRow, Table};

pub(in crate::report) fn finding_lines(pipeline: &Pipeline, findings: &Table, submissions: &Table) -> Vec<FindingLine> {
    let senders: BTreeMap<&str, &str> = submissions
        .rows::<SubmissionRow>()
        .filter_map(|submission| Some((submission.submission_id, submission.area_code?)))
        .collect();
    let mut kinds: BTreeMap<(&str, &str), (i64, BTreeSet<&str>)> = BTreeMap::new();
    for finding in findings.rows::<FindingRow>() {
        let (count, from) = kinds.entry((finding.severity, finding.code)).or_default();
        *count += finding.n_affected;
        from.extend(finding.submission_id.and_then(|id| senders.get(id)));
    }
    let mut lines: Vec<FindingLine> = kinds
        .into_iter()
        .map(|((severity, code), (count, from))| FindingLine {
            severity: severity_of(severity),
            code: code.to_owned(),
            title: finding_title(pipeline, code),
            count,
            senders: from.len(),
        })
        .collect();
    lines.sort_by(|x, y| (y.severity, y.count, &x.code).cmp(&(x.severity, x.count, &y.code)));
    lines
}

/// Submissions of a form with something open that its sender must mend.
pub(super) fn returned(findings: &Table, submissions: &Table) -> usize {
    let of_forms: BTreeSet<&str> = submissions
        .rows::<SubmissionRow>()
        .filter(|submission| submission.form.is_some())
        .map(|submission| submission.submission_id)
        .collect();
    let open: BTreeSet<&str> = findings
        .rows::<FindingRow>()
        .filter(|finding| finding.status == "open" && finding.correction.is_none())
        .filter_map(|finding| finding.submission_id)
        .collect();
    // What is told of an unread file at one of its submissions goes back for each of them.
    let told_elsewhere = submissions
        .rows::<SubmissionRow>()
        .filter(|submission| submission.rejected_with.is_some_and(|with| open.contains(with)))
        .map(|submission| submission.submission_id);
    let open: BTreeSet<&str> = open.iter().copied().chain(told_elsewhere).collect();
    of_forms.intersection(&open).count()
}

fn severity_of(word: &str) -> Severity {
    [Severity::Info, Severity::Explain]
        .into_iter()
        .find(|s| s.as_str() == word)
        .unwrap_or(Severity::Hard)
}

pub(super) fn feedback(findings: &Table, corrections: &Table) -> Feedback {
    let findings = findings.rows::<FindingRow>();
    let count = |is: fn(&FindingRow) -> bool| findings.clone().filter(is).count() as i64;
    let corrections = corrections.rows::<CorrectionRow>();
    let beside = [Code::CorrectionFault, Code::CorrectionStale, Code::CorrectionUnmatched].map(Code::as_str);
    Feedback {
        explain: count(|finding| finding.severity == "explain"),
        explained: count(|finding| finding.status == "explained"),
        corrected: corrections.filter(|one| one.status == "applied").count() as i64,
        idle: findings
            .clone()
            .filter(|finding| beside.contains(&finding.code))
            .count() as i64,
    }
}
