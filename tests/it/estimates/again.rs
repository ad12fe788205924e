//! Every row of the sample's `estimates` and `estimate_errors` a second time: each unit is held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::close;
use crate::support::{Divided, Row, changes, follow, joined, shipped, table};

const METHODS: [&str; 3] = ["carried_forward", "hot_deck", "stratum_ratio"];

/// An area with its chain up to the root, and its groups from narrow to wide.
struct Place {
    above: Vec<String>,
    groups: [String; 3],
}

#[derive(Clone, Default)]
struct Figure {
    numerator: f64,
    denominator: f64,
    missing: Option<f64>,
    is_whole: bool,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.numerator / self.denominator
    }
}

/// The figures of an indicator in a period.
struct Scene<'a> {
    places: &'a BTreeMap<String, Place>,
    all: BTreeMap<String, Figure>,
    units: BTreeSet<String>,
    /// The last complete figure of each unit, with the place of its period.
    last: BTreeMap<String, (usize, Figure)>,
}

fn places(spans: &[Row], period: &str) -> BTreeMap<String, Place> {
    let day = format!("{period}-12-31");
    let in_force = |row: &&Row| {
        row["valid_from"].text().is_none_or(|from| from <= day.as_str())
            && row["valid_to"].text().is_none_or(|to| day.as_str() <= to)
    };
    let rows: BTreeMap<&str, &Row> = (spans.iter().filter(in_force))
        .map(|row| (row["area_code"].text().unwrap(), row))
        .collect();
    let place = |row: &Row| {
        let mut above: Vec<String> = Vec::new();
        let mut own = row;
        while let Some(parent) = own["parent_code"].text() {
            above.push(parent.to_owned());
            own = rows[parent];
        }
        let level = row["level"].text().unwrap();
        // Terrain is of counties; the other two are of provinces and below.
        let dimensions: &[&str] = match level {
            "nation" => &[],
            "county" => &["macro_region", "four_region", "terrain"],
            _ => &["macro_region", "four_region"],
        };
        let members = joined(row, dimensions, " ");
        let own = row["area_code"].text().unwrap();
        let is_province = |code: &&str| rows[code]["level"].text() == Some("province");
        let province = std::iter::once(own)
            .chain(above.iter().map(String::as_str))
            .find(is_province);
        let groups = [
            format!("{} {members}", dimensions.len()),
            province.unwrap_or_default().to_owned(),
            String::new(),
        ];
        Place { above, groups }
    };
    rows.iter()
        .map(|(code, row)| ((*code).to_owned(), place(row)))
        .collect()
}

impl Scene<'_> {
    fn whole(&self) -> impl Iterator<Item = (&String, &Figure)> {
        self.units
            .iter()
            .map(|code| (code, &self.all[code]))
            .filter(|(_, figure)| figure.is_whole)
    }

    fn lacking(&self) -> BTreeSet<String> {
        let lacks = |code: &&String| self.all[*code].missing != Some(0.0);
        self.units.iter().filter(lacks).cloned().collect()
    }

    /// A ratio, and whether it is that of a wider group; what lies in `out` lends none.
    fn guess(&self, method: &str, unit: &str, size: f64, out: &BTreeSet<String>) -> Option<(f64, bool)> {
        let is_carried = method == "carried_forward";
        if let Some((_, last)) = self.last.get(unit).filter(|_| is_carried) {
            return Some((last.ratio(), false));
        }
        (0..3).find_map(|tier| {
            let group = &self.places[unit].groups[tier];
            let alike: Vec<_> = (self.whole())
                .filter(|(code, _)| *code != unit && !out.contains(*code) && self.places[*code].groups[tier] == *group)
                .collect();
            let ratio = if method == "hot_deck" {
                let distance = |figure: &Figure| (figure.denominator - size).abs();
                let nearest = alike.iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
                nearest.map(|(_, figure)| figure.ratio())
            } else {
                let numerator: f64 = alike.iter().map(|(_, figure)| figure.numerator).sum();
                let denominator: f64 = alike.iter().map(|(_, figure)| figure.denominator).sum();
                (!alike.is_empty()).then(|| numerator / denominator)
            };
            Some((ratio?, tier > 0 || is_carried))
        })
    }

    fn size(&self, unit: &str) -> Option<(f64, bool)> {
        let figure = &self.all[unit];
        let carried = || {
            let rest = self.last.get(unit)?.1.denominator - figure.denominator;
            (rest > 0.0).then_some((rest, true))
        };
        figure.missing.map(|missing| (missing, false)).or_else(carried)
    }
}

/// The scenes of all periods, by period and indicator.
fn scenes<'a>(
    periods: &[&str],
    places: &'a BTreeMap<String, BTreeMap<String, Place>>,
    rows: &[Row],
) -> BTreeMap<(String, String), Scene<'a>> {
    let mut figures: BTreeMap<(String, String), BTreeMap<String, Figure>> = BTreeMap::new();
    for row in rows {
        let period = row["period"].text().unwrap();
        let code = row["area_code"].text().unwrap();
        if !places[period].contains_key(code) {
            continue;
        }
        let parts = row["numerator"].number().zip(row["denominator"].number());
        let (numerator, denominator) = parts.unwrap_or_default();
        let missing = row["missing_denominator"].number();
        let figure = Figure {
            numerator,
            denominator,
            missing,
            is_whole: row["obs_status"].text() == Some("A") && missing == Some(0.0) && denominator > 0.0,
        };
        let key = (row["indicator"].text().unwrap().to_owned(), period.to_owned());
        figures.entry(key).or_default().insert(code.to_owned(), figure);
    }
    let mut last: BTreeMap<String, BTreeMap<String, (usize, Figure)>> = BTreeMap::new();
    let mut scenes = BTreeMap::new();
    let changes = changes();
    for ((indicator, period), all) in figures {
        if let Some(before) = periods
            .iter()
            .position(|one| *one == period)
            .and_then(|at| at.checked_sub(1))
        {
            let last = last.entry(indicator.clone()).or_default();
            follow(
                last,
                &changes,
                [periods[before], &period],
                Divided::KeepsItsOwn,
                added_up,
            );
        }
        let places = &places[&period];
        let above: BTreeSet<&String> = all.keys().flat_map(|code| &places[code].above).collect();
        let units = all.keys().filter(|code| !above.contains(code)).cloned().collect();
        let last = last.entry(indicator.clone()).or_default();
        let scene = Scene {
            places,
            all,
            units,
            last: last.clone(),
        };
        let at = periods.iter().position(|one| *one == period).unwrap();
        for (code, figure) in scene.whole() {
            last.insert(code.clone(), (at, figure.clone()));
        }
        scenes.insert((indicator, period), scene);
    }
    scenes
}

/// The report of merged areas, as old as the oldest of theirs.
fn added_up(reports: &[&(usize, Figure)]) -> (usize, Figure) {
    let figure = Figure {
        numerator: reports.iter().map(|(_, figure)| figure.numerator).sum(),
        denominator: reports.iter().map(|(_, figure)| figure.denominator).sum(),
        ..Figure::default()
    };
    (reports.iter().map(|(at, _)| *at).min().unwrap(), figure)
}

/// What a row of `estimates` must say.
#[derive(Default)]
struct Expected {
    numerator: f64,
    denominator: f64,
    counts: [f64; 4],
    age: f64,
    /// Denominator of the units that have a report to carry forward.
    carried: f64,
}

fn expected(scene: &Scene<'_>, at: usize, area: &str, method: &str) -> Expected {
    let mut sum = Expected::default();
    for unit in scene
        .lacking()
        .iter()
        .filter(|unit| scene.places[*unit].above.iter().any(|above| above == area))
    {
        let size = scene.size(unit);
        let guess = size.and_then(|(missing, _)| {
            scene.guess(method, unit, missing + scene.all[unit].denominator, &BTreeSet::new())
        });
        let (Some((missing, is_carried)), Some((ratio, fell_back))) = (size, guess) else {
            sum.counts[1] += 1.0;
            continue;
        };
        sum.counts[0] += 1.0;
        sum.counts[2] += f64::from(u8::from(fell_back));
        sum.counts[3] += f64::from(u8::from(is_carried));
        sum.numerator += ratio * missing;
        sum.denominator += missing;
        if let Some((from, _)) = scene.last.get(unit) {
            sum.age += (at - from) as f64 * missing;
            sum.carried += missing;
        }
    }
    sum
}

const PERIODS: [&str; 3] = ["2015", "2018", "2020"];

fn of_all_periods() -> BTreeMap<String, BTreeMap<String, Place>> {
    let spans = table(&shipped().output, "area_spans");
    PERIODS.map(|period| (period.to_owned(), places(&spans, period))).into()
}

fn factors() -> BTreeMap<String, f64> {
    let definitions = table(&shipped().output, "indicator_definitions").into_iter();
    definitions
        .map(|row| {
            (
                row["indicator"].text().unwrap().to_owned(),
                row["factor"].number().unwrap(),
            )
        })
        .collect()
}

#[test]
fn estimates_of_the_sample_are_those_of_its_figures() {
    let output = &shipped().output;
    let (places, factors) = (of_all_periods(), factors());
    let scenes = scenes(&PERIODS, &places, &table(output, "indicators"));
    let mut rows = BTreeMap::new();
    for row in table(output, "estimates") {
        rows.insert(joined(&row, &["indicator", "period", "area_code", "method"], " "), row);
    }
    for ((indicator, period), scene) in &scenes {
        let at = PERIODS.iter().position(|one| one == period).unwrap();
        for (area, figure) in &scene.all {
            if scene.units.contains(area) || figure.missing == Some(0.0) {
                continue;
            }
            for method in METHODS {
                let row = rows.remove(&format!("{indicator} {period} {area} {method}")).unwrap();
                let sum = expected(scene, at, area, method);
                let counts = ["n_imputed", "n_not_imputable", "n_fallback", "n_denominators_carried"];
                for (column, count) in counts.into_iter().zip(sum.counts) {
                    close(&row, column, Some(count));
                }
                let is_whole = sum.counts[0] > 0.0
                    && sum.counts[1] == 0.0
                    && (sum.age > 0.0 || method != "carried_forward")
                    && (figure.missing).is_none_or(|missing| (missing - sum.denominator).abs() <= 1e-9 * missing);
                let of = |value: f64| is_whole.then_some(value);
                let whole = figure.denominator + sum.denominator;
                let value = (figure.numerator + sum.numerator) / whole * factors[indicator];
                close(&row, "value_estimated", of(value));
                close(&row, "imputed_weight_share", of(sum.denominator / whole));
                let is_old = method == "carried_forward";
                close(&row, "mean_age_periods", of(sum.age / sum.carried).filter(|_| is_old));
            }
        }
    }
    let left: Vec<&String> = rows.keys().take(5).collect();
    assert!(left.is_empty(), "nothing is missing there: {left:?}");
}

#[test]
fn errors_of_the_sample_are_those_of_its_figures() {
    let output = &shipped().output;
    let (places, factors) = (of_all_periods(), factors());
    let scenes = scenes(&PERIODS, &places, &table(output, "indicators"));
    let rows = table(output, "estimate_errors");
    for row in &rows {
        let [indicator, period, method] = ["indicator", "period", "method"].map(|name| row[name].text().unwrap());
        let scene = &scenes[&(indicator.to_owned(), period.to_owned())];
        let mut of_indicator = scenes
            .iter()
            .filter(|((one, _), scene)| one == indicator && scene.whole().next().is_some());
        let lacking = of_indicator.next_back().unwrap().1.lacking();
        let error = |method: &str, code: &str, out: &BTreeSet<String>| {
            let figure = &scene.all[code];
            let is_tested = out.is_empty();
            let (ratio, fell_back) = scene.guess(method, code, figure.denominator, out)?;
            if is_tested && method == "carried_forward" && fell_back {
                return None;
            }
            Some((ratio - figure.ratio()) * factors[indicator])
        };
        let none = BTreeSet::new();
        let tests: Vec<(f64, [Option<f64>; 3])> = (scene.whole())
            .map(|(code, figure)| (figure.denominator, METHODS.map(|method| error(method, code, &none))))
            .collect();
        let own = METHODS.iter().position(|one| *one == method).unwrap();
        let tested: Vec<_> = tests
            .iter()
            .filter_map(|(weight, errors)| Some((*weight, errors[own]?)))
            .collect();
        close(row, "n_tested", Some(tested.len() as f64));
        close(row, "n_untestable", Some((tests.len() - tested.len()) as f64));
        let mean = |tested: &[(f64, f64)], of: fn(f64) -> f64| {
            let weight: f64 = tested.iter().map(|(weight, _)| weight).sum();
            let total: f64 = tested.iter().map(|(weight, error)| of(*error) * weight).sum();
            (!tested.is_empty()).then(|| total / weight)
        };
        close(row, "mean_error", mean(&tested, |error| error));
        close(row, "mean_absolute_error", mean(&tested, f64::abs));
        close(
            row,
            "root_mean_square_error",
            mean(&tested, |error| error * error).map(f64::sqrt),
        );
        let is_of_use = |method: usize| tests.iter().any(|(_, errors)| errors[method].is_some());
        let common = tests
            .iter()
            .filter(|(_, errors)| (0..3).all(|method| errors[method].is_some() || !is_of_use(method)));
        let common: Vec<_> = common
            .filter_map(|(weight, errors)| Some((*weight, errors[own]?)))
            .collect();
        close(
            row,
            "compared_error",
            mean(&common, |error| error * error).map(f64::sqrt),
        );
        let taken_out: Vec<_> = scene.whole().filter(|(code, _)| lacking.contains(*code)).collect();
        close(row, "n_taken_out", Some(taken_out.len() as f64));
        let whole: f64 = scene.whole().map(|(_, figure)| figure.denominator).sum();
        let is_own = |code: &str| method != "carried_forward" || scene.last.contains_key(code);
        let off: Option<f64> = (taken_out.iter())
            .map(|(code, figure)| Some(error(method, code, &lacking)? * figure.denominator))
            .sum();
        close(
            row,
            "aggregate_error",
            off.filter(|_| taken_out.iter().any(|(code, _)| is_own(code)))
                .map(|off| off / whole),
        );
    }
    assert!(rows.len() > 300, "{} rows are too few to mean anything", rows.len());
}
