//! The table `convergence`: whether areas become more alike (σ), and whether those behind grow faster (β). Barro & Sala-i-Martin 1992.

use jiff::civil::Date;
use rayon::prelude::*;

use super::line::{Line, Weighed};
use super::reason::{Reason, token};
use super::series::{Observed, Series};
use super::summation::sum;
use crate::domain::Lang;
use crate::pipeline::LevelIndex;
use crate::tables::{ConvergenceRow, Table};

/// A row for each pair of periods, indicator, level below the root and weighting; `boundaries` is the day whose areas the series is about.
pub fn convergence(series: &Series, boundaries: Option<Date>) -> Table {
    let pairs = pairs(series.periods.len());
    let of_one = |indicator: usize| {
        let mut table = Table::of::<ConvergenceRow>();
        let levels = levels(series, indicator);
        for &pair in &pairs {
            for &level in &levels {
                push(series, (indicator, level, boundaries), pair, &mut table);
            }
        }
        table
    };
    let parts = (0..series.pipeline.indicators.len()).into_par_iter().map(of_one);
    Table::joined::<ConvergenceRow>(parts.collect())
}

/// Each period with each later one.
fn pairs(periods: usize) -> Vec<(usize, usize)> {
    let with = |earlier: usize| (earlier + 1..periods).map(move |later| (earlier, later));
    (0..periods).flat_map(with).collect()
}

/// The levels below the root of which there are figures.
fn levels(series: &Series, indicator: usize) -> Vec<LevelIndex> {
    let mut levels: Vec<LevelIndex> = (series.of_indicator(indicator))
        .flat_map(|area| (0..series.periods.len()).filter_map(move |period| area.at(period)))
        .filter(|seen| seen.ratio.is_some())
        .filter_map(|seen| seen.level.map(usize::from))
        .filter(|level| *level > 0)
        .collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

/// A unit with a positive ratio in both periods.
#[derive(Clone, Copy, Debug)]
struct Grown {
    /// Logarithms of the ratios.
    earlier: f64,
    later: f64,
    /// ln(x_T/x_0).
    growth: f64,
    /// Denominator of the earlier period.
    weight: f64,
}

impl Grown {
    fn new(earlier: f64, later: f64, weight: f64) -> Grown {
        // What rounding makes of two equal ratios is no growth.
        const ROUNDING: f64 = 1e-14;
        let growth = (later / earlier).ln();
        Grown {
            earlier: earlier.ln(),
            later: later.ln(),
            growth: if growth.abs() < ROUNDING { 0.0 } else { growth },
            weight,
        }
    }
}

/// The areas of a level in two periods.
#[derive(Debug, Default)]
struct Units {
    grown: Vec<Grown>,
    dropped: i64,
    unmatched: i64,
    incomplete: i64,
}

impl Units {
    fn of(series: &Series, (indicator, level): (usize, LevelIndex), (earlier, later): (usize, usize)) -> Units {
        let mut units = Units::default();
        for area in series.of_indicator(indicator) {
            let at = |period: usize| {
                area.at(period)
                    .filter(|seen| seen.level.map(usize::from) == Some(level))
            };
            units.add(at(earlier), at(later));
        }
        units
    }

    fn add(&mut self, earlier: Option<&Observed>, later: Option<&Observed>) {
        let ratio = |seen: Option<&Observed>| seen?.ratio;
        match (ratio(earlier), ratio(later)) {
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => self.unmatched += 1,
            (Some(x_0), Some(x_t)) if x_0 <= 0.0 || x_t <= 0.0 => self.dropped += 1,
            (Some(x_0), Some(x_t)) => {
                let is_whole = |seen: Option<&Observed>| seen.is_some_and(|seen| seen.is_complete);
                self.incomplete += i64::from(!is_whole(earlier) || !is_whole(later));
                let weight = earlier.map_or(0.0, |seen| seen.weight);
                self.grown.push(Grown::new(x_0, x_t, weight));
            }
        }
    }
}

/// What two periods say of convergence.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// Of both periods; None: fewer than two units.
    sigmas: Option<(f64, f64)>,
    line: Result<Line, Reason>,
    years: f64,
}

impl Figures {
    fn of(grown: &[Grown], years: f64) -> Figures {
        let points: Vec<Weighed> = (grown.iter())
            .map(|unit| Weighed {
                x: unit.earlier,
                y: unit.growth / years,
                weight: unit.weight,
            })
            .collect();
        let sigma = |of: fn(&Grown) -> f64| deviation(grown.iter().map(|unit| (of(unit), unit.weight)));
        Figures {
            sigmas: (grown.len() > 1).then(|| (sigma(|unit| unit.earlier), sigma(|unit| unit.later))),
            line: Line::through(&points),
            years,
        }
    }

    /// λ = −ln(1 + bT) ÷ T.
    fn speed(&self) -> Result<f64, Reason> {
        let change = self.line?.slope * self.years;
        if change > -1.0 {
            Ok(-change.ln_1p() / self.years)
        } else {
            Err(Reason::Overshooting)
        }
    }

    /// ln 2 ÷ λ, in years.
    fn half_life(&self) -> Result<f64, Reason> {
        let speed = self.speed()?;
        if speed > 0.0 {
            Ok(2f64.ln() / speed)
        } else {
            Err(Reason::NotConverging)
        }
    }
}

/// Weighted standard deviation.
fn deviation(numbers: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let weight = sum(numbers.clone().map(|(_, weight)| weight));
    let mean = sum(numbers.clone().map(|(number, weight)| number * weight)) / weight;
    (sum(numbers.map(|(number, weight)| weight * (number - mean).powi(2))) / weight).sqrt()
}

fn push(
    series: &Series,
    (indicator, level, boundaries): (usize, LevelIndex, Option<Date>),
    pair: (usize, usize),
    table: &mut Table,
) {
    let units = Units::of(series, (indicator, level), pair);
    let (earlier, later) = (series.periods[pair.0], series.periods[pair.1]);
    let alike: Vec<Grown> = units.grown.iter().map(|unit| Grown { weight: 1.0, ..*unit }).collect();
    let of = &series.pipeline.indicators[indicator];
    for (weighting, grown) in [("denominator", &units.grown), ("unit", &alike)] {
        let figures = Figures::of(grown, later.years_since(earlier));
        let (line, speed, half_life) = (figures.line.ok(), figures.speed(), figures.half_life());
        table.push(ConvergenceRow {
            earlier: &earlier.to_string(),
            later: &later.to_string(),
            indicator: &of.id,
            indicator_title_zh: of.title.own(Lang::Zh),
            indicator_title_en: of.title.own(Lang::En),
            level: &series.pipeline.registry.levels[level],
            boundaries_date: boundaries,
            weighting,
            n_units: grown.len() as i64,
            n_dropped: units.dropped,
            n_unmatched: units.unmatched,
            n_incomplete: units.incomplete,
            years: figures.years,
            sigma_earlier: figures.sigmas.map(|(earlier, _)| earlier),
            sigma_later: figures.sigmas.map(|(_, later)| later),
            sigma_change: figures.sigmas.map(|(earlier, later)| later - earlier),
            beta: line.map(|line| line.slope),
            beta_se: line.and_then(|line| line.slope_se),
            r_squared: line.and_then(|line| line.r_squared),
            convergence_speed: speed.ok(),
            half_life: half_life.ok(),
            beta_null_reason: token(figures.line),
            speed_null_reason: token(speed),
            half_life_null_reason: token(half_life),
        });
    }
}

#[cfg(test)]
mod tests;
