//! Finds the constants under which a pilot of the chosen reporters has the nation's levels.

use std::collections::BTreeMap;

use super::chance::{stream, uniform};
use super::draw::{Noise, Row, Scene, area_deviates, sum_of};
use super::model::{Draw, FormModel, Sum, What, level_at};
use super::recipe::{Level, Otherwise};
use super::reporters::Reporter;
use super::value::Value;
use crate::domain::Period;

/// Rows of the pilot, about.
const PILOT_ROWS: usize = 20_000;

/// For each model and each draw: constant by member of its `by`.
pub(super) type Constants = Vec<Vec<BTreeMap<String, f64>>>;

/// A reporter with its number of rows for each model.
pub(super) type Sized<'a> = (&'a Reporter, Vec<usize>);

/// A pilot row: whose it is, the share of rows it stands for, its values.
struct Pilot {
    reporter: usize,
    weight: f64,
    row: Row,
}

/// The constants of one period.
pub(super) fn constants(seed: u64, models: &[FormModel], reporters: &[Sized], period: Period) -> Constants {
    let mut all: Constants = Vec::new();
    let mut earlier: Vec<Vec<Pilot>> = Vec::new();
    for (index, model) in models.iter().enumerate() {
        let mut pilot = Vec::new();
        let per_reporter = (PILOT_ROWS / reporters.len().max(1)).max(4);
        for (at, (_, sizes)) in reporters.iter().enumerate() {
            let rows = sizes[index].min(per_reporter);
            let weight = sizes[index] as f64 / rows.max(1) as f64;
            pilot.extend((0..rows).map(|_| Pilot {
                reporter: at,
                weight,
                row: Vec::new(),
            }));
        }
        all.push(of_model(seed, model, reporters, period, &mut pilot, &earlier));
        earlier.push(pilot);
    }
    all
}

fn of_model(
    seed: u64,
    model: &FormModel,
    reporters: &[Sized],
    period: Period,
    pilot: &mut [Pilot],
    earlier: &[Vec<Pilot>],
) -> Vec<BTreeMap<String, f64>> {
    let (pools, none) = (BTreeMap::new(), Vec::new());
    let scenes: Vec<Scene> = reporters
        .iter()
        .map(|(reporter, _)| Scene {
            seed,
            model,
            reporter,
            period,
            pools: &pools,
            constants: &none,
            area: area_deviates(seed, model, reporter),
            others: &[],
        })
        .collect();
    for one in pilot.iter_mut() {
        one.row = scenes[one.reporter].blank_row();
    }
    let mut constants: Vec<BTreeMap<String, f64>> = Vec::new();
    for (index, draw) in model.draws.iter().enumerate() {
        let mut rng = stream(seed, &["pilot", &model.recipe.id, &draw.recipe.id, &period.to_string()]);
        let noise: Vec<Noise> = pilot
            .iter()
            .map(|_| Noise {
                at: uniform(&mut rng),
                round: uniform(&mut rng),
            })
            .collect();
        let found = match draw.what {
            What::Chance => by_member(draw, period, |member, level| {
                odds(index, draw, member, level, &scenes, pilot)
            }),
            What::Number => by_member(draw, period, |member, level| {
                factor(index, draw, member, level, &scenes, pilot, &noise)
            }),
            _ => BTreeMap::new(),
        };
        constants.push(found);
        let values: Vec<Value> = match &draw.what {
            What::Sum(sum) => sums(sum, earlier, pilot),
            _ => pilot
                .iter()
                .zip(&noise)
                .map(|(one, noise)| {
                    let scene = &scenes[one.reporter];
                    let constant = constants[index]
                        .get(scene.member(draw, &one.row))
                        .copied()
                        .unwrap_or(0.0);
                    scene.value(index, draw, &one.row, *noise, constant)
                })
                .collect(),
        };
        for (one, value) in pilot.iter_mut().zip(values) {
            one.row[draw.slot] = value;
        }
    }
    constants
}

/// A constant for each member that has a level.
fn by_member(draw: &Draw, period: Period, constant: impl Fn(&str, f64) -> f64) -> BTreeMap<String, f64> {
    let one: Option<(String, &Level)> = draw.recipe.level.as_ref().map(|level| (String::new(), level));
    let several = draw.recipe.levels.iter().map(|(member, level)| (member.clone(), level));
    one.into_iter()
        .chain(several)
        .map(|(member, level)| {
            let found = constant(&member, level_at(level, period));
            (member, found)
        })
        .collect()
}

/// The pilot rows that a constant concerns.
fn concerned<'p>(
    draw: &'p Draw,
    member: &'p str,
    scenes: &'p [Scene],
    pilot: &'p [Pilot],
) -> impl Iterator<Item = (usize, &'p Pilot)> + Clone {
    pilot
        .iter()
        .enumerate()
        .filter(move |(_, one)| scenes[one.reporter].member(draw, &one.row) == member)
}

fn applies(draw: &Draw, row: &Row) -> bool {
    draw.when.is_none_or(|when| row[when] == Value::Flag(true))
}

/// The logarithm of odds at which the share of yes is `level`.
fn odds(index: usize, draw: &Draw, member: &str, level: f64, scenes: &[Scene], pilot: &[Pilot]) -> f64 {
    if level <= 0.0 || level >= 1.0 {
        return if level <= 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let scored: Vec<(f64, f64)> = concerned(draw, member, scenes, pilot)
        .filter(|(_, one)| applies(draw, &one.row))
        .map(|(_, one)| (scenes[one.reporter].score(index, draw, &one.row), one.weight))
        .collect();
    let all: f64 = scored.iter().map(|(_, weight)| weight).sum();
    let (mut low, mut high) = (-30.0, 30.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        let yes: f64 = scored
            .iter()
            .map(|(score, weight)| weight / (1.0 + (-score - middle).exp()))
            .sum();
        if yes < level * all { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The factor at which Σ value ÷ Σ base is `level`, bounds minded.
fn factor(
    index: usize,
    draw: &Draw,
    member: &str,
    level: f64,
    scenes: &[Scene],
    pilot: &[Pilot],
    noise: &[Noise],
) -> f64 {
    let mut bases = 0.0;
    let mut plain = Vec::new();
    for (at, one) in concerned(draw, member, scenes, pilot) {
        let scene = &scenes[one.reporter];
        let applies = applies(draw, &one.row);
        if !applies && draw.recipe.otherwise == Otherwise::NotApplicable {
            continue;
        }
        let Some(base) = scene.base(draw, &one.row) else {
            continue;
        };
        bases += base * one.weight;
        if applies && let Some(figure) = scene.plain_number(index, draw, &one.row, noise[at].at) {
            plain.push((one, figure));
        }
    }
    let target = level * bases;
    let mut factor = level;
    for _ in 0..6 {
        let reached: f64 = plain
            .iter()
            .map(|(one, figure)| scenes[one.reporter].bound(draw, &one.row, figure * factor) * one.weight)
            .sum();
        if reached <= 0.0 {
            break;
        }
        factor *= target / reached;
    }
    factor
}

/// A sum over another form's pilot rows, scaled to all rows of the reporter.
fn sums(sum: &Sum, earlier: &[Vec<Pilot>], pilot: &[Pilot]) -> Vec<Value> {
    let Some(other) = earlier.get(sum.form) else {
        return vec![Value::Unknown; pilot.len()];
    };
    let mut by_reporter: BTreeMap<usize, f64> = BTreeMap::new();
    for one in other {
        let figure = sum_of(sum, std::slice::from_ref(&one.row)).number().unwrap_or(0);
        *by_reporter.entry(one.reporter).or_insert(0.0) += figure as f64 * one.weight;
    }
    pilot
        .iter()
        .map(|one| Value::Number(by_reporter.get(&one.reporter).map_or(0, |sum| sum.round() as i64)))
        .collect()
}
