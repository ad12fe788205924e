//! The records under judgement, and the notes on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::frame::DataFrame;
use polars::prelude::{AnyValue, Column, DataType, Float64Chunked, PolarsError, PolarsResult};

use super::blame::{Blame, Broken};
use super::causes;
use super::context::{Context, Origin};
use super::error::Error;
use super::tally::Tally;
use crate::domain::{CellValue, Finding, FindingCode, Findings, Place, RowState, RowStatuses, Severity, date_of_days};
use crate::pipeline::{Form, FormIndex, Pipeline, Rule, RuleKind};

/// The records of one form, period and province.
pub(super) struct Partition<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) form_index: FormIndex,
    pub(super) form: &'a Form,
    pub(super) context: Context<'a>,
    /// One chunk a column.
    pub(super) frame: DataFrame,
    pub(super) statuses: &'a mut RowStatuses,
    origins: BTreeMap<u32, &'a Origin>,
    /// Per record.
    submissions: Vec<u32>,
    /// Per record, as the clerk counts.
    rows: Vec<u32>,
    /// Per record: which submission of the partition, counted from 0.
    ordinals: Vec<u32>,
    /// By submission, each with the record it concerns.
    findings: BTreeMap<u32, Findings>,
    tallies: BTreeMap<String, Tally>,
    /// Records judged by a rule in each submission.
    judged: BTreeMap<String, Vec<u32>>,
    /// Records that a hard rule of the kinds under way quarantines, with its code.
    out: Vec<(usize, FindingCode)>,
    /// Records of each submission that break a rule of the kinds under way.
    broken: BTreeMap<String, Vec<Broken>>,
    /// Columns that hard rules blame as a whole, by rule and submission.
    blamed: BTreeMap<(String, u32), Blame>,
}

impl<'a> Partition<'a> {
    pub(super) fn new(
        context: &Context<'a>,
        frame: &DataFrame,
        statuses: &'a mut RowStatuses,
        origins: &'a [Origin],
    ) -> Result<Partition<'a>, Error> {
        let Context {
            pipeline,
            form: form_index,
            ..
        } = *context;
        let form = &pipeline.forms[form_index];
        let mut frame = frame.clone();
        frame.rechunk_mut();
        let broken = |source| Error::Frame {
            form: form.id.clone(),
            source,
        };
        let submissions = numbers(&frame, "submission").map_err(broken)?;
        let rows = numbers(&frame, "row").map_err(broken)?;
        let ordinals = ordinals(&submissions);
        let origins = origins.iter().map(|origin| (origin.submission, origin)).collect();
        Ok(Partition {
            pipeline,
            form_index,
            form,
            context: *context,
            frame,
            statuses,
            origins,
            submissions,
            rows,
            ordinals,
            findings: BTreeMap::new(),
            tallies: BTreeMap::new(),
            judged: BTreeMap::new(),
            out: Vec::new(),
            broken: BTreeMap::new(),
            blamed: BTreeMap::new(),
        })
    }

    /// A column of the records.
    pub(super) fn column(&self, name: &str) -> Result<&Column, Error> {
        self.frame.column(name).map_err(|source| self.broken(source))
    }

    /// What polars says of the frame.
    pub(super) fn broken(&self, source: PolarsError) -> Error {
        Error::Frame {
            form: self.form.id.clone(),
            source,
        }
    }

    /// The value of a record in a column of the form, as in definitions.
    pub(super) fn text(&self, column: usize, record: usize) -> Result<String, Error> {
        let value = self.column(&self.form.columns[column].id)?.get(record);
        value.map(|value| shown(&value)).map_err(|source| self.broken(source))
    }

    /// The cell of a record in a column of the form, with its value.
    pub(super) fn cell(&self, column: usize, record: usize) -> Result<CellValue, Error> {
        Ok(CellValue {
            place: self.cell_place(record, Some(column)),
            path: None,
            value: self.text(column, record)?,
        })
    }

    /// The rules of the form of one kind.
    pub(super) fn rules_of<T>(&self, pick: impl Fn(&'a RuleKind) -> Option<&'a T>) -> Vec<(&'a Rule, &'a T)> {
        let rules = self.pipeline.rules.iter().filter(|rule| rule.form == self.form_index);
        rules.filter_map(|rule| Some((rule, pick(&rule.kind)?))).collect()
    }

    /// Whether a record still counts.
    pub(super) fn stands(&self, record: usize) -> bool {
        self.statuses.of(record) == RowState::Accepted
    }

    /// Which submission of the partition a record came in, counted from 0.
    pub(super) fn ordinal(&self, record: usize) -> usize {
        self.ordinals[record] as usize
    }

    /// A count of nothing for each submission.
    pub(super) fn none_judged(&self) -> Vec<u32> {
        vec![0; self.submission_count()]
    }

    fn submission_count(&self) -> usize {
        self.ordinals.last().map_or(0, |last| *last as usize + 1)
    }

    /// Index of the submission a record came in.
    pub(super) fn submission(&self, record: usize) -> u32 {
        self.submissions[record]
    }

    /// Where a record lies as a whole: its row, shown at the first column of the key.
    pub(super) fn row_place(&self, record: usize) -> Place {
        let key = self.form.key.first().copied();
        Place {
            column: None,
            ..self.cell_place(record, key)
        }
    }

    /// Where a record's cell in a column of the form lies.
    pub(super) fn cell_place(&self, record: usize, column: Option<usize>) -> Place {
        let origin = self.origins.get(&self.submissions[record]);
        let matched = column.and_then(|at| origin?.columns.iter().find(|matched| matched.column == at));
        Place {
            sheet: origin.and_then(|origin| origin.sheet.clone()),
            row: Some(self.rows[record]),
            column: column.map(|at| Arc::from(self.form.columns[at].id.as_str())),
            column_index: matched.map(|matched| matched.index),
        }
    }

    /// How `from` calls the row of another record: by its number, with the path where it lies in another submission.
    pub(super) fn refer(&self, from: usize, to: usize) -> String {
        let number = self.rows[to];
        match self.origins.get(&self.submissions[to]) {
            Some(origin) if self.submissions[from] != self.submissions[to] => format!("{number} ({})", origin.path),
            _ => number.to_string(),
        }
    }

    /// Where the records of a record's submission lie.
    pub(super) fn origin(&self, record: usize) -> Option<&'a Origin> {
        self.origins.get(&self.submissions[record]).copied()
    }

    /// Row of a record, as the clerk counts.
    pub(super) fn row(&self, record: usize) -> u32 {
        self.rows[record]
    }

    /// The figures of a numeric column of the form.
    pub(super) fn figures(&self, column: usize) -> Result<Float64Chunked, Error> {
        let broken = |source| self.broken(source);
        let column = self.column(&self.form.columns[column].id)?;
        let doubles = column.cast(&DataType::Float64).map_err(broken)?;
        Ok(doubles.f64().map_err(broken)?.rechunk().into_owned())
    }

    /// Records that still count.
    pub(super) fn standing(&self) -> Vec<usize> {
        (0..self.statuses.len()).filter(|&record| self.stands(record)).collect()
    }

    /// Notes a finding on a record.
    pub(super) fn note(&mut self, record: usize, finding: Finding) {
        let of_submission = self.findings.entry(self.submissions[record]);
        let most = self.pipeline.limits.findings;
        of_submission
            .or_insert_with(|| Findings::new(most))
            .push(record as u32, finding);
    }

    /// Notes that what a record holds breaks a rule. A hard one puts it out once the kinds judged together are through.
    pub(super) fn break_rule(&mut self, rule: &Rule, record: usize, finding: Finding) {
        self.breakers(rule, record).by_value(&finding);
        self.put_out(rule, record, finding);
    }

    /// Notes that a record breaks a rule because something is missing.
    pub(super) fn lack(&mut self, rule: &Rule, record: usize, finding: Finding) {
        self.breakers(rule, record).by_lack();
        self.put_out(rule, record, finding);
    }

    fn put_out(&mut self, rule: &Rule, record: usize, finding: Finding) {
        if rule.severity == Severity::Hard {
            self.out.push((record, finding.code.clone()));
        }
        self.note(record, finding);
    }

    /// What breaks a rule in the submission of a record.
    fn breakers(&mut self, rule: &Rule, record: usize) -> &mut Broken {
        let count = self.submission_count();
        let at = self.ordinal(record);
        let of_rule = self.broken.entry(rule.id.clone());
        &mut of_rule.or_insert_with(|| vec![Broken::default(); count])[at]
    }

    /// Puts out what broke a hard rule, and the other figures of columns that one blames as a whole.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        for (record, cause) in std::mem::take(&mut self.out) {
            self.statuses.quarantine(record, cause);
        }
        let broken = std::mem::take(&mut self.broken);
        for rule in &self.pipeline.rules {
            let Some((of_rule, judged)) = broken.get(&rule.id).zip(self.judged.get(&rule.id)) else {
                continue;
            };
            let blames = of_rule.iter().zip(judged).enumerate();
            let blames = blames.filter_map(|(at, (broken, judged))| Some((at, broken.blames(rule, *judged)?)));
            for (at, (column, blame)) in blames.collect::<Vec<_>>() {
                self.hold(rule, at, column, blame)?;
            }
        }
        Ok(())
    }

    /// Holds back the records of a submission that have a value in a blamed column.
    fn hold(&mut self, rule: &Rule, ordinal: usize, column: usize, mut blame: Blame) -> Result<(), Error> {
        let ordinal = ordinal as u32;
        let first = self.ordinals.partition_point(|&of| of < ordinal);
        let end = self.ordinals.partition_point(|&of| of <= ordinal);
        let has_value = self.column(&self.form.columns[column].id)?.is_not_null();
        for record in first..end {
            if self.stands(record) && has_value.get(record) == Some(true) {
                self.statuses.quarantine(record, FindingCode::rule(&rule.id));
                blame.others.push(self.rows[record]);
            }
        }
        self.blamed.insert((rule.id.clone(), self.submissions[first]), blame);
        Ok(())
    }

    /// Notes how often a rule was judged and broken, and how many records of each submission it judged.
    pub(super) fn count_judged(&mut self, rule: &Rule, tally: Tally, judged: Vec<u32>) {
        self.count(rule, tally);
        self.judged.insert(rule.id.clone(), judged);
    }

    /// Notes how often a rule was judged and broken.
    pub(super) fn count(&mut self, rule: &Rule, tally: Tally) {
        self.tallies.entry(rule.id.clone()).or_default().add(tally);
    }

    /// All findings by submission, those of one by record; on one record in the order they were made.
    pub(super) fn into_checked(self) -> Checked {
        let mut pairs: Vec<(u32, u32)> = self.submissions.iter().copied().zip(self.ordinals).collect();
        pairs.dedup();
        let ordinals: BTreeMap<u32, u32> = pairs.into_iter().collect();
        let of_submission = |(submission, findings): (u32, Findings)| {
            let judged = |finding: &Finding| {
                let judged = self.judged.get(finding.code.as_str())?;
                Some(judged[*ordinals.get(&submission)? as usize] as usize)
            };
            let together = |members: &[Finding]| {
                let code = members.first()?.code.to_string();
                causes::together(members, self.blamed.get(&(code, submission)))
            };
            (submission, findings.into_causes(&judged, &together))
        };
        Checked {
            findings: self.findings.into_iter().map(of_submission).collect(),
            tallies: self.tallies,
        }
    }
}

/// Result of the rules.
#[derive(Debug, Default)]
pub struct Checked {
    /// By submission, numbered as in the frame; those of one in the order of its records.
    pub findings: BTreeMap<u32, Vec<Finding>>,
    /// By the id of the rule.
    pub tallies: BTreeMap<String, Tally>,
}

/// What a rule says of a record, in its own words.
pub(super) fn finding_of(rule: &Rule) -> Finding {
    Finding::of_rule(&rule.id, rule.severity, rule.message.clone())
}

/// A number for each run of one submission: the records of a submission stand together.
fn ordinals(submissions: &[u32]) -> Vec<u32> {
    let mut number = 0;
    let mut last = None;
    let each = submissions.iter().map(|&submission| {
        if last.is_some_and(|last| last != submission) {
            number += 1;
        }
        last = Some(submission);
        number
    });
    each.collect()
}

fn numbers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u32>> {
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column
        .i64()?
        .iter()
        .map(|number| number.and_then(|n| u32::try_from(n).ok()).unwrap_or(0))
        .collect())
}

/// A value as in definitions: text bare, a null empty.
pub(super) fn shown(value: &AnyValue) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(number) => number.to_string(),
        AnyValue::Int64(number) => number.to_string(),
        AnyValue::Date(days) => date_of_days(*days).map_or_else(|| days.to_string(), |date| date.to_string()),
        other => other.to_string(),
    }
}
