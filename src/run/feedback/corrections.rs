//! What became of every correction: the table `corrections`, and what is told of those without effect.

use std::collections::BTreeMap;

use crate::domain::{Code, Finding, Lang, Place, Text};
use crate::partition::{Applied, Entry, Outcome, Shared};
use crate::pipeline::corrections::{Change, Correction};
use crate::run::beside::{Beside, note_beside};
use crate::run::names::Names;
use crate::tables::{CorrectionRow, Table};

/// Tells faulty corrections and those without effect beside the submissions.
pub fn note(shared: &Shared<'_>, entries: &[Entry], beside: &mut Vec<Beside>) {
    let corrections = &shared.feedback.corrections;
    let mut findings = Vec::new();
    for fault in &corrections.faults {
        let finding = at_line(Code::CorrectionFault, fault.line).raw(&fault.raw);
        findings.push(Finding {
            expected: fault.expected.clone(),
            message: Some(fault.message.clone()),
            ..finding
        });
    }
    let by_correction = by_correction(entries);
    for (index, correction) in asked(shared) {
        let all = by_correction.get(&index).map_or(&[][..], Vec::as_slice);
        let stale = all.iter().filter(|(_, one)| one.outcome == Outcome::Stale);
        findings.extend(stale.map(|(_, one)| {
            at_line(Code::CorrectionStale, correction.line)
                .raw(one.raw.clone().unwrap_or_default())
                .expected(correction.id.as_str())
        }));
        let has_effect = |(_, one): &Effect<'_>| !matches!(one.outcome, Outcome::Superseded | Outcome::Unmatched(_));
        if !all.iter().any(has_effect) {
            let finding = at_line(Code::CorrectionUnmatched, correction.line).raw(correction.id.as_str());
            findings.push(because(finding, correction, &why(all)));
        }
    }
    note_beside(beside, &corrections.path, findings);
}

fn at_line(code: Code, line: u32) -> Finding {
    Finding::new(code).at(Place {
        row: Some(line),
        ..Place::default()
    })
}

/// Why a correction finds nothing that counts.
fn why(all: &[Effect<'_>]) -> Text {
    let unmatched = all.iter().find_map(|(_, one)| match &one.outcome {
        Outcome::Unmatched(why) => Some(why.clone()),
        _ => None,
    });
    unmatched.unwrap_or_else(|| match all {
        [] => Text::new(
            "没有收到这个表式、报告期和上报单位的上报",
            "no submission of this form, period and sender was received",
        ),
        _ => Text::new(
            "所指内容已被更新的上报或另一条更正取代",
            "what it corrects was replaced by a later revision or another correction",
        ),
    })
}

fn because(finding: Finding, correction: &Correction, why: &Text) -> Finding {
    let id = &correction.id;
    let message = Text::new(
        format!("更正“{id}”没有生效：{}", why.get(Lang::Zh)),
        format!("the correction {id} has no effect: {}", why.get(Lang::En)),
    );
    Finding {
        message: Some(message),
        ..finding
    }
}

/// Corrections of the periods of the run.
fn asked<'a>(shared: &'a Shared<'_>) -> impl Iterator<Item = (usize, &'a Correction)> {
    let all = shared.feedback.corrections.list.iter().enumerate();
    let periods = &shared.pipeline.periods;
    all.filter(|(_, correction)| periods.contains(&correction.period))
}

/// What a correction did to a submission.
type Effect<'e> = (&'e Entry, &'e Applied);

fn by_correction(entries: &[Entry]) -> BTreeMap<usize, Vec<Effect<'_>>> {
    let mut all: BTreeMap<usize, Vec<Effect<'_>>> = BTreeMap::new();
    for entry in entries {
        for one in &entry.corrected {
            all.entry(one.correction).or_default().push((entry, one));
        }
    }
    all
}

/// Table `corrections`: a row a cell, row or submission that a correction concerns; one for a correction of nothing.
pub fn table(shared: &Shared<'_>, names: &Names<'_>, entries: &[Entry]) -> Table {
    let mut table = Table::of::<CorrectionRow>();
    let by_correction = by_correction(entries);
    for (index, correction) in asked(shared) {
        match by_correction.get(&index) {
            Some(all) => all
                .iter()
                .for_each(|one| push(&mut table, shared, names, (correction, Some(*one)))),
            None => push(&mut table, shared, names, (correction, None)),
        }
    }
    table.sort_by_key();
    table
}

fn push(table: &mut Table, shared: &Shared<'_>, names: &Names<'_>, about: (&Correction, Option<Effect<'_>>)) {
    let (correction, effect) = about;
    let one = effect.map(|(_, one)| one);
    let form = &shared.pipeline.forms[correction.form];
    let column = one.and_then(|one| Some(form.columns[one.column?].id.as_str()));
    let area_name = names.of(correction.form, Some(correction.period), &correction.area);
    table.push(CorrectionRow {
        correction: &correction.id,
        submission_id: effect.map(|(entry, _)| entry.submission.id.as_str()),
        row: one.map(|one| i64::from(one.number)).filter(|row| *row > 0),
        field: column,
        period: &correction.period.to_string(),
        form: &form.id,
        form_title_zh: form.title.own(Lang::Zh),
        form_title_en: form.title.own(Lang::En),
        area_code: &correction.area,
        area_name,
        action: correction.change.as_str(),
        raw: one.and_then(|one| one.raw.as_deref()),
        value: one.and_then(|one| one.value.as_deref()),
        expect: correction.expect.as_deref(),
        obs_status: one.and_then(|one| obs_status(correction, one)),
        status: one.map_or("unmatched", |one| one.outcome.as_str()),
        reason_zh: correction.reason.get(Lang::Zh),
        reason_en: correction.reason.get(Lang::En),
        approved_by: &correction.approved_by,
        reported: correction.reported,
    });
}

/// A figure that the ministry put there is an estimate, whatever the source says of it later.
fn obs_status(correction: &Correction, one: &Applied) -> Option<&'static str> {
    match (&one.outcome, &correction.change) {
        (Outcome::Applied, Change::Override(_) | Change::Scale(_)) if one.value.is_some() => Some("E"),
        (Outcome::Applied | Outcome::Refused, _) => Some("O"),
        _ => None,
    }
}
