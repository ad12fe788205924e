//! The table `reconciliation`: figures that are held against each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::check;
use crate::domain::{Finding, Lang, Period, Reconciled, Severity, Text};
use crate::partition::{Entry, SettledLine};
use crate::pipeline::{FormIndex, Pipeline};
use crate::report::finding_title;
use crate::run::names::Names;
use crate::tables::{ReconciliationRow, Table};

/// What the table `reconciliation` says of the submissions of a period: their forms, and which differences are explained.
#[derive(Default, Serialize)]
pub struct Said<'a> {
    forms: BTreeMap<&'a str, FormIndex>,
    /// By submission, code, row and column.
    explained: BTreeSet<(&'a str, &'a str, u32, &'a str)>,
}

impl<'a> Said<'a> {
    /// Of entries whose findings are complete, by period.
    pub fn of(entries: &'a [Entry]) -> BTreeMap<Period, Said<'a>> {
        let is_explained = |finding: &&Finding| finding.severity == Severity::Explain && !finding.is_open();
        let mut all: BTreeMap<Period, Said<'a>> = BTreeMap::new();
        for entry in entries {
            let Some(period) = entry.submission.period else {
                continue;
            };
            let said = all.entry(period).or_default();
            let id = entry.submission.id.as_str();
            said.forms.insert(id, entry.submission.form);
            for finding in entry.findings.iter().filter(is_explained) {
                let place = &finding.place;
                let (row, column) = (place.row.unwrap_or(0), place.column.as_deref().unwrap_or_default());
                said.explained.insert((id, finding.code.as_str(), row, column));
            }
        }
        all
    }
}

/// Rows of the table `reconciliation`. A difference whose finding has been explained is.
pub fn reconciliation(pipeline: &Pipeline, names: &Names<'_>, said: &Said<'_>, lines: &[SettledLine]) -> Table {
    let mut table = Table::of::<ReconciliationRow>();
    table.reserve(lines.len());
    let titles: HashMap<&str, (Text, Option<FormIndex>)> = (pipeline.rules.iter())
        .map(|rule| {
            (
                rule.id.as_str(),
                (finding_title(pipeline, check::code_of(&rule.id)), Some(rule.form)),
            )
        })
        .collect();
    for SettledLine { submission, line, .. } in lines {
        let id = submission.as_deref();
        let code = check::code_of(&line.rule);
        let key = (id.unwrap_or_default(), code, line.row, line.column.as_str());
        let is_explained = line.status == check::Status::Differs && said.explained.contains(&key);
        let status = if is_explained {
            "explained"
        } else {
            line.status.as_str()
        };
        let (rule_title, rule_form) = match titles.get(line.rule.as_str()) {
            Some(known) => known.clone(),
            None => (finding_title(pipeline, code), None),
        };
        let form = id.and_then(|id| said.forms.get(id).copied()).or(rule_form);
        let name = form.and_then(|form| names.of(form, Some(line.period), &line.area));
        table.push(ReconciliationRow {
            period: &line.period.to_string(),
            area_code: &line.area,
            area_name: name,
            rule: &line.rule,
            rule_title_zh: rule_title.own(Lang::Zh),
            rule_title_en: rule_title.own(Lang::En),
            field: &line.column,
            submission_id: id,
            row: (line.row > 0).then_some(i64::from(line.row)),
            left_value: line.left,
            right_value: line.right,
            difference: line.difference,
            tolerance: line.tolerance,
            used: line.used.as_str(),
            status,
            reason: line.reason.as_str(),
        });
    }
    table.sort_by_key();
    table
}

/// The rows of a period, counted by rule and status.
pub fn counted(table: &Table) -> Vec<Reconciled> {
    let mut rules: BTreeMap<&str, Reconciled> = BTreeMap::new();
    for row in table.rows::<ReconciliationRow>() {
        if !rules.contains_key(row.rule) {
            let rule = Reconciled {
                rule: row.rule.to_owned(),
                title_zh: row.rule_title_zh.map(str::to_owned),
                title_en: row.rule_title_en.map(str::to_owned),
                counts: BTreeMap::new(),
            };
            rules.insert(row.rule, rule);
        }
        let Some(rule) = rules.get_mut(row.rule) else { continue };
        match rule.counts.get_mut(row.status) {
            Some(count) => *count += 1,
            None => drop(rule.counts.insert(row.status.to_owned(), 1)),
        }
    }
    rules.into_values().collect()
}
