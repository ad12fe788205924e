//! The parts of the Gini coefficient within the root, from every pair of units compared as fractions: equal ratios are ties,
//! whatever their quotients round to.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use huizong::pipeline::DimensionLevel;

use super::records::Sum;
use super::{Scene, close};
use crate::support::Row;

/// An area, or the part of it that belongs to a member.
struct Unit {
    numerator: i128,
    denominator: i128,
}

impl Unit {
    /// The ratio of the integers; their scales are left out.
    fn ratio(&self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    fn compare(&self, other: &Unit) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

/// Σ over all pairs of w w' |x − x'|, half of it over W² μ is the Gini coefficient.
fn distance(units: &[&Unit]) -> f64 {
    let one = |a: &Unit, b: &Unit| a.denominator as f64 * b.denominator as f64 * (a.ratio() - b.ratio()).abs();
    units.iter().flat_map(|a| units.iter().map(move |b| one(a, b))).sum()
}

fn total(units: &[&Unit]) -> (f64, f64) {
    let sum = |of: fn(&Unit) -> i128| units.iter().map(|unit| of(unit)).sum::<i128>() as f64;
    (sum(|unit| unit.numerator), sum(|unit| unit.denominator))
}

/// W² μ G.
fn weighted_gini(units: &[&Unit]) -> f64 {
    distance(units) / 2.0
}

/// Weight below a unit and half the weight that ties with it, as a share.
fn rank(unit: &Unit, all: &[&Unit], whole: f64) -> f64 {
    let doubled: i128 = all
        .iter()
        .map(|other| match other.compare(unit) {
            Ordering::Less => 2 * other.denominator,
            Ordering::Equal => other.denominator,
            Ordering::Greater => 0,
        })
        .sum();
    doubled as f64 / 2.0 / whole
}

impl Scene<'_> {
    /// Checks a row of `inequality_parts` about the Gini coefficient in the root.
    pub(super) fn check_part(&self, row: &Row) {
        let groups = self.units(row);
        let all: Vec<&Unit> = groups.values().flatten().collect();
        let (numerator, denominator) = total(&all);
        let value = weighted_gini(&all) / (denominator * numerator);
        let within: f64 = groups
            .values()
            .map(|own| weighted_gini(&own.iter().collect::<Vec<_>>()) / total(&own.iter().collect::<Vec<_>>()).1)
            .sum::<f64>()
            / numerator;
        let mean = numerator / denominator;
        let between = 2.0 / mean
            * groups
                .values()
                .map(|own| {
                    let (up, down) = total(&own.iter().collect::<Vec<_>>());
                    let weighted = |unit: &Unit| unit.denominator as f64 * rank(unit, &all, denominator);
                    let mean_rank = own.iter().map(weighted).sum::<f64>() / down;
                    down / denominator * (up / down - mean) * (mean_rank - 0.5)
                })
                .sum::<f64>();
        let part = match row["part"].text().unwrap() {
            "between" => between,
            "within" => within,
            "overlap" => value - between - within,
            other => panic!("a part called {other}"),
        };
        close(row, "value", Some(part), 1.0);
    }

    /// Units with a denominator, by member of the row's dimension.
    fn units(&self, row: &Row) -> BTreeMap<Option<String>, Vec<Unit>> {
        let at = self.world.indicator(row);
        let id = row["dimension"].text().unwrap();
        let dimensions = &self.world.pipeline.dimensions;
        let dimension = dimensions.iter().position(|dimension| dimension.id == id).unwrap();
        let of_rows = !matches!(dimensions[dimension].level, DimensionLevel::Area { .. });
        let mut sums: BTreeMap<(&str, Option<String>), Sum> = BTreeMap::new();
        for record in &self.records {
            if let Some(add) = &record.adds[at] {
                let member = if of_rows {
                    record.members[dimension].clone()
                } else {
                    self.member_of_area(dimension, &record.areas)
                };
                sums.entry((record.areas[0].as_str(), member)).or_default().add(add);
            }
        }
        let mut units: BTreeMap<Option<String>, Vec<Unit>> = BTreeMap::new();
        for ((_, member), sum) in sums.into_iter().filter(|(_, sum)| sum.denominator > 0) {
            units.entry(member).or_default().push(Unit {
                numerator: sum.numerator.into(),
                denominator: sum.denominator.into(),
            });
        }
        units
    }
}
