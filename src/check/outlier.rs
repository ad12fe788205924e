//! Values far from those of their peers: `[[outlier]]` of `checks.toml`. A record that something else has put out is no peer.

use super::distance::Middle;
use super::error::Error;
use super::figures::{doubles, written};
use super::ledger::figure;
use super::mends::{SLIPS, in_place_of};
use super::partition::{Partition, finding_of};
use super::peers::Groups;
use super::tally::Tally;
use crate::domain::{Finding, Unknown};
use crate::pipeline::{OutlierRule, Peers, Rule, RuleKind};

/// Where a value comes to lie this near the middle once its unit is set right, the unit had slipped.
const AT_REST: f64 = 1.5;

/// Finds what the outlier rules of the form say, under their ids, at the cell of the value.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let rules = partition.rules_of(|kind| match kind {
        RuleKind::Outlier(outlier) => Some(outlier),
        _ => None,
    });
    let mut known: Vec<(&[Peers], Groups)> = Vec::new();
    for (rule, outlier) in rules {
        let at = match known.iter().position(|(by, _)| *by == outlier.by.as_slice()) {
            Some(at) => at,
            None => {
                known.push((&outlier.by, Groups::new(partition, &outlier.by)?));
                known.len() - 1
            }
        };
        judge(partition, rule, outlier, &known[at].1)?;
    }
    Ok(())
}

/// What is judged of each record.
struct Values {
    plain: Vec<f64>,
    per: Option<Vec<f64>>,
    log: bool,
}

impl Values {
    fn read(partition: &Partition, rule: &OutlierRule) -> Result<Values, Error> {
        Ok(Values {
            plain: doubles(partition, rule.column)?,
            per: rule.per.map(|per| doubles(partition, per)).transpose()?,
            log: rule.log,
        })
    }

    /// With another value in the record's cell; None: nothing to judge.
    fn judged(&self, record: usize, value: f64) -> Option<f64> {
        let per = self.per.as_ref().map_or(1.0, |per| per[record]);
        let ratio = if per == 0.0 { f64::NAN } else { value / per };
        let judged = if self.log { ratio.ln() } else { ratio };
        judged.is_finite().then_some(judged)
    }

    /// The value of the record's cell that would be judged as this.
    fn back(&self, record: usize, judged: f64) -> f64 {
        let ratio = if self.log { judged.exp() } else { judged };
        ratio * self.per.as_ref().map_or(1.0, |per| per[record])
    }
}

/// A value that lies too far off, and the middle of its peers.
struct Far {
    record: usize,
    middle: Middle,
}

fn judge(partition: &mut Partition, rule: &Rule, outlier: &OutlierRule, groups: &Groups) -> Result<(), Error> {
    let values = Values::read(partition, outlier)?;
    let mut tally = Tally::default();
    let mut judged = partition.none_judged();
    let mut missing = Vec::new();
    let mut peers: Vec<Vec<(f64, usize)>> = vec![Vec::new(); groups.count];
    for record in partition.standing() {
        match values.judged(record, values.plain[record]).zip(groups.of[record]) {
            Some((value, group)) => peers[group as usize].push((value, record)),
            None if !rule.missing_passes && values.plain[record].is_nan() => missing.push(record),
            None => tally.unknown.note(Unknown::ValueMissing, 1),
        }
    }
    let mut far: Vec<Far> = Vec::new();
    for group in &mut peers {
        if group.len() < outlier.min_group as usize {
            tally.unknown.note(Unknown::GroupTooSmall, group.len() as u64);
            continue;
        }
        tally.n_judged += group.len() as u64;
        for &(_, record) in group.iter() {
            judged[partition.ordinal(record)] += 1;
        }
        far.extend(beyond(group, outlier.threshold));
    }
    for &record in &missing {
        judged[partition.ordinal(record)] += 1;
    }
    tally.n_judged += missing.len() as u64;
    tally.n_fired = (far.len() + missing.len()) as u64;
    for record in missing {
        let finding = finding(partition, rule, outlier, record)?.expected(rule.statement.clone());
        partition.lack(rule, record, finding);
    }
    far.sort_unstable_by_key(|far| far.record);
    for far in far {
        let finding = finding(partition, rule, outlier, far.record)?;
        let finding = explained(partition, outlier, &values, &far, finding);
        partition.break_rule(rule, far.record, finding);
    }
    partition.count_judged(rule, tally, judged);
    Ok(())
}

/// The members of a group that lie beyond the threshold.
fn beyond(group: &mut [(f64, usize)], threshold: f64) -> Vec<Far> {
    group.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let sorted: Vec<f64> = group.iter().map(|(value, _)| *value).collect();
    let Some(middle) = Middle::of(&sorted) else {
        return Vec::new();
    };
    let far = group.iter().filter(|(value, _)| middle.distance(*value) > threshold);
    far.map(|&(_, record)| Far { record, middle }).collect()
}

fn finding(partition: &Partition, rule: &Rule, outlier: &OutlierRule, record: usize) -> Result<Finding, Error> {
    let mut cells = Vec::with_capacity(2);
    for at in [outlier.column].into_iter().chain(outlier.per) {
        cells.push(partition.cell(at, record)?);
    }
    let finding = finding_of(rule)
        .at(partition.cell_place(record, Some(outlier.column)))
        .threshold(outlier.threshold.to_string());
    let raw = Some(cells[0].value.clone()).filter(|value| !value.is_empty());
    Ok(Finding { raw, ..finding }.cells(cells))
}

/// The same with what is usual, and the mend where a slip of the unit explains it.
fn explained(partition: &Partition, outlier: &OutlierRule, values: &Values, far: &Far, finding: Finding) -> Finding {
    let column = &partition.form.columns[outlier.column];
    let scale = column.kind.decimals();
    let reach = outlier.threshold * far.middle.spread;
    let ends = [far.middle.median - reach, far.middle.median + reach].map(|end| values.back(far.record, end));
    let (min, max) = column.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let (low, high) = (ends[0].min(ends[1]).max(min), ends[0].max(ends[1]).min(max));
    if column.kind.is_double() {
        return finding.expected(format!("{}..{}", few_digits(low), few_digits(high)));
    }
    let finding = finding.expected(between(low, high, scale));
    let unit = 10_f64.powi(scale as i32);
    let value = values.plain[far.record];
    let mended = SLIPS.into_iter().filter_map(|power| {
        let scaled = (value * unit).round();
        let factor = 10_f64.powi(power.abs());
        // A whole number that leaves a rest was never counted in the larger unit.
        let moved = if power > 0 { scaled * factor } else { scaled / factor };
        let moved = if scale == 0 && moved.fract() != 0.0 {
            None
        } else {
            Some(moved.round())
        }?;
        let mended = moved / unit;
        let at_rest = far.middle.distance(values.judged(far.record, mended)?) < AT_REST;
        (at_rest && min <= mended && mended <= max).then_some(moved)
    });
    match mended.collect::<Vec<_>>()[..] {
        [only] => {
            let only = only as i128;
            finding.mend(in_place_of(value, written(only, scale), figure(only, scale)))
        }
        _ => finding,
    }
}

/// A bound among doubles: nobody needs more of its digits.
fn few_digits(bound: f64) -> f64 {
    format!("{bound:.5e}").parse().unwrap_or(bound)
}

/// `120..640`, in the decimals of the column. Where no figure with so few decimals lies between, the nearest ones around.
fn between(low: f64, high: f64, scale: u32) -> String {
    let unit = 10_f64.powi(scale as i32);
    let (mut from, mut to) = ((low * unit).ceil(), (high * unit).floor());
    if from > to {
        (from, to) = (to, from);
    }
    format!("{}..{}", written(from as i128, scale), written(to as i128, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_at_the_threshold_is_not_beyond_it() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 100.0];
        let threshold = Middle::of(&values).unwrap().distance(100.0);
        let found = |threshold: f64| {
            let mut group: Vec<(f64, usize)> = values.into_iter().zip(0..).collect();
            let far = beyond(&mut group, threshold);
            far.iter().map(|far| far.record).collect::<Vec<_>>()
        };
        assert_eq!(found(threshold), [0; 0]);
        assert_eq!(found(threshold.next_down()), [9]);
    }
}
