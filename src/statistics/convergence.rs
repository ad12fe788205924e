//! The table `convergence`: whether areas become more alike (σ), and whether those behind grow faster (β). Barro & Sala-i-Martin 1992.

use jiff::civil::Date;
use rayon::prelude::*;

use super::line::{Line, Weighed};
use super::reason::{Reason, token};
use super::series::{Observed, Series};
use super::summation::Sum;
use crate::domain::Lang;
use crate::pipeline::LevelIndex;
use crate::tables::{ConvergenceRow, Table};

/// A row for each pair of periods, indicator, level below the root and weighting; `boundaries` is the day whose areas the series is about.
pub fn convergence(series: &Series, boundaries: Option<Date>) -> Table {
    let pairs = pairs(series.periods.len());
    let of_one = |indicator: usize| {
        let mut table = Table::of::<ConvergenceRow>();
        let levels = levels(series, indicator).into_iter();
        let levels: Vec<_> = levels
            .map(|level| (level, by_period(series, (indicator, level))))
            .collect();
        for &pair in &pairs {
            for (level, seen) in &levels {
                let units = Units::of(&seen[pair.0], &seen[pair.1]);
                push(series, (indicator, *level, boundaries), (pair, units), &mut table);
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

/// The ratio of an area in a period.
#[derive(Clone, Copy, Debug)]
struct Seen {
    ratio: f64,
    /// Its logarithm, which a ratio that is not positive does not have.
    ln: f64,
    weight: f64,
    is_complete: bool,
}

impl Seen {
    fn of(observed: &Observed) -> Option<Seen> {
        observed.ratio.map(|ratio| Seen {
            ratio,
            ln: ratio.ln(),
            weight: observed.weight,
            is_complete: observed.is_complete,
        })
    }
}

/// The ratios of the areas of a level, a list a period in one order: each pair of periods is compared along two of them.
fn by_period(series: &Series, (indicator, level): (usize, LevelIndex)) -> Vec<Vec<Option<Seen>>> {
    let mut all = vec![Vec::new(); series.periods.len()];
    for area in series.of_indicator(indicator) {
        for (period, of_period) in all.iter_mut().enumerate() {
            let observed = area.at(period);
            let own = observed.filter(|observed| observed.level.map(usize::from) == Some(level));
            of_period.push(own.and_then(Seen::of));
        }
    }
    all
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
    fn new(earlier: &Seen, later: &Seen) -> Grown {
        // What rounding makes of two equal ratios is no growth.
        const ROUNDING: f64 = 1e-14;
        let growth = (later.ratio / earlier.ratio).ln();
        Grown {
            earlier: earlier.ln,
            later: later.ln,
            growth: if growth.abs() < ROUNDING { 0.0 } else { growth },
            weight: earlier.weight,
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
    /// Both lists have the same areas.
    fn of(earlier: &[Option<Seen>], later: &[Option<Seen>]) -> Units {
        let mut units = Units {
            grown: Vec::with_capacity(earlier.len()),
            ..Units::default()
        };
        for both in earlier.iter().zip(later) {
            match both {
                (None, None) => {}
                (Some(_), None) | (None, Some(_)) => units.unmatched += 1,
                (Some(x_0), Some(x_t)) if x_0.ratio <= 0.0 || x_t.ratio <= 0.0 => units.dropped += 1,
                (Some(x_0), Some(x_t)) => {
                    units.incomplete += i64::from(!x_0.is_complete || !x_t.is_complete);
                    units.grown.push(Grown::new(x_0, x_t));
                }
            }
        }
        units
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
        Figures {
            sigmas: (grown.len() > 1).then(|| deviations(grown)),
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

/// Weighted standard deviations of both logarithms.
fn deviations(grown: &[Grown]) -> (f64, f64) {
    let [mut weight, mut earlier, mut later] = [Sum::default(); 3];
    for unit in grown {
        weight.add(unit.weight);
        earlier.add(unit.earlier * unit.weight);
        later.add(unit.later * unit.weight);
    }
    let weight = weight.total();
    let means = (earlier.total() / weight, later.total() / weight);
    let [mut earlier, mut later] = [Sum::default(); 2];
    for unit in grown {
        earlier.add(unit.weight * (unit.earlier - means.0).powi(2));
        later.add(unit.weight * (unit.later - means.1).powi(2));
    }
    ((earlier.total() / weight).sqrt(), (later.total() / weight).sqrt())
}

fn push(
    series: &Series,
    (indicator, level, boundaries): (usize, LevelIndex, Option<Date>),
    (pair, units): ((usize, usize), Units),
    table: &mut Table,
) {
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
