//! Every figure of `indicators` and `gaps` a second time: plain loops over the published facts, without polars and without
//! the cube. Formulas are evaluated row by row by the loader's own scalar evaluator.

use std::collections::BTreeMap;

use huizong::pipeline::formula::{Scalar, evaluate};
use huizong::pipeline::{self, DimensionLevel, Pipeline, UNKNOWN};

use crate::support::{Published, Row, community_services, facts, read_csv, root, run, table};

/// Sums of an indicator over some rows, as integers of the measures' scales.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    numerator: i64,
    denominator: i64,
}

impl Sum {
    fn add(&mut self, other: (i64, i64)) {
        self.numerator += other.0;
        self.denominator += other.1;
    }

    fn ratio(self, scales: (u32, u32)) -> Option<f64> {
        let (numerator, denominator) = self.decimal(scales);
        (self.denominator != 0).then(|| numerator / denominator)
    }

    fn decimal(self, scales: (u32, u32)) -> (f64, f64) {
        (
            self.numerator as f64 / 10f64.powi(scales.0 as i32),
            self.denominator as f64 / 10f64.powi(scales.1 as i32),
        )
    }
}

/// A fact: what it adds to each indicator, which areas it lies in and which member of each dimension it belongs to.
struct Fact {
    areas: Vec<String>,
    members: Vec<Option<String>>,
    adds: BTreeMap<usize, (i64, i64)>,
}

struct World {
    pipeline: Pipeline,
    parents: BTreeMap<String, Option<String>>,
    lookups: BTreeMap<usize, BTreeMap<String, String>>,
}

#[test]
fn indicators_and_gaps_equal_plain_loops_over_the_facts() {
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(
        &community_services(),
        &root().join("sample_data/submissions"),
        output.path(),
        &[],
    );
    assert_eq!(code, 0, "{text}");
    let pipeline = pipeline::load(&community_services()).unwrap();
    let parents = table(output.path(), "areas")
        .iter()
        .map(|row| {
            (
                row["area_code"].text().unwrap().into(),
                row["parent_code"].text().map(Into::into),
            )
        })
        .collect();
    let world = World {
        lookups: lookups(&pipeline),
        pipeline,
        parents,
    };
    let indicators = table(output.path(), "indicators");
    let gaps = table(output.path(), "gaps");
    let (mut compared, mut split) = (0, 0);
    for period in world.pipeline.periods.iter().map(ToString::to_string) {
        let facts = world.facts(output.path(), &period);
        let of_period = |row: &&Row| row["period"].text() == Some(&period);
        for row in indicators.iter().filter(of_period) {
            compared += usize::from(world.check_indicator(&facts, row));
        }
        for row in gaps.iter().filter(of_period) {
            split += usize::from(world.check_gap(&facts, row));
        }
    }
    assert!(
        compared > 1000 && split > 100,
        "{compared} figures and {split} gaps is too few to mean anything"
    );
}

fn lookups(pipeline: &Pipeline) -> BTreeMap<usize, BTreeMap<String, String>> {
    let dimensions = pipeline.dimensions.iter().enumerate();
    let areas = dimensions.filter_map(|(at, dimension)| match &dimension.level {
        DimensionLevel::Area { source, .. } => {
            let rows = read_csv(source);
            Some((
                at,
                rows.into_iter()
                    .map(|row| (row["code"].clone(), row[&dimension.id].clone()))
                    .collect(),
            ))
        }
        DimensionLevel::Row { .. } => None,
    });
    areas.collect()
}

impl World {
    fn facts(&self, output: &std::path::Path, period: &str) -> Vec<Fact> {
        let mut all = Vec::new();
        for form in 0..self.pipeline.forms.len() {
            let rows = facts(output, &self.pipeline.forms[form].id, period);
            all.extend(rows.iter().map(|row| self.fact(form, row)));
        }
        all
    }

    fn fact(&self, form: usize, row: &Row) -> Fact {
        let mut areas = Vec::new();
        let mut next = row["area_code"].text().map(str::to_string);
        while let Some(area) = next {
            next = self.parents[&area].clone();
            areas.push(area);
        }
        let members: Vec<_> = (0..self.pipeline.dimensions.len())
            .map(|at| self.member(at, form, row, &areas))
            .collect();
        let mut adds = BTreeMap::new();
        for (at, indicator) in self.pipeline.indicators.iter().enumerate() {
            let wanted = indicator.filter.iter().all(|(dimension, chosen)| {
                members[*dimension]
                    .as_ref()
                    .is_some_and(|member| chosen.contains(member))
            });
            let (numerator, denominator) = (
                self.measure(indicator.numerator, form, row),
                self.measure(indicator.denominator, form, row),
            );
            if let (true, Some(numerator), Some(denominator)) = (wanted, numerator, denominator) {
                adds.insert(at, (numerator, denominator));
            }
        }
        Fact { areas, members, adds }
    }

    fn member(&self, at: usize, form: usize, row: &Row, areas: &[String]) -> Option<String> {
        let dimension = &self.pipeline.dimensions[at];
        match &dimension.level {
            DimensionLevel::Area { .. } => {
                let found = areas.iter().find_map(|area| self.lookups[&at].get(area).cloned());
                found.or_else(|| {
                    dimension
                        .members
                        .iter()
                        .any(|m| m.id == UNKNOWN)
                        .then(|| UNKNOWN.to_string())
                })
            }
            DimensionLevel::Row {
                column,
                slice,
                map,
                other,
            } => {
                self.pipeline.forms[form].column(column)?;
                let Some(value) = row[column].text() else {
                    return Some(UNKNOWN.into());
                };
                let value: String = match slice {
                    Some((from, to)) => value.chars().skip(from - 1).take(to - from + 1).collect(),
                    None => value.into(),
                };
                let mapped = map
                    .iter()
                    .find(|(range, _)| range.contains(&value))
                    .map(|(_, member)| member.clone());
                Some(mapped.or_else(|| other.clone()).unwrap_or_else(|| UNKNOWN.into()))
            }
        }
    }

    /// What a row adds to a measure; None where it is unknown, or of another form.
    fn measure(&self, at: usize, form: usize, row: &Row) -> Option<i64> {
        let measure = &self.pipeline.measures[at];
        if measure.form != form {
            return None;
        }
        let columns = &self.pipeline.forms[form].columns;
        let cell = |column: usize| match &row[&columns[column].id] {
            Published::Null => Scalar::Null,
            Published::Text(text) => Scalar::Text(text.clone()),
            Published::Integer(number) => Scalar::Integer(*number),
            Published::Real(number) => Scalar::Decimal(*number),
            Published::Boolean(flag) => Scalar::Boolean(*flag),
        };
        match evaluate(&measure.value, &cell) {
            Scalar::Integer(number) => Some(number * 10i64.pow(measure.scale)),
            Scalar::Decimal(number) => Some((number * 10f64.powi(measure.scale as i32)).round() as i64),
            Scalar::Boolean(flag) => Some(i64::from(flag) * 10i64.pow(measure.scale)),
            _ => None,
        }
    }

    fn indicator(&self, row: &Row) -> (usize, (u32, u32)) {
        let id = row["indicator"].text().unwrap();
        let at = self
            .pipeline
            .indicators
            .iter()
            .position(|indicator| indicator.id == id)
            .unwrap();
        let indicator = &self.pipeline.indicators[at];
        let scale = |measure: usize| self.pipeline.measures[measure].scale;
        (at, (scale(indicator.numerator), scale(indicator.denominator)))
    }

    /// Whether there was a figure to compare.
    fn check_indicator(&self, facts: &[Fact], row: &Row) -> bool {
        let (at, scales) = self.indicator(row);
        let area = row["area_code"].text().unwrap();
        let mut sum = Sum::default();
        let inside = facts.iter().filter(|fact| fact.areas.iter().any(|code| code == area));
        inside
            .filter_map(|fact| fact.adds.get(&at))
            .for_each(|add| sum.add(*add));
        let factor = self.pipeline.indicators[at].factor;
        assert_eq!(
            row["value"].number(),
            sum.ratio(scales).map(|ratio| ratio * factor),
            "value of {row:?}"
        );
        if sum.denominator == 0 {
            assert!(row["null_reason"].text().is_some(), "a null without a reason: {row:?}");
            return false;
        }
        let (numerator, denominator) = sum.decimal(scales);
        assert_eq!(row["numerator"].number(), Some(numerator), "numerator of {row:?}");
        assert_eq!(row["denominator"].number(), Some(denominator), "denominator of {row:?}");
        true
    }

    /// Whether there was a gap to compare.
    fn check_gap(&self, facts: &[Fact], row: &Row) -> bool {
        let (at, scales) = self.indicator(row);
        let factor = self.pipeline.indicators[at].factor;
        let name = row["dimension"].text().unwrap();
        let dimension = self.pipeline.dimensions.iter().position(|d| d.id == name).unwrap();
        let scope = row["scope_code"].text().unwrap();
        let side = |member: &str| -> BTreeMap<Vec<Option<String>>, Sum> {
            let mut strata: BTreeMap<Vec<Option<String>>, Sum> = BTreeMap::new();
            for fact in facts {
                let here = fact.areas.iter().any(|code| code == scope);
                let Some(add) = fact.adds.get(&at) else { continue };
                if here && fact.members[dimension].as_deref() == Some(member) {
                    let strata_of = &self.pipeline.dimensions[dimension].strata;
                    let stratum = strata_of.iter().map(|&other| fact.members[other].clone()).collect();
                    strata.entry(stratum).or_default().add(*add);
                }
            }
            strata.retain(|_, sum| sum.denominator != 0);
            strata
        };
        let (a, b) = (side(row["a"].text().unwrap()), side(row["b"].text().unwrap()));
        let total = |strata: &BTreeMap<_, Sum>| {
            let mut total = Sum::default();
            strata
                .values()
                .for_each(|sum| total.add((sum.numerator, sum.denominator)));
            total
        };
        let (value_a, value_b) = (total(&a).ratio(scales), total(&b).ratio(scales));
        assert_eq!(
            row["value_a"].number(),
            value_a.map(|x| x * factor),
            "value_a of {row:?}"
        );
        assert_eq!(
            row["value_b"].number(),
            value_b.map(|x| x * factor),
            "value_b of {row:?}"
        );
        let (Some(value_a), Some(value_b)) = (value_a, value_b) else {
            assert_eq!(row["gap"], Published::Null, "{row:?}");
            return false;
        };
        close(row, "gap", (value_a - value_b) * factor);
        if value_b != 0.0 {
            close(row, "ratio", value_a / value_b);
        }
        let (mix, rate) = kitagawa(&a, &b, scales);
        close(row, "mix_effect", mix * factor);
        close(row, "rate_effect", rate * factor);
        true
    }
}

/// The two parts of the difference of ratios, stratum by stratum; a stratum that one side lacks borrows the other's rate.
fn kitagawa(
    a: &BTreeMap<Vec<Option<String>>, Sum>,
    b: &BTreeMap<Vec<Option<String>>, Sum>,
    scales: (u32, u32),
) -> (f64, f64) {
    let whole = |side: &BTreeMap<_, Sum>| side.values().map(|sum: &Sum| sum.denominator).sum::<i64>() as f64;
    let (whole_a, whole_b) = (whole(a), whole(b));
    let strata: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
    let (mut mix, mut rate) = (0.0, 0.0);
    for stratum in strata {
        let share = |side: &BTreeMap<_, Sum>, whole: f64| {
            side.get(stratum)
                .map_or(0.0, |sum: &Sum| sum.denominator as f64 / whole)
        };
        let (p_a, p_b) = (share(a, whole_a), share(b, whole_b));
        let of = |side: &BTreeMap<_, Sum>| side.get(stratum).and_then(|sum: &Sum| sum.ratio(scales));
        let r_a = of(a).or_else(|| of(b)).unwrap();
        let r_b = of(b).or_else(|| of(a)).unwrap();
        mix += (p_a - p_b) * (r_a + r_b) / 2.0;
        rate += (r_a - r_b) * (p_a + p_b) / 2.0;
    }
    (mix, rate)
}

fn close(row: &Row, name: &str, want: f64) {
    let got = row[name]
        .number()
        .unwrap_or_else(|| panic!("{name} is null in {row:?}"));
    let scale = want.abs().max(1.0);
    assert!(
        (got - want).abs() <= 1e-12 * scale.max(row["value_a"].number().unwrap_or(1.0).abs()),
        "{name}: {got} against {want} in {row:?}"
    );
}
