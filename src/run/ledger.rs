//! The tables `submissions` and `findings`.

use sha2::{Digest, Sha256};

use super::beside::Beside;
use super::names::Names;
use super::unread::is_of_file;
use crate::domain::{CellValue, Finding, Influence, Lang, Severity, hex};
use crate::partition::Entry;
use crate::pipeline::{Form, Pipeline, expected_alone};
use crate::registry::Area;
use crate::tables::{FindingRow, NO_BASE, SubmissionRow, Table};

/// Table `submissions`.
pub fn submissions(pipeline: &Pipeline, names: &Names<'_>, entries: &[Entry]) -> Table {
    let mut table = Table::of::<SubmissionRow>();
    for entry in entries {
        let s = &entry.submission;
        let area_code = entry.sender();
        let area = area_code.and_then(|code| names.area(s.form, s.period, code));
        let form = entry.form().map(|form| &pipeline.forms[form]);
        let period = s.period.map(|period| period.to_string());
        let told: Vec<&Finding> = told(entry).collect();
        let count = |severity| told.iter().filter(|finding| finding.severity == severity).count() as i64;
        table.push(SubmissionRow {
            submission_id: &s.id,
            path: &s.path,
            sha256: Some(s.sha256.as_str()).filter(|digest| !digest.is_empty()),
            form: form.map(|form| form.id.as_str()),
            form_title_zh: form.and_then(|form| form.title.own(Lang::Zh)),
            form_title_en: form.and_then(|form| form.title.own(Lang::En)),
            period: period.as_deref(),
            area_code,
            area_name: area.map(|area| area.name.as_str()),
            area_name_en: area.and_then(|area| area.name_en.as_deref()),
            revision: form.map(|_| i64::from(s.revision)),
            format: &s.format,
            encoding: s.encoding.as_deref(),
            submitted_at: entry.submitted_at,
            late_days: entry.late_days,
            status: entry.state.as_str(),
            rows_read: entry.rows.read as i64,
            rows_accepted: entry.rows.accepted as i64,
            rows_quarantined: entry.rows.quarantined as i64,
            rows_superseded: entry.rows.superseded as i64,
            rows_set_aside: entry.rows.set_aside as i64,
            rejected_with: entry.rejected_with.as_deref(),
            findings_hard: count(Severity::Hard),
            findings_explain: count(Severity::Explain),
            findings_info: count(Severity::Info),
            findings_open: told.iter().filter(|finding| finding.is_open()).count() as i64,
            layout: entry.layout.as_ref().map(|layout| layout.id.as_str()),
            return_path: entry.return_path.as_deref(),
        });
    }
    table.sort_by_key();
    table
}

/// Findings of a submission that the table has: those on an unread file stand at one of its submissions.
fn told(entry: &Entry) -> impl Iterator<Item = &Finding> {
    let is_told = |finding: &&Finding| entry.rejected_with.is_none() || !is_of_file(finding);
    entry.findings.iter().filter(is_told)
}

/// Table `findings`, in order of submission, then row and column. Those on a file beside the submissions have no submission.
pub fn findings(pipeline: &Pipeline, names: &Names<'_>, entries: &[Entry], beside: &[Beside]) -> Table {
    let mut table = Table::of::<FindingRow>();
    for entry in entries {
        let s = &entry.submission;
        let form = entry.form().map(|form| &pipeline.forms[form]);
        let period = s.period.map(|period| period.to_string());
        let area_code = entry.sender();
        let whose = Whose {
            id: &s.id,
            submission: Some(&s.id),
            path: &s.path,
            period: period.as_deref(),
            form,
            area_code,
            area: area_code.and_then(|code| names.area(s.form, s.period, code)),
        };
        push_findings(pipeline, &mut table, &whose, told(entry));
    }
    for file in beside {
        let id = format!("beside-{}", &hex(&Sha256::digest(file.path.as_bytes()))[..8]);
        let whose = Whose {
            id: &id,
            path: &file.path,
            ..Whose::default()
        };
        push_findings(pipeline, &mut table, &whose, file.findings.iter());
    }
    table.sort_by_key();
    table
}

/// The submission or file that findings are on.
#[derive(Default)]
struct Whose<'a> {
    /// What their ids begin with.
    id: &'a str,
    /// None: a file beside the submissions.
    submission: Option<&'a str>,
    path: &'a str,
    period: Option<&'a str>,
    form: Option<&'a Form>,
    area_code: Option<&'a str>,
    /// None: the registry does not have it then.
    area: Option<&'a Area>,
}

/// Adds the findings of one submission or file.
fn push_findings<'f>(
    pipeline: &Pipeline,
    table: &mut Table,
    whose: &Whose<'_>,
    findings: impl Iterator<Item = &'f Finding>,
) {
    let form = whose.form;
    let mut findings: Vec<&Finding> = findings.collect();
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    for (at, finding) in findings.iter().enumerate() {
        let place = &finding.place;
        let column = form.and_then(|form| Some(&form.columns[form.column(place.column.as_deref()?)?]));
        let title = |lang: Lang| column.map(|column| column.title.get(lang));
        let influence = finding.influence.as_ref();
        let moved = influence.and_then(|of| {
            pipeline
                .indicators
                .iter()
                .find(|indicator| indicator.id == of.indicator)
        });
        let (finding_id, cell, cells) = (format!("{}-{:05}", whose.id, at + 1), place.a1(), shown_cells(finding));
        let (influence_root, root_null) = share(influence, |of| of.national);
        let (influence_partition, partition_null) = share(influence, |of| of.partition);
        let message = |lang: Lang| finding.message(lang, title(lang));
        let expected = |lang: Lang| expected_alone(pipeline.rule_of(finding), finding, lang);
        table.push(FindingRow {
            finding_id: &finding_id,
            submission_id: whose.submission,
            path: whose.path,
            period: whose.period,
            form: form.map(|form| form.id.as_str()),
            form_title_zh: form.and_then(|form| form.title.own(Lang::Zh)),
            form_title_en: form.and_then(|form| form.title.own(Lang::En)),
            area_code: whose.area_code,
            area_name: whose.area.map(|area| area.name.as_str()),
            area_name_en: whose.area.and_then(|area| area.name_en.as_deref()),
            code: finding.code.as_str(),
            severity: finding.severity.as_str(),
            sheet: place.sheet.as_deref(),
            row: place.row.map(i64::from),
            field: place.column.as_deref(),
            cell: cell.as_deref(),
            raw: finding.raw.as_deref(),
            expected: finding.expected.as_deref(),
            expected_zh: expected(Lang::Zh).as_deref(),
            expected_en: expected(Lang::En).as_deref(),
            mend: finding.mend_text().as_deref(),
            n_affected: finding.count as i64,
            cells: cells.as_deref(),
            threshold: finding.threshold.as_deref(),
            status: status_of(finding),
            correction: finding.correction.as_deref(),
            explanation: finding.explanation.as_deref(),
            influence_indicator: influence.map(|of| of.indicator.as_str()),
            influence_indicator_title_zh: moved.and_then(|indicator| indicator.title.own(Lang::Zh)),
            influence_indicator_title_en: moved.and_then(|indicator| indicator.title.own(Lang::En)),
            influence_root,
            influence_root_null_reason: root_null,
            influence_partition,
            influence_partition_null_reason: partition_null,
            influence_counted: influence.map(|of| of.counts),
            figure_with: influence.and_then(|of| of.figures.with),
            figure_without: influence.and_then(|of| of.figures.without),
            figure_mended: influence.and_then(|of| of.figures.mended),
            message_zh: &message(Lang::Zh),
            message_en: &message(Lang::En),
        });
    }
}

/// The size of an influence, or why there is none.
fn share(influence: Option<&Influence>, of: impl Fn(&Influence) -> Option<f64>) -> (Option<f64>, Option<&'static str>) {
    match influence.map(of) {
        None => (None, Some("moves_nothing")),
        Some(None) => (None, Some("undefined")),
        Some(Some(change)) if change.is_infinite() => (None, Some(NO_BASE)),
        Some(change) => (change, None),
    }
}

/// `H12=300; I12=250`; a cell of another submission with its path before it.
fn shown_cells(finding: &Finding) -> Option<String> {
    let shown = |cell: &CellValue| {
        let path = cell.path.as_deref().map_or(String::new(), |path| format!("{path}!"));
        let at = cell
            .place
            .a1()
            .or_else(|| cell.place.column.as_deref().map(str::to_owned));
        format!("{path}{}={}", at.unwrap_or_default(), cell.value)
    };
    let cells: Vec<String> = finding.cells.iter().map(shown).collect();
    (!cells.is_empty()).then(|| cells.join("; "))
}

fn status_of(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Info => "info",
        _ if finding.is_open() => "open",
        _ => "explained",
    }
}

/// Sheet, row and column first.
pub type Order<'a> = (
    Option<&'a str>,
    Option<u32>,
    Option<u32>,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
);

/// What the table of findings of a submission is sorted by.
pub fn order(finding: &Finding) -> Order<'_> {
    let place = &finding.place;
    let column = place.column.as_deref();
    (
        place.sheet.as_deref(),
        place.row,
        place.column_index,
        finding.code.as_str(),
        column,
        finding.raw.as_deref(),
    )
}
