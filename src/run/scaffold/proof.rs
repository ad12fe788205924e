//! Reads the sheet with the proposed form as a run would, and takes back what it does not bear.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::ScaffoldError;
use super::trial::{Frame, Trial};
use crate::domain::{Code, Finding, Lang, Period, RawTable, RowState, SetAside, Severity, Text};
use crate::normalize::{Context, normalize};
use crate::pipeline::ColumnKind;
use crate::report::{FormDraft, Read};

/// How often a column is taken back: its type, then that it is required.
const ROUNDS: usize = 4;
/// Findings that are told.
const TOLD: usize = 8;

/// Reads the file with the form, until no column has a fault that it need not have, and notes what came of it.
pub(super) fn prove(
    draft: &mut FormDraft,
    (frame, period): (&Frame, Period),
    path: &str,
    bytes: &Arc<[u8]>,
) -> Result<(), ScaffoldError> {
    for _ in 0..ROUNDS {
        let trial = Trial::of(draft, frame, period)?;
        let Some(submission) = trial.read(path, bytes)? else {
            return Ok(());
        };
        let Some(table) = submission.table else { return Ok(()) };
        let form = &trial.pipeline.forms[0];
        let areas = trial
            .registry
            .of_form(form, submission.submission.period.unwrap_or(period));
        let sender = areas
            .get(&submission.submission.area_code)
            .unwrap_or_else(|| areas.root());
        let context = Context {
            pipeline: &trial.pipeline,
            form: 0,
            areas: &areas,
            sender: &sender.code,
            submission: 0,
        };
        let normal = normalize(&table, &context);
        let accepted = match submission.rejected {
            true => 0,
            false => normal.statuses.count(RowState::Accepted),
        };
        let findings: Vec<Finding> = submission.findings.into_iter().chain(normal.findings).collect();
        draft.read = Some(read(&table, accepted, &findings));
        let taken = findings
            .iter()
            .filter(|finding| take_back(draft, &table, finding))
            .count();
        if taken == 0 {
            break;
        }
    }
    Ok(())
}

/// Takes back what a hard finding in a column contradicts.
fn take_back(draft: &mut FormDraft, table: &RawTable, finding: &Finding) -> bool {
    let column = finding.place.column_index.and_then(|index| {
        let matched = table.columns.iter().find(|matched| matched.index == index)?;
        draft.columns.get_mut(matched.column)
    });
    let Some(column) = column.filter(|_| finding.severity == Severity::Hard) else {
        return false;
    };
    let is_bare = !draft.key.contains(&column.id);
    let told = |lang| finding.message(lang, Some(&column.header));
    let note = Text::new(
        format!("原推测不成立：{}", told(Lang::Zh)),
        format!("a first guess did not hold: {}", told(Lang::En)),
    );
    match (&column.kind, finding.code.engine()) {
        (ColumnKind::Text, _) | (_, Some(Code::CellMissing)) if column.required && is_bare => column.required = false,
        (ColumnKind::Text, _) => return false,
        _ => {
            column.kind = ColumnKind::Text;
            column.level = None;
        }
    }
    column.notes.push(note);
    true
}

/// What came of it.
fn read(table: &RawTable, accepted: usize, findings: &[Finding]) -> Read {
    let mut told: BTreeMap<(String, Option<String>), (u64, &Finding)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        let column = finding.place.column.as_deref().map(str::to_owned);
        let one = told.entry((finding.code.to_string(), column)).or_insert((0, finding));
        one.0 += finding.count;
    }
    let words = |(count, finding): (u64, &Finding)| {
        let of = |lang| {
            let column = finding
                .place
                .column
                .as_deref()
                .map_or(String::new(), |column| format!("{column}: "));
            format!("{column}{}", finding.message(lang, finding.place.column.as_deref()))
        };
        (count, Text::new(of(Lang::Zh), of(Lang::En)))
    };
    Read {
        records: table.records.len(),
        accepted,
        set_aside: table
            .set_aside
            .iter()
            .filter(|(_, kind)| *kind != SetAside::Blank)
            .count(),
        findings: told.into_values().take(TOLD).map(words).collect(),
    }
}
