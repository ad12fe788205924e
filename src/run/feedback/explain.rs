//! Explain findings that the county has explained: in its own column of remarks, or in `explanations.csv`.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Code, Finding, Place, Severity, Text, agreeing, plural};
use crate::normalize;
use crate::partition::{Entry, Feedback, Remarks, Sender};
use crate::pipeline::{Pipeline, RowUnit};
use crate::registry::Explanation;
use crate::run::beside::{Beside, note_beside};

/// Different explanations that stand beside one finding; how many more there are is said.
const SAID: usize = 5;

/// Gives explain findings their explanations, and tells explanations that explain nothing. Hard findings keep theirs for whoever
/// reads them, and stay open.
pub fn explain(feedback: &Feedback, pipeline: &Pipeline, entries: &mut [Entry], beside: &mut Vec<Beside>) {
    let list = &feedback.explanations.list;
    let mut used: BTreeMap<usize, Severity> = BTreeMap::new();
    let mut unclear: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    // Explanations without a key, of findings on rows.
    let mut keyless: BTreeSet<usize> = BTreeSet::new();
    for entry in entries.iter_mut().filter(|entry| entry.state.stands()) {
        let submission = &entry.submission;
        let Some(period) = submission.period else { continue };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let form = &pipeline.forms[submission.form];
        let is_area = matches!(form.unit, RowUnit::Area(_)) && entry.remarks.records.len() == 1;
        let one_row = form.key.is_empty() || is_area;
        let explained = feedback.explanations_of(&sender);
        unclear.extend(entry.remarks.unclear.iter().map(|(index, rows)| (*index, rows.clone())));
        for finding in entry
            .findings
            .iter_mut()
            .filter(|finding| finding.severity != Severity::Info)
        {
            let mut partly = Vec::new();
            for &index in explained {
                if !normalize::explains(&list[index].words, form) {
                    continue;
                }
                let of = |one_row: bool| answers((index, &list[index]), finding, &entry.remarks, one_row);
                if list[index].key.is_empty() && of(one_row).is_none() && of(true).is_some() {
                    keyless.insert(index);
                }
                let whole = match of(one_row) {
                    Some(Answer::Whole) => true,
                    Some(Answer::Part) => false,
                    None => continue,
                };
                let worst = used.entry(index).or_insert(finding.severity);
                *worst = finding.severity.min(*worst);
                if whole {
                    finding.explain(&list[index].text);
                } else {
                    partly.push((index, &list[index]));
                }
            }
            if finding.explanation.is_none() && !partly.is_empty() {
                finding.explanation = together(&partly, finding, &entry.remarks);
            }
            if finding.explanation.is_none() {
                finding.explanation = entry.remarks.answer(finding).map(str::to_owned);
            }
        }
    }
    let asked = |one: &Explanation| pipeline.periods.contains(&one.period);
    let all = list.iter().enumerate().filter(|(_, one)| asked(one));
    let mut unused = all.filter_map(|(index, one)| {
        let is_said = normalize::explains(&one.words, &pipeline.forms[one.form]);
        let unclear = match (unclear.get(&index), keyless.contains(&index)) {
            (Some(rows), _) => Some(Unclear::Several(rows)),
            (None, true) => Some(Unclear::Keyless),
            (None, false) => None,
        };
        idle(one, is_said, used.get(&index).copied(), unclear)
    });
    let mut findings: Vec<Finding> = unused.by_ref().take(pipeline.limits.findings).collect();
    findings.extend(further(unused.count()));
    note_beside(beside, &feedback.explanations.path, findings);
}

/// Why it cannot be told which finding an explanation answers.
enum Unclear<'a> {
    /// Its key fits these rows.
    Several(&'a BTreeSet<u32>),
    /// It has no key, and the finding is on a row.
    Keyless,
}

/// How much of a finding an explanation speaks of.
enum Answer {
    Whole,
    /// One of the rows or units that it stands for.
    Part,
}

/// Whether an explanation speaks of a finding.
fn answers((index, one): (usize, &Explanation), finding: &Finding, remarks: &Remarks, one_row: bool) -> Option<Answer> {
    let place = &finding.place;
    let is_record = |row: u32| remarks.records.binary_search(&row).is_ok();
    let keyed = |row: &u32| remarks.keyed.get(&index).is_some_and(|rows| rows.contains(row));
    let answer = match (one.key.is_empty(), place.row) {
        (true, row) => (one_row || !row.is_some_and(is_record)).then_some(Answer::Whole),
        (false, Some(row)) => keyed(&row).then_some(Answer::Whole),
        // A unit that is missing has no row: the finding names it by its key.
        (false, None) => {
            let part = finding.rows.iter().any(keyed) || finding.units.iter().any(|unit| is_key(one, unit));
            part.then_some(Answer::Part)
        }
    };
    let column = one.column.as_deref().is_none_or(|column| {
        let other = finding
            .cells
            .iter()
            .any(|cell| cell.place.column.as_deref() == Some(column));
        place.column.as_deref() == Some(column) || other
    });
    let is_content = |wanted: &str| {
        // A rule shows the cells that it looked at, the one that it stands at first.
        let first = finding.cells.first().filter(|cell| cell.path.is_none());
        let mut shown = finding
            .raw
            .as_deref()
            .into_iter()
            .chain(first.map(|cell| cell.value.as_str()));
        shown.any(|content| normalize::same_content(content, wanted))
    };
    let content = one.raw.as_deref().is_none_or(is_content);
    answer.filter(|_| column && content && one.code.as_deref().is_none_or(|code| code == finding.code.as_str()))
}

fn is_key(one: &Explanation, unit: &[String]) -> bool {
    let mut parts = one.key.iter().zip(unit);
    one.key.len() == unit.len() && parts.all(|(key, part)| normalize::same_content(key, part))
}

/// What is said of a finding that stands for many, where each of its rows or units is explained; None while one is not.
fn together(partly: &[(usize, &Explanation)], finding: &Finding, remarks: &Remarks) -> Option<String> {
    let of_row = |row: &u32| {
        let keyed = |index: &usize| remarks.keyed.get(index).is_some_and(|rows| rows.contains(row));
        let said = partly.iter().find(|(index, _)| keyed(index)).map(|(_, one)| &one.text);
        said.or_else(|| remarks.rows.get(row))
    };
    let of_unit = |unit: &Vec<String>| {
        let said = partly.iter().find(|(_, one)| is_key(one, unit));
        said.map(|(_, one)| &one.text)
    };
    let rows = finding.rows.iter().map(of_row);
    let said: Vec<&String> = rows.chain(finding.units.iter().map(of_unit)).collect::<Option<_>>()?;
    let mut seen = BTreeSet::new();
    let mut words: Vec<&str> = said
        .into_iter()
        .filter(|text| seen.insert(*text))
        .map(String::as_str)
        .collect();
    let more = words.len().saturating_sub(SAID);
    words.truncate(SAID);
    let words = words.join("; ");
    Some(if more > 0 {
        format!("{words} … (+{more})")
    } else {
        words
    })
}

/// One finding for those beyond the ones that are told one by one.
fn further(rest: usize) -> Option<Finding> {
    let message = Text::new(
        format!("另有 {rest} 条说明也没有对应的核实性问题"),
        format!(
            "{} {} nothing either",
            plural(rest, "further explanation"),
            agreeing(rest, "settles", "settle")
        ),
    );
    (rest > 0).then(|| Finding {
        message: Some(message),
        ..Finding::new(Code::ExplanationUnmatched).count(rest as u64)
    })
}

fn ambiguous(one: &Explanation, rows: &BTreeSet<u32>) -> Text {
    let key = one.key.join("; ");
    let list = |separator: &str| {
        let named: Vec<String> = rows.iter().take(SAID).map(u32::to_string).collect();
        let more = rows.len() - named.len();
        named.join(separator)
            + &if more > 0 {
                format!(" … (+{more})")
            } else {
                String::new()
            }
    };
    Text::new(
        format!(
            "第 {} 行的主键与“{key}”只差字母大小写或空格，无法判断所指哪一行，该说明未用；请照表中的写法填写主键",
            list("、")
        ),
        format!(
            "the keys of rows {} differ from “{key}” in case or blanks only, and nobody can tell which is meant; the explanation is not used. Write the key as its row has it",
            list(", ")
        ),
    )
}

/// What is told of an explanation that settles nothing; `unclear` are rows of several units that its key could mean.
fn idle(one: &Explanation, is_said: bool, answered: Option<Severity>, unclear: Option<Unclear<'_>>) -> Option<Finding> {
    let refused = match answered {
        _ if !is_said => Text::new(
            format!("“{}”没有说明原因，该说明未用", one.words),
            format!("“{}” gives no reason; the explanation is not used", one.words),
        ),
        Some(Severity::Hard) => Text::new(
            "强制性问题不能以说明代替改正，问题仍待处理",
            "a hard finding must be mended and is not settled by an explanation; it stays open",
        ),
        Some(_) => return None,
        None if let Some(Unclear::Several(rows)) = unclear => ambiguous(one, rows),
        None if unclear.is_some() => Text::new(
            "该问题在某一行上：请填写该行的主键，说明才能对应",
            "the finding is on a row: give the key of that row, so that the explanation can be matched",
        ),
        None => Text::new("没有对应的核实性问题", "no explain finding answers to this explanation"),
    };
    let place = Place {
        row: Some(one.line),
        ..Place::default()
    };
    let finding = Finding::new(Code::ExplanationUnmatched).at(place).raw(&one.text);
    Some(Finding {
        message: Some(refused),
        ..finding
    })
}
