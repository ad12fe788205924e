//! Rules within one row: `[[row]]` of `checks.toml`. All rules of a form are judged over all records in one pass; only rows that
//! break one are looked at singly.

use polars::prelude::{BooleanChunked, DataType, IntoLazy, PolarsResult, col};

use super::error::Error;
use super::mends::add_reason;
use super::partition::{Partition, finding_of};
use super::row_mends::propose;
use super::tally::Tally;
use crate::domain::{Finding, Unknown};
use crate::lake::sql::expression;
use crate::pipeline::formula::Formula;
use crate::pipeline::{Rule, RuleKind};

/// Finds what the rules of the form say, under their ids. A hard one puts the row out.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let rules = partition.rules_of(|kind| match kind {
        RuleKind::Row(formula) => Some(formula),
        _ => None,
    });
    let holds = judge(partition, &rules)?;
    let at_hand = partition.standing();
    for (&(rule, assert), holds) in rules.iter().zip(holds) {
        let mut tally = Tally::default();
        let mut judged = partition.none_judged();
        for &record in &at_hand {
            let known = holds.get(record);
            if known.is_none() && rule.missing_passes {
                tally.unknown.note(Unknown::ValueMissing, 1);
                continue;
            }
            tally.n_judged += 1;
            judged[partition.ordinal(record)] += 1;
            if known == Some(true) {
                continue;
            }
            tally.n_fired += 1;
            let mut finding = finding(partition, rule, assert, record)?;
            if known.is_none() {
                partition.lack(rule, record, finding);
                continue;
            }
            if let Some(proposal) = propose(partition, &rules, assert, record)? {
                add_reason(&mut finding, &proposal.reason);
                finding.mend = proposal.mend;
            }
            partition.break_rule(rule, record, finding);
        }
        partition.count_judged(rule, tally, judged);
    }
    Ok(())
}

/// Whether each rule holds for each record; null where that is unknown.
fn judge(partition: &Partition, rules: &[(&Rule, &Formula)]) -> Result<Vec<BooleanChunked>, Error> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let name = |at: usize| format!("rule {at}");
    // `row` gives the result its height where a rule reads no column.
    let mut expressions = vec![col("row")];
    for (at, (rule, assert)) in rules.iter().enumerate() {
        let expression = expression(&assert.to_sql()).map_err(|source| in_rule(rule, source))?;
        expressions.push(expression.alias(name(at)));
    }
    let judged = partition.frame.clone().lazy().select(expressions).collect();
    let judged = judged.map_err(|source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    })?;
    let column = |at: usize| -> PolarsResult<BooleanChunked> {
        Ok(judged
            .column(&name(at))?
            .cast(&DataType::Boolean)?
            .bool()?
            .rechunk()
            .into_owned())
    };
    rules
        .iter()
        .enumerate()
        .map(|(at, (rule, _))| column(at).map_err(|source| in_rule(rule, source)))
        .collect()
}

fn finding(partition: &Partition, rule: &Rule, assert: &Formula, record: usize) -> Result<Finding, Error> {
    let mut cells = Vec::with_capacity(assert.columns.len());
    let mut shown_all = Vec::with_capacity(assert.columns.len());
    for &at in &assert.columns {
        let id = &partition.form.columns[at].id;
        let cell = partition.cell(at, record)?;
        shown_all.push(format!("{id}={}", cell.value));
        cells.push(cell);
    }
    let finding = finding_of(rule);
    Ok(finding
        .at(partition.cell_place(record, assert.columns.first().copied()))
        .raw(shown_all.join("; "))
        .expected(assert.text.clone())
        .cells(cells))
}

fn in_rule(rule: &Rule, source: polars::error::PolarsError) -> Error {
    Error::Rule {
        rule: rule.id.clone(),
        source,
    }
}
