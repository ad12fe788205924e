//! Every figure of `indicators` and `gaps`, how gaps change, what could turn them, and the parts of the Gini coefficient, a second time: plain loops over the published rows, without
//! polars and without the cube. Formulas are evaluated row by row by the loader's own scalar evaluator.

mod gap_changes;
mod gaps;
mod indicators;
mod ranks;
mod records;
mod reporters;
mod sql;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use huizong::domain::Period;
use huizong::pipeline::{self, AreaSource, DimensionLevel, Pipeline};

use crate::support::{Divided, Row, changes, community_services, follow, read_csv, shipped, table};
use gap_changes::Sides;
use records::Record;
use reporters::Reporter;

/// An area of one period.
struct Area {
    parent: Option<String>,
    level: usize,
}

/// What was published, and what it must follow from.
struct World {
    pipeline: Pipeline,
    output: PathBuf,
    submissions: Vec<Row>,
    areas: Vec<Row>,
    obligations: Vec<Row>,
    lookups: BTreeMap<usize, BTreeMap<String, String>>,
    /// The two dimensions of each cross.
    crosses: BTreeMap<usize, [usize; 2]>,
}

/// One period: areas in force, every record, and what is known of every reporter of each indicator.
struct Scene<'a> {
    world: &'a World,
    period: Period,
    areas: BTreeMap<String, Area>,
    records: Vec<Record>,
    /// By indicator, then by area: the denominator of the last complete report before.
    last: Vec<BTreeMap<String, f64>>,
    /// By indicator, then by area.
    reporters: Vec<BTreeMap<String, Reporter>>,
}

#[test]
fn figures_equal_plain_loops_over_published_rows() {
    let output = shipped().output.as_path();
    let world = World::load(output);
    let (indicators, gaps) = (table(output, "indicators"), table(output, "gaps"));
    let verdicts = table(output, "verdicts");
    let (mut compared, mut split) = (0, 0);
    let (mut turned, mut turned_gaps) = (0, 0);
    let parts = parts_of_tied_indicators(output);
    assert!(parts.len() > 100, "{} parts are too few to mean anything", parts.len());
    let changes = changes();
    let mut last = vec![BTreeMap::new(); world.pipeline.indicators.len()];
    let mut before: Option<String> = None;
    let (mut carried, mut bracketed) = (0, 0);
    let mut sides = Sides::default();
    for &period in &world.pipeline.periods {
        let year = period.to_string();
        for of_indicator in last.iter_mut().filter(|_| before.is_some()) {
            let years = [before.as_deref().unwrap(), &year];
            follow(of_indicator, &changes, years, Divided::HasNothing, |all| {
                all.iter().copied().sum()
            });
        }
        before = Some(year);
        let scene = Scene::new(&world, period, last.clone());
        carried += scene
            .reporters
            .iter()
            .flat_map(BTreeMap::values)
            .filter(|one| one.carried)
            .count();
        bracketed += scene
            .reporters
            .iter()
            .flat_map(BTreeMap::values)
            .filter(|one| one.bracketed)
            .count();
        for (last, reporters) in last.iter_mut().zip(&scene.reporters) {
            let complete = reporters
                .iter()
                .filter_map(|(code, one)| Some((code.clone(), one.complete?)));
            last.extend(complete);
        }
        let name = period.to_string();
        let of_period = |row: &&Row| row["period"].text() == Some(&name);
        assert_same(
            "indicators",
            scene.indicator_keys(),
            indicators.iter().filter(of_period),
            &["area_code", "indicator"],
        );
        let key = ["scope_code", "indicator", "dimension", "a", "b"];
        assert_same("gaps", scene.gap_keys(), gaps.iter().filter(of_period), &key);
        for row in indicators.iter().filter(of_period) {
            scene.check_indicator(row);
            compared += 1;
        }
        for row in gaps.iter().filter(of_period) {
            scene.check_gap(row);
            split += 1;
        }
        sides.add(&scene, gaps.iter().filter(of_period));
        for row in parts.iter().filter(of_period) {
            scene.check_part(row);
        }
        let [figures, gaps, sets] =
            [&indicators, &gaps, &verdicts].map(|all| all.iter().filter(of_period).collect::<Vec<_>>());
        let (of_figures, of_gaps) = scene.check_verdicts(&figures, &gaps, &sets);
        turned += of_figures;
        turned_gaps += of_gaps;
    }
    assert!(
        compared > 1000 && split > 100,
        "{compared} figures and {split} gaps are too few to mean anything"
    );
    let (split, mixed) = sides.check(&world);
    assert!(
        split > 500 && mixed > 100,
        "{split} changes of gaps that are split, {mixed} by both mixes, are too few to mean anything"
    );
    assert!(
        carried > 100,
        "{carried} denominators that were carried are too few to mean anything"
    );
    assert!(
        bracketed > 20,
        "{bracketed} denominators in brackets are too few to mean anything"
    );
    assert!(
        turned > 5 && turned_gaps > 20,
        "{turned} verdicts and {turned_gaps} gaps that could turn are too few to mean anything"
    );
}

/// Parts of the Gini coefficient in the root of indicators of which many units have the same ratio of small numbers.
fn parts_of_tied_indicators(output: &Path) -> Vec<Row> {
    let tied = ["service_radius", "rural_service_radius", "fund_per_community"];
    let is_asked = |row: &Row| {
        let text = |column: &str| row[column].text().unwrap_or_default();
        text("scope_code") == "000000" && text("inequality_index") == "gini" && tied.contains(&text("indicator"))
    };
    table(output, "inequality_parts").into_iter().filter(is_asked).collect()
}

/// The keys of a table are those expected: no row is left out, none is too many.
fn assert_same<'a>(name: &str, expected: BTreeSet<Vec<String>>, rows: impl Iterator<Item = &'a Row>, key: &[&str]) {
    let found: Vec<Vec<String>> = rows
        .map(|row| {
            key.iter()
                .map(|column| row[*column].text().unwrap().to_string())
                .collect()
        })
        .collect();
    let distinct: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(distinct.len(), found.len(), "{name}: a key twice");
    let (lost, surplus): (Vec<_>, Vec<_>) = (
        expected.difference(&distinct).collect(),
        distinct.difference(&expected).collect(),
    );
    assert!(
        lost.is_empty() && surplus.is_empty(),
        "{name}: lost {lost:?}, surplus {surplus:?}"
    );
}

impl World {
    fn load(output: &Path) -> World {
        let pipeline = pipeline::load(&community_services()).unwrap();
        World {
            lookups: lookups(&pipeline),
            crosses: crosses(&pipeline),
            pipeline,
            output: output.to_path_buf(),
            submissions: table(output, "submissions"),
            areas: table(output, "areas"),
            obligations: table(output, "obligations"),
        }
    }

    fn form_of(&self, indicator: usize) -> usize {
        self.pipeline.measures[self.pipeline.indicators[indicator].denominator].form
    }

    /// Scales of numerator and denominator, as powers of ten.
    fn scales(&self, indicator: usize) -> (f64, f64) {
        let indicator = &self.pipeline.indicators[indicator];
        let power = |measure: usize| 10f64.powi(self.pipeline.measures[measure].scale as i32);
        (power(indicator.numerator), power(indicator.denominator))
    }

    fn indicator(&self, row: &Row) -> usize {
        let id = row["indicator"].text().unwrap();
        self.pipeline
            .indicators
            .iter()
            .position(|indicator| indicator.id == id)
            .unwrap()
    }
}

fn lookups(pipeline: &Pipeline) -> BTreeMap<usize, BTreeMap<String, String>> {
    let dimensions = pipeline.dimensions.iter().enumerate();
    let areas = dimensions.filter_map(|(at, dimension)| match &dimension.level {
        DimensionLevel::Area {
            source: AreaSource::Table(source),
            ..
        } => {
            let rows = read_csv(source).into_iter();
            Some((
                at,
                rows.map(|row| (row["code"].clone(), row[&dimension.id].clone()))
                    .collect(),
            ))
        }
        DimensionLevel::Area { .. } | DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
    });
    areas.collect()
}

fn crosses(pipeline: &Pipeline) -> BTreeMap<usize, [usize; 2]> {
    let dimensions = pipeline.dimensions.iter().enumerate();
    dimensions
        .filter_map(|(at, dimension)| Some((at, dimension.level.crossed()?)))
        .collect()
}

impl<'a> Scene<'a> {
    fn new(world: &'a World, period: Period, last: Vec<BTreeMap<String, f64>>) -> Scene<'a> {
        let end = period.end().to_string();
        let levels = &world.pipeline.registry.levels;
        let in_force = |row: &&Row| {
            row["valid_from"].text().is_none_or(|from| from <= end.as_str())
                && row["valid_to"].text().is_none_or(|to| end.as_str() <= to)
        };
        let area = |row: &Row| Area {
            parent: row["parent_code"].text().map(Into::into),
            level: levels
                .iter()
                .position(|level| Some(level.as_str()) == row["level"].text())
                .unwrap(),
        };
        let areas = world.areas.iter().filter(in_force);
        let mut scene = Scene {
            world,
            period,
            areas: areas
                .map(|row| (row["area_code"].text().unwrap().to_string(), area(row)))
                .collect(),
            records: Vec::new(),
            last,
            reporters: Vec::new(),
        };
        scene.records = scene.read_records();
        scene.reporters = scene.read_reporters();
        scene
    }

    /// The area itself first, the root last; nothing for an area that is not in force.
    fn chain(&self, area: &str) -> Vec<&str> {
        let mut chain = Vec::new();
        let mut next = Some(area);
        while let Some((code, area)) = next.and_then(|code| self.areas.get_key_value(code)) {
            chain.push(code.as_str());
            next = area.parent.as_deref();
        }
        chain
    }
}

/// Null where nothing is expected, else equal but for the last digits.
fn close(row: &Row, name: &str, want: Option<f64>, scale: f64) {
    let got = row[name].number();
    let same = match (got, want) {
        (Some(got), Some(want)) => (got - want).abs() <= 1e-12 * want.abs().max(scale.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    };
    assert!(same, "{name}: {got:?} against {want:?} in {row:?}");
}
