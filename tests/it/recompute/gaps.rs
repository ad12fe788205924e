//! The table `gaps`: keys and every column.

use std::collections::{BTreeMap, BTreeSet};

use huizong::pipeline::{Dimension, DimensionLevel, Form, RowUnit};

use super::indicators::Bounds;
use super::records::{Record, Sum};
use super::reporters::{Lack, Reporter};
use super::{Scene, close};
use crate::support::{Published, Row, joined, shipped, shown, table};

pub(super) type Strata = BTreeMap<Vec<Option<String>>, Sum>;

/// One member of a dimension within a scope.
#[derive(Clone, Copy)]
struct Side<'a> {
    indicator: usize,
    dimension: usize,
    scope: &'a str,
    member: &'a str,
}

impl Scene<'_> {
    /// Every pair that a dimension compares, within the root, and within each area of the partition level where the
    /// dimension tells apart what lies below it.
    pub(super) fn gap_keys(&self) -> BTreeSet<Vec<String>> {
        let pipeline = &self.world.pipeline;
        let partition = pipeline.registry.partition;
        let mut keys = BTreeSet::new();
        for (at, indicator) in pipeline.indicators.iter().enumerate() {
            let form = &pipeline.forms[self.world.form_of(at)];
            for dimension in &pipeline.dimensions {
                let (applies, below) = self.applies(dimension, form);
                let scopes = self
                    .areas
                    .iter()
                    .filter(|(_, area)| area.parent.is_none() || (below && area.level == partition));
                for (scope, _) in scopes.filter(|_| applies) {
                    for (a, b) in &dimension.compare {
                        keys.insert([scope, &indicator.id, &dimension.id, a, b].map(String::clone).to_vec());
                    }
                }
            }
        }
        keys
    }

    /// Whether rows of a form have a dimension, and whether it tells apart what lies in an area of the partition level.
    fn applies(&self, dimension: &Dimension, form: &Form) -> (bool, bool) {
        let pipeline = &self.world.pipeline;
        let partition = pipeline.registry.partition;
        match (&dimension.level, &form.unit) {
            (DimensionLevel::Row { column, .. }, _) => (form.column(column).is_some(), true),
            (DimensionLevel::Area { level, .. }, RowUnit::Area(unit)) => (level <= unit, *level > partition),
            (DimensionLevel::Area { level, .. }, RowUnit::Below(_)) => (true, *level > partition),
            (DimensionLevel::Pairs(pairs), _) => {
                let [one, other] = pairs.of.map(|part| self.applies(&pipeline.dimensions[part], form));
                (one.0 && other.0, one.1 && other.1)
            }
        }
    }

    /// The dimensions that are no pairs of rows' members, with the members that a member stands for.
    fn singles(&self, dimension: usize, member: &str) -> Vec<(usize, String)> {
        let dimensions = &self.world.pipeline.dimensions;
        let DimensionLevel::Pairs(pairs) = &dimensions[dimension].level else {
            return vec![(dimension, member.to_owned())];
        };
        let [first, second] = pairs.of;
        let ids = |at: usize| dimensions[at].members.iter().map(|member| member.id.as_str());
        let mut all = ids(first).flat_map(|a| ids(second).map(move |b| (a, b)));
        let (a, b) = all.find(|(a, b)| format!("{a}_{b}") == member).unwrap();
        let mut singles = self.singles(first, a);
        singles.extend(self.singles(second, b));
        singles
    }

    pub(super) fn check_gap(&self, row: &Row) {
        let indicator = self.world.indicator(row);
        let factor = self.world.pipeline.indicators[indicator].factor;
        let name = row["dimension"].text().unwrap();
        let dimension = self
            .world
            .pipeline
            .dimensions
            .iter()
            .position(|d| d.id == name)
            .unwrap();
        let scope = row["scope_code"].text().unwrap();
        let side = |column: &str| Side {
            indicator,
            dimension,
            scope,
            member: row[column].text().unwrap(),
        };
        let (a, b) = (side("a"), side("b"));
        let (strata_a, strata_b) = (self.strata(&a), self.strata(&b));
        let (sum_a, sum_b) = (total(&strata_a), total(&strata_b));
        let (ratio_a, ratio_b) = (self.ratio(indicator, &sum_a), self.ratio(indicator, &sum_b));
        let (value_a, value_b) = (ratio_a.map(|x| x * factor), ratio_b.map(|x| x * factor));
        assert_eq!(row["value_a"].number(), value_a, "value_a of {row:?}");
        assert_eq!(row["value_b"].number(), value_b, "value_b of {row:?}");
        let both = ratio_a.zip(ratio_b);
        let scale = value_a.unwrap_or(1.0);
        close(row, "gap", both.map(|(a, b)| (a - b) * factor), scale);
        close(row, "ratio", both.filter(|(_, b)| *b != 0.0).map(|(a, b)| a / b), 1.0);
        let split = both.map(|_| self.kitagawa(indicator, &strata_a, &strata_b));
        close(row, "mix_effect", split.map(|(mix, _)| mix * factor), scale);
        close(row, "rate_effect", split.map(|(_, rate)| rate * factor), scale);
        let has = |strata: &Strata, stratum: &Vec<Option<String>>| {
            strata.get(stratum).is_some_and(|sum| sum.denominator != 0)
        };
        let strata: BTreeSet<_> = strata_a.keys().chain(strata_b.keys()).collect();
        let sides = strata
            .iter()
            .map(|stratum| (has(&strata_a, stratum), has(&strata_b, stratum)));
        let count = |is_asked: fn(bool, bool) -> bool| {
            let asked = sides.clone().filter(|(a, b)| is_asked(*a, *b));
            Published::Integer(asked.count() as i64)
        };
        assert_eq!(row["n_strata"], count(|a, b| a || b), "n_strata of {row:?}");
        assert_eq!(row["n_borrowed"], count(|a, b| a != b), "n_borrowed of {row:?}");
        let (a, b) = (
            self.side_bounds(&a, &sum_a, value_a),
            self.side_bounds(&b, &sum_b, value_b),
        );
        let bounds = a.zip(b).map(|(a, b)| (a.0 - b.1, a.1 - b.0));
        let widest = a.map_or(0.0, |a| a.1).max(b.map_or(0.0, |b| b.1));
        close(row, "lower", bounds.map(|bounds| bounds.0), widest);
        close(row, "upper", bounds.map(|bounds| bounds.1), widest);
        let gap = row["gap"].number();
        let sign = bounds.map_or(Published::Null, |(lower, upper)| {
            Published::Boolean(match gap {
                Some(gap) if gap > 0.0 => lower > 0.0,
                Some(gap) if gap < 0.0 => upper < 0.0,
                Some(_) => false,
                None => lower > 0.0 || upper < 0.0,
            })
        });
        assert_eq!(row["sign_identified"], sign, "sign_identified of {row:?}");
    }

    /// Sums by stratum of the member that a row of `gaps` names in a column.
    pub(super) fn strata_of(&self, row: &Row, column: &str) -> Strata {
        let dimensions = &self.world.pipeline.dimensions;
        self.strata(&Side {
            indicator: self.world.indicator(row),
            dimension: dimensions
                .iter()
                .position(|d| Some(d.id.as_str()) == row["dimension"].text())
                .unwrap(),
            scope: row["scope_code"].text().unwrap(),
            member: row[column].text().unwrap(),
        })
    }

    fn belongs(&self, side: &Side, record: &Record) -> bool {
        record.lies_in(side.scope) && record.members[side.dimension].as_deref() == Some(side.member)
    }

    fn strata(&self, side: &Side) -> Strata {
        let mut strata = Strata::new();
        let of = &self.world.pipeline.dimensions[side.dimension].strata;
        for record in self.records.iter().filter(|record| self.belongs(side, record)) {
            if let Some(add) = &record.adds[side.indicator] {
                let stratum = of.iter().map(|&other| record.members[other].clone()).collect();
                strata.entry(stratum).or_default().add(add);
            }
        }
        strata
    }

    fn ratio(&self, indicator: usize, sum: &Sum) -> Option<f64> {
        let (numerator, denominator) = self.decimal(indicator, sum);
        (sum.denominator != 0).then(|| numerator / denominator)
    }

    /// What a member lacks is what its areas lack, where the dimension groups areas or the indicator is of this member
    /// alone. Else only what was read can be told by member, and bounds need every area to have been read whole.
    fn side_bounds(&self, side: &Side, sum: &Sum, value: Option<f64>) -> Bounds {
        let pipeline = &self.world.pipeline;
        let filters = &pipeline.indicators[side.indicator].filter;
        let filter = |dimension: usize| filters.iter().find(|(at, _)| *at == dimension);
        let is_out = |(at, member): &(usize, String)| filter(*at).is_some_and(|(_, allowed)| !allowed.contains(member));
        let is_alone = |(at, member): &(usize, String)| {
            filter(*at).is_some_and(|(_, allowed)| allowed.iter().all(|id| id == member))
        };
        let of_areas =
            |(at, _): &(usize, String)| matches!(pipeline.dimensions[*at].level, DimensionLevel::Area { .. });
        let singles = self.singles(side.dimension, side.member);
        if singles.iter().any(is_out) {
            return None;
        }
        let here = |area: &str| {
            let chain: Vec<String> = self.chain(area).into_iter().map(Into::into).collect();
            let is_own = |(at, member): &(usize, String)| self.member_of_area(*at, &chain).as_ref() == Some(member);
            chain.iter().any(|code| code == side.scope) && singles.iter().filter(|one| of_areas(one)).all(is_own)
        };
        let reporters: Vec<&Reporter> = self.reporters[side.indicator]
            .iter()
            .filter(|(area, _)| here(area))
            .map(|(_, one)| one)
            .collect();
        if sum.rows == 0 && !reporters.iter().any(|one| one.expected) {
            return None;
        }
        let lack = if singles.iter().all(|one| of_areas(one) || is_alone(one)) {
            reporters.iter().fold(Lack::Of(0.0), |all, one| all.plus(one.lack))
        } else if reporters.iter().all(|one| one.all_read) {
            let owing = |record: &Record| self.reporters[side.indicator].contains_key(&record.areas[0]);
            let held = self.sum(side.indicator, |record| self.belongs(side, record) && owing(record));
            Lack::Of(held.rest as f64 / self.world.scales(side.indicator).1)
        } else {
            Lack::Unsplit
        };
        self.bounds(side.indicator, sum, lack, value)
    }

    /// The two parts of the difference of ratios, stratum by stratum; a stratum that one side lacks borrows the other's
    /// rate.
    fn kitagawa(&self, indicator: usize, a: &Strata, b: &Strata) -> (f64, f64) {
        let whole = |side: &Strata| side.values().map(|sum| sum.denominator).sum::<i64>() as f64;
        let (whole_a, whole_b) = (whole(a), whole(b));
        let (mut mix, mut rate) = (0.0, 0.0);
        for stratum in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
            let share = |side: &Strata, whole: f64| side.get(stratum).map_or(0.0, |sum| sum.denominator as f64 / whole);
            let (p_a, p_b) = (share(a, whole_a), share(b, whole_b));
            let of = |side: &Strata| side.get(stratum).and_then(|sum| self.ratio(indicator, sum));
            let (Some(r_a), Some(r_b)) = (of(a).or_else(|| of(b)), of(b).or_else(|| of(a))) else {
                continue;
            };
            mix += (p_a - p_b) * (r_a + r_b) / 2.0;
            rate += (r_a - r_b) * (p_a + p_b) / 2.0;
        }
        (mix, rate)
    }
}

fn total(strata: &Strata) -> Sum {
    let mut total = Sum::default();
    strata.values().for_each(|sum| total.add(sum));
    total
}

#[test]
fn every_member_of_groups_and_gaps_has_its_titles() {
    let output = shipped().output.as_path();
    let members = table(output, "members");
    let titled: BTreeSet<(&str, &str)> = (members.iter())
        .filter(|row| row["member_title_zh"].text().is_some() && row["dimension_title_en"].text().is_some())
        .map(|row| (row["dimension"].text().unwrap(), row["member"].text().unwrap()))
        .collect();
    let named = |name: &str, columns: &[&'static str]| -> BTreeSet<(String, String)> {
        let all = table(output, name);
        let of = |row: &Row, column: &str| (shown(row, "dimension"), shown(row, column));
        all.iter()
            .flat_map(|row| columns.iter().map(|column| of(row, column)))
            .collect()
    };
    let mut used = named("groups", &["member"]);
    used.append(&mut named("gaps", &["a", "b"]));
    assert!(used.len() > 10, "{used:?}");
    let lacking: Vec<_> = used
        .iter()
        .filter(|(dimension, member)| !titled.contains(&(dimension, member)))
        .collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    let urban = members
        .iter()
        .find(|row| row["member"].text() == Some("urban"))
        .unwrap();
    assert_eq!(
        joined(urban, &["member_title_zh", "member_title_en", "position"], " "),
        "城市社区 Urban 1"
    );
}
