//! Totals against their parts: `[[sum]]` of `checks.toml`. Exact: figures are integers × 10^scale, and a column is added at a time.

use super::error::Error;
use super::figures::{allowance, integers, noise, written};
use super::ledger::figure;
use super::mends::{self, Part};
use super::partition::{Partition, finding_of};
use super::tally::Tally;
use crate::domain::{Finding, Unknown};
use crate::pipeline::{Relation, Rule, RuleKind, SumRule};

/// Finds what the sums of the form say, under their ids: one finding a row, at the cell of the total. A hard one puts the row out.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    for (rule, sum) in partition.rules_of(|kind| match kind {
        RuleKind::Sum(sum) => Some(sum),
        _ => None,
    }) {
        judge(partition, rule, sum)?;
    }
    Ok(())
}

/// A total and its parts over all records, as integers × 10^`scale`.
struct Columns {
    scale: u32,
    /// How far a sum may be off without anybody's fault, as a share of the total.
    noise: f64,
    total: Vec<Option<i128>>,
    parts: Vec<Vec<Option<i128>>>,
    /// None where a part is missing that does not count as zero.
    sum: Vec<Option<i128>>,
}

impl Columns {
    fn read(partition: &Partition, rule: &SumRule) -> Result<Columns, Error> {
        let of = |at: usize| partition.form.columns[at].kind.decimals();
        let all = rule.parts.iter().chain([&rule.total]);
        let scale = all.clone().map(|&at| of(at)).max().unwrap_or(0);
        let noise = all
            .map(|&at| noise(&partition.form.columns[at].kind, 1.0))
            .fold(0.0, f64::max);
        let parts: Vec<Vec<Option<i128>>> = rule
            .parts
            .iter()
            .map(|&at| integers(partition, at, scale))
            .collect::<Result<_, _>>()?;
        let missing = rule.missing_part_is_zero.then_some(0);
        let mut sum = vec![Some(0_i128); partition.statuses.len()];
        for part in &parts {
            for (sum, part) in sum.iter_mut().zip(part) {
                *sum = sum.zip(part.or(missing)).map(|(sum, part)| sum + part);
            }
        }
        Ok(Columns {
            scale,
            noise,
            total: integers(partition, rule.total, scale)?,
            parts,
            sum,
        })
    }

    /// Whether the rule holds for a record; None: unknown.
    fn holds(&self, rule: &SumRule, record: usize) -> Option<bool> {
        let (total, sum) = self.total[record].zip(self.sum[record])?;
        let difference = (total - sum) as f64;
        let unit = 10_f64.powi(self.scale as i32);
        // The bound is a double; what is off by no more than its own rounding is within it.
        let allowed = rule.tolerance.allowed(total as f64 / unit) * unit * (1.0 + 1e-12);
        let allowed = allowed.max(self.noise * (total as f64).abs());
        Some(match rule.relation {
            Relation::Equal => difference.abs() <= allowed,
            Relation::AtLeast => difference >= -allowed,
            Relation::AtMost => difference <= allowed,
        })
    }

    fn parts_of<'a>(&'a self, rule: &'a SumRule, record: usize) -> impl Iterator<Item = Part> + 'a {
        let value = move |parts: &Vec<Option<i128>>| parts[record].unwrap_or(0);
        let parts = rule.parts.iter().zip(&self.parts);
        parts.map(move |(&column, parts)| Part {
            column,
            value: value(parts),
        })
    }
}

fn judge(partition: &mut Partition, rule: &Rule, sum: &SumRule) -> Result<(), Error> {
    let columns = Columns::read(partition, sum)?;
    let mut tally = Tally::default();
    let mut judged = partition.none_judged();
    let mut broken = Vec::new();
    for record in partition.standing() {
        let holds = columns.holds(sum, record);
        // A missing part that counts as zero leaves only the total to be missing, and without one there is nothing to judge.
        let passes = rule.missing_passes || sum.missing_part_is_zero;
        if holds.is_none() && passes {
            tally.unknown.note(Unknown::ValueMissing, 1);
            continue;
        }
        tally.n_judged += 1;
        judged[partition.ordinal(record)] += 1;
        if !holds.unwrap_or(passes) {
            broken.push(record);
        }
    }
    tally.n_fired = broken.len() as u64;
    for record in broken {
        let finding = finding(partition, rule, sum, &columns, record)?;
        if columns.holds(sum, record).is_none() {
            partition.lack(rule, record, finding);
        } else {
            partition.break_rule(rule, record, finding);
        }
    }
    partition.count_judged(rule, tally, judged);
    Ok(())
}

fn finding(
    partition: &Partition,
    rule: &Rule,
    sum: &SumRule,
    columns: &Columns,
    record: usize,
) -> Result<Finding, Error> {
    let mut cells = Vec::with_capacity(sum.parts.len() + 1);
    for &at in [sum.total].iter().chain(&sum.parts) {
        cells.push(partition.cell(at, record)?);
    }
    let mut finding = finding_of(rule).at(partition.cell_place(record, Some(sum.total)));
    if !cells[0].value.is_empty() {
        finding = finding.raw(cells[0].value.clone());
    }
    finding = finding.cells(cells);
    let Some((total, whole)) = columns.total[record].zip(columns.sum[record]) else {
        return Ok(finding.expected(rule.statement.clone()));
    };
    let sign = match sum.relation {
        Relation::Equal => "",
        Relation::AtLeast => ">= ",
        Relation::AtMost => "<= ",
    };
    let proposed = written(whole, columns.scale);
    finding = finding.expected(format!("{sign}{proposed}"));
    let unit = 10_f64.powi(columns.scale as i32);
    let allowed = sum.tolerance.allowed(total as f64 / unit);
    if allowed > 0.0 {
        finding = finding.threshold(allowance(allowed));
    }
    let parts: Vec<Part> = columns.parts_of(sum, record).collect();
    let slip = mends::sum_slip(total, whole, &parts);
    if let Some(slip) = slip {
        mends::add_reason(&mut finding, &slip.reason(&partition.form.columns));
        if slip.is_of_a_part() {
            return Ok(finding);
        }
    }
    // A bound alone does not tell the figure.
    let is_known = sum.relation == Relation::Equal || slip.is_some();
    let fits = partition.form.columns[sum.total].range.is_none_or(|(min, max)| {
        let whole = whole as f64 / unit;
        min <= whole && whole <= max
    });
    Ok(if fits && is_known {
        let [total, whole] = [total, whole].map(|scaled| figure(scaled, columns.scale));
        finding.mend(mends::in_place_of(total, proposed, whole))
    } else {
        finding
    })
}
