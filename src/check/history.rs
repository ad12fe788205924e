//! A figure against the same unit's earlier one: `[[history]]`.

use super::error::Error;
use super::figures::content;
use super::follow::names_areas_alone;
use super::memory::history_columns;
use super::mends::in_place_of;
use super::partition::{Partition, finding_of, shown};
use super::past::{Earlier, Join, Past};
use super::record_keys::keys;
use super::tally::Tally;
use crate::domain::{CellValue, Finding, Unknown};
use crate::pipeline::{Column, ColumnKind, HistoryRule, Rule, RuleKind};

/// A proposed figure must come this near to the earlier one: a factor of ten always brings some figure within wide bounds.
const NEAR: f64 = 1.5;

/// Finds figures that have changed beyond the bounds. A hard rule puts the row out.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let rules: Vec<(&Rule, &HistoryRule)> = partition
        .pipeline
        .rules
        .iter()
        .filter(|rule| rule.form == partition.form_index)
        .filter_map(|rule| match &rule.kind {
            RuleKind::History(history) => Some((rule, history)),
            _ => None,
        })
        .collect();
    if rules.is_empty() {
        return Ok(());
    }
    let standing = partition.standing();
    let Some(memory) = partition.context.earlier else {
        // Nothing to look back at is no fault of any row.
        for (rule, _) in rules {
            let count = standing.len() as u64;
            partition.count(rule, Tally::unjudged(Unknown::NoEarlierPeriod, count));
        }
        return Ok(());
    };
    let past = memory.past();
    let join = past.join(&standing, &keys(partition)?);
    let columns = history_columns(partition.pipeline, partition.form_index);
    for (rule, history) in &rules {
        let judge = Judge {
            past,
            join: &join,
            columns: &columns,
            rules: &rules,
            history,
        };
        judge.rule(partition, rule, &standing)?;
    }
    Ok(())
}

struct Judge<'a> {
    past: &'a Past,
    join: &'a Join,
    columns: &'a [usize],
    rules: &'a [(&'a Rule, &'a HistoryRule)],
    history: &'a HistoryRule,
}

impl Judge<'_> {
    fn rule(&self, partition: &mut Partition, rule: &Rule, standing: &[usize]) -> Result<(), Error> {
        let figures = partition.figures(self.history.column)?;
        let slot = self.slot(self.history.column);
        let mut tally = Tally::default();
        let mut broken = Vec::new();
        let mut unknown = Vec::new();
        let mut with_both = 0_u32;
        let mut judged = partition.none_judged();
        for &record in standing {
            let earlier = slot.and_then(|slot| self.past.figure(self.join, record, slot));
            match (figures.get(record), earlier) {
                (Some(value), Some(earlier)) if self.is_base(earlier.value) => {
                    with_both += 1;
                    tally.n_judged += 1;
                    judged[partition.ordinal(record)] += 1;
                    if !self.holds(value / earlier.value) {
                        broken.push((record, value, earlier));
                    }
                }
                (Some(_), Some(_)) => tally.unknown.note(Unknown::EarlierValueSmall, 1),
                (None, _) if rule.missing_passes => tally.unknown.note(Unknown::ValueMissing, 1),
                (Some(value), None) => match self.change(partition, record)? {
                    // Nobody could say what its area had before.
                    Some(change) => tally.unknown.note(change, 1),
                    None if rule.missing_passes => tally.unknown.note(self.nothing_earlier(record), 1),
                    None => unknown.push((record, Some(value), None)),
                },
                (value, earlier) => unknown.push((record, value, earlier)),
            }
        }
        if with_both < self.history.min_group {
            tally.unknown.note(Unknown::GroupTooSmall, tally.n_judged);
            tally.n_judged = 0;
            broken.clear();
        }
        tally.n_judged += unknown.len() as u64;
        tally.n_fired = (broken.len() + unknown.len()) as u64;
        for &(record, ..) in &unknown {
            judged[partition.ordinal(record)] += 1;
        }
        partition.count_judged(rule, tally, judged);
        for (record, value, earlier) in broken {
            let finding = self.broken(partition, rule, (record, value), earlier);
            partition.break_rule(rule, record, finding);
        }
        for (record, value, earlier) in unknown {
            let finding = self.unknown(partition, rule, (record, value), earlier);
            partition.lack(rule, record, finding);
        }
        Ok(())
    }

    /// How the area of a record got or lost ground since the earlier period; None: it did not.
    fn change(&self, partition: &Partition, record: usize) -> Result<Option<Unknown>, Error> {
        let Some(memory) = partition.context.earlier.filter(|memory| memory.has_unclear()) else {
            return Ok(None);
        };
        let area = partition.column("area_code")?.get(record);
        let area = area.map_err(|source| partition.broken(source))?;
        let change = memory.unclear(&shown(&area));
        // The figures of areas that became one can be summed, where each has one.
        let sums = partition.form.columns[self.history.column].additive && names_areas_alone(partition.form);
        Ok(change.map(|change| match change {
            Unknown::AreaMerged if sums => Unknown::PredecessorMissing,
            change => change,
        }))
    }

    /// Why a record has no earlier figure, where its area is what it was.
    fn nothing_earlier(&self, record: usize) -> Unknown {
        if self.join.knows(record) {
            Unknown::EarlierValueMissing
        } else {
            Unknown::NotReportedBefore
        }
    }

    /// Position of a column among those remembered.
    fn slot(&self, column: usize) -> Option<usize> {
        self.columns.iter().position(|&of| of == column)
    }

    fn is_base(&self, earlier: f64) -> bool {
        earlier > 0.0 && earlier >= self.history.min_base
    }

    fn holds(&self, ratio: f64) -> bool {
        let (min, max) = self.history.ratio;
        (min..=max).contains(&ratio)
    }

    fn threshold(&self) -> String {
        let (min, max) = self.history.ratio;
        format!("{min}..{max}")
    }

    fn broken(&self, partition: &Partition, rule: &Rule, (record, value): (usize, f64), earlier: Earlier) -> Finding {
        let column = &partition.form.columns[self.history.column];
        let (min, max) = self.history.ratio;
        let within = |bound: f64, round: fn(f64) -> f64| {
            let power = 10_f64.powi(column.kind.decimals() as i32);
            // A bound that is a decimal itself must not be rounded past itself.
            let scaled = earlier.value * bound * power;
            let near = scaled.round();
            let scaled = if (scaled - near).abs() < 1e-6 {
                near
            } else {
                round(scaled)
            };
            (scaled / power).to_string()
        };
        let mut cells = self.cells(partition, (record, Some(value)), Some(earlier));
        let swapped = self.swapped(partition, record, value, earlier);
        let meant = match swapped {
            Some((other, more)) => {
                cells.extend(more);
                Some(other)
            }
            None => self.slip(partition, column, value, earlier.value),
        };
        let mend = meant.map(|meant| in_place_of(value, meant.to_string(), meant));
        let finding = finding_of(rule)
            .at(partition.cell_place(record, Some(self.history.column)))
            .raw(value.to_string())
            .expected(format!("{}..{}", within(min, f64::ceil), within(max, f64::floor)))
            .threshold(self.threshold())
            .cells(cells);
        Finding { mend, ..finding }
    }

    fn unknown(
        &self,
        partition: &Partition,
        rule: &Rule,
        (record, value): (usize, Option<f64>),
        earlier: Option<Earlier>,
    ) -> Finding {
        let finding = finding_of(rule)
            .at(partition.cell_place(record, Some(self.history.column)))
            .threshold(self.threshold())
            .cells(self.cells(partition, (record, value), earlier));
        Finding {
            raw: value.map(|value| value.to_string()),
            ..finding
        }
    }

    /// The cell and the earlier one.
    fn cells(
        &self,
        partition: &Partition,
        (record, value): (usize, Option<f64>),
        earlier: Option<Earlier>,
    ) -> Vec<CellValue> {
        let column = self.history.column;
        let own = CellValue {
            place: partition.cell_place(record, Some(column)),
            path: None,
            value: value.map_or(String::new(), |value| value.to_string()),
        };
        let name = &partition.form.columns[column].id;
        let before = earlier.zip(self.slot(column));
        let before = before.map(|(earlier, slot)| self.past.cells(earlier, slot, name));
        std::iter::once(own).chain(before.into_iter().flatten()).collect()
    }

    /// The neighbour's figure, where this cell and its neighbour both jumped and neither would if they changed places.
    fn swapped(
        &self,
        partition: &Partition,
        record: usize,
        value: f64,
        earlier: Earlier,
    ) -> Option<(f64, Vec<CellValue>)> {
        let place = |column: usize| partition.cell_place(record, Some(column)).column_index;
        let own = place(self.history.column)?;
        for (_, other) in self.rules {
            if other.column == self.history.column || place(other.column)?.abs_diff(own) != 1 {
                continue;
            }
            let slot = self.slot(other.column)?;
            let (Ok(figures), Some(before)) = (
                partition.figures(other.column),
                self.past.figure(self.join, record, slot),
            ) else {
                continue;
            };
            let Some(figure) = figures.get(record) else { continue };
            let (min, max) = other.ratio;
            let within = |ratio: f64| (min..=max).contains(&ratio);
            let both =
                !within(figure / before.value) && within(value / before.value) && self.holds(figure / earlier.value);
            if both {
                let neighbour = Judge {
                    history: other,
                    ..*self
                };
                return Some((figure, neighbour.cells(partition, (record, Some(figure)), Some(before))));
            }
        }
        None
    }

    /// The figure without a slip of the decimal point, or of the unit, that brings it near to the earlier one.
    fn slip(&self, partition: &Partition, column: &Column, value: f64, earlier: f64) -> Option<f64> {
        let tens = [-4, -3, -2, -1, 1, 2, 3, 4].map(|power| 10_f64.powi(power));
        let fit = |factor: f64| {
            let ratio = value * factor / earlier;
            (self.holds(ratio) && (1.0 / NEAR..=NEAR).contains(&ratio)).then_some(ratio.ln().abs())
        };
        let nearest = |factors: &[f64]| {
            let fitting = factors.iter().filter_map(|&factor| Some((fit(factor)?, factor)));
            fitting.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, factor)| factor)
        };
        let factor = nearest(&tens).or_else(|| nearest(&unit_factors(partition, column)))?;
        content(column, value * factor)
    }
}

/// What turns a figure in another unit of the column's kind into the column's.
fn unit_factors(partition: &Partition, column: &Column) -> Vec<f64> {
    let (ColumnKind::Integer { unit } | ColumnKind::Decimal { unit, .. }) = &column.kind else {
        return Vec::new();
    };
    let units = &partition.pipeline.units;
    let ratios = units
        .spellings()
        .filter_map(|spelling| units.convert(spelling, unit.as_deref()))
        .filter(|ratio| !ratio.is_one());
    let mut factors: Vec<f64> = ratios.map(|ratio| ratio.num as f64 / ratio.den as f64).collect();
    factors.sort_by(f64::total_cmp);
    factors.dedup();
    factors
}
