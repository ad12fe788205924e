//! What was found, by kind, and what has been said of it since.

use std::collections::{BTreeMap, BTreeSet};

use super::integer;
use crate::domain::{Code, Severity, Table, Text};
use crate::pipeline::Pipeline;
use crate::report::explain::without_placeholders;
use crate::report::summary::{Feedback, FindingLine};

pub(super) fn finding_lines(pipeline: &Pipeline, findings: &Table, submissions: &Table) -> Vec<FindingLine> {
    let senders: BTreeMap<&str, &str> = (0..submissions.height())
        .filter_map(|row| {
            Some((
                submissions.text(row, "submission_id")?,
                submissions.text(row, "area_code")?,
            ))
        })
        .collect();
    let mut kinds: BTreeMap<(&str, &str), (i64, BTreeSet<&str>)> = BTreeMap::new();
    for row in 0..findings.height() {
        let (Some(severity), Some(code)) = (findings.text(row, "severity"), findings.text(row, "code")) else {
            continue;
        };
        let (count, from) = kinds.entry((severity, code)).or_default();
        *count += integer(findings, row, "n_affected").unwrap_or(1);
        from.extend(findings.text(row, "submission_id").and_then(|id| senders.get(id)));
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

/// Submissions of a form with something open.
pub(super) fn returned(findings: &Table, submissions: &Table) -> usize {
    let of_forms: BTreeSet<&str> = (0..submissions.height())
        .filter(|&row| submissions.text(row, "form").is_some())
        .filter_map(|row| submissions.text(row, "submission_id"))
        .collect();
    let open: BTreeSet<&str> = (0..findings.height())
        .filter(|&row| findings.text(row, "status") == Some("open"))
        .filter_map(|row| findings.text(row, "submission_id"))
        .collect();
    of_forms.intersection(&open).count()
}

fn severity_of(word: &str) -> Severity {
    [Severity::Info, Severity::Explain]
        .into_iter()
        .find(|s| s.as_str() == word)
        .unwrap_or(Severity::Hard)
}

fn shown(message: &Text) -> Text {
    let texts = message.0.iter();
    Text(
        texts
            .map(|(lang, text)| (lang.clone(), without_placeholders(text)))
            .collect(),
    )
}

/// What a person calls a code: a title of the catalog, or the message of a rule.
pub fn finding_title(pipeline: &Pipeline, code: &str) -> Text {
    let of_rule = || {
        pipeline
            .rules
            .iter()
            .find(|rule| rule.id == code)
            .map(|rule| shown(&rule.message))
    };
    let of_catalog = Code::named(code).map(|code| code.entry().title.clone());
    of_catalog.or_else(of_rule).unwrap_or_else(|| Text::new(code, code))
}

/// What a person calls an indicator.
pub(in crate::report) fn indicator_title(pipeline: &Pipeline, id: &str) -> Text {
    let indicator = pipeline.indicators.iter().find(|indicator| indicator.id == id);
    indicator.map_or_else(|| Text::new(id, id), |indicator| indicator.title.clone())
}

pub(super) fn feedback(findings: &Table, corrections: &Table) -> Feedback {
    let count = |table: &Table, column: &str, words: &[&str]| {
        let rows = (0..table.height()).filter(|&row| table.text(row, column).is_some_and(|word| words.contains(&word)));
        rows.count() as i64
    };
    let beside = [Code::CorrectionFault, Code::CorrectionStale, Code::CorrectionUnmatched].map(Code::as_str);
    Feedback {
        explain: count(findings, "severity", &["explain"]),
        explained: count(findings, "status", &["explained"]),
        corrected: count(corrections, "status", &["applied"]),
        idle: count(findings, "code", &beside),
    }
}
