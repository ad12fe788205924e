//! The table `estimates`: figures with what is missing filled in.

use std::collections::BTreeMap;

use super::methods::{Guess, Method};
use super::scene::Scene;
use super::units::{Above, Unit};
use crate::domain::Lang;
use crate::statistics::Reason;
use crate::statistics::reason::token;
use crate::statistics::summation::Sum;
use crate::tables::{EstimateRow, Table};

/// Share of a denominator below which two sums of it are the same.
const SAME: f64 = 1e-9;

/// What is filled in below an area by one method.
#[derive(Clone, Copy, Default)]
struct Filled {
    numerator: Sum,
    denominator: Sum,
    imputed: i64,
    not_imputable: i64,
    fell_back: i64,
    /// Units whose missing denominator is that of their last complete report.
    sizes_carried: i64,
    implausible: i64,
    age: Option<Age>,
}

/// Age of the reports that are carried forward, in periods and in years: weighted sums, and the highest.
#[derive(Clone, Copy, Default)]
struct Age {
    weight: Sum,
    sums: [Sum; 2],
    most: [f64; 2],
}

impl Filled {
    fn add(&mut self, scene: &Scene, size: Option<(f64, bool)>, guess: Option<Guess>) {
        let (Some((size, is_carried)), Some(guess)) = (size, guess) else {
            self.not_imputable += 1;
            return;
        };
        self.imputed += 1;
        self.numerator.add(guess.ratio * size);
        self.denominator.add(size);
        self.fell_back += i64::from(guess.fell_back);
        self.sizes_carried += i64::from(is_carried);
        let value = guess.ratio * scene.indicator.factor;
        let (lowest, highest) = scene.indicator.plausible.unwrap_or((value, value));
        self.implausible += i64::from(value < lowest || value > highest);
        if let Some(from) = guess.from {
            let age = self.age.get_or_insert_default();
            let own = [
                (scene.at - from) as f64,
                scene.periods[scene.at].years_since(scene.periods[from]),
            ];
            age.weight.add(size);
            for (at, own) in own.into_iter().enumerate() {
                age.sums[at].add(own * size);
                age.most[at] = age.most[at].max(own);
            }
        }
    }

    fn mean_age(&self, at: usize) -> Option<f64> {
        let age = self.age?;
        Some(age.sums[at].total() / age.weight.total())
    }
}

/// Adds the rows of an indicator in a period.
pub(super) fn push(scene: &Scene, table: &mut Table) {
    let filled = scene.filled();
    let period = scene.periods[scene.at].to_string();
    for above in scene.above.iter().filter(|above| above.missing != Some(0.0)) {
        let filled = filled.get(&above.at).copied().unwrap_or_default();
        for (method, filled) in Method::ALL.iter().zip(filled) {
            table.push(scene.row(&period, above, *method, &filled));
        }
    }
}

impl Scene<'_> {
    /// What is filled in below each area that lacks something, by method.
    fn filled(&self) -> BTreeMap<usize, [Filled; 3]> {
        let mut all: BTreeMap<usize, [Filled; 3]> = BTreeMap::new();
        for unit in self.units.iter().filter(|unit| unit.lacks()) {
            let size = self.size(unit);
            let guesses = Method::ALL.map(|method| {
                let (lacked, _) = size?;
                self.donors.guess(method, unit, unit.known.1 + lacked, self.last(unit))
            });
            for &above in &self.areas.spots[unit.at].above {
                for (filled, guess) in all.entry(above).or_default().iter_mut().zip(guesses) {
                    filled.add(self, size, guess);
                }
            }
        }
        all
    }

    /// The denominator of what a unit lacks, and whether it is that of its last complete report less what came.
    fn size(&self, unit: &Unit) -> Option<(f64, bool)> {
        match unit.missing {
            Some(missing) => Some((missing, false)),
            None => {
                let rest = self.last(unit)?.denominator - unit.known.1;
                (rest > 0.0).then_some((rest, true))
            }
        }
    }

    fn row<'r>(&'r self, period: &'r str, above: &Above, method: Method, filled: &Filled) -> EstimateRow<'r> {
        let spot = &self.areas.spots[above.at];
        let title = &self.indicator.title;
        let known = above.known.unwrap_or_default();
        let bounds = above.bounds;
        let estimate = self.estimate(above, method, filled);
        let value = estimate.map(|(value, _)| value);
        let age = filled.age.filter(|_| estimate.is_ok());
        EstimateRow {
            period,
            area_code: &spot.code,
            area_name: Some(&spot.name),
            indicator: &self.indicator.id,
            indicator_title_zh: title.own(Lang::Zh),
            indicator_title_en: title.own(Lang::En),
            level: &self.pipeline.registry.levels[spot.level],
            method: method.token(),
            value_reported: (known.1 != 0.0).then(|| known.0 / known.1 * self.indicator.factor),
            lower: bounds.map(|bounds| bounds.0),
            upper: bounds.map(|bounds| bounds.1),
            value_estimated: value.ok(),
            unit: &self.indicator.unit,
            obs_status: if value.is_ok() { "I" } else { "O" },
            within_bounds: value.ok().zip(bounds).map(|(value, (lower, upper))| {
                let slack = SAME * lower.abs().max(upper.abs());
                value >= lower - slack && value <= upper + slack
            }),
            imputed_weight_share: estimate.ok().map(|(_, share)| share),
            n_imputed: filled.imputed,
            n_not_imputable: filled.not_imputable,
            n_fallback: filled.fell_back,
            n_denominators_carried: filled.sizes_carried,
            n_implausible: self.indicator.plausible.map(|_| filled.implausible),
            mean_age_periods: age.and(filled.mean_age(0)),
            max_age_periods: age.map(|age| age.most[0] as i64),
            mean_age_years: age.and(filled.mean_age(1)),
            max_age_years: age.map(|age| age.most[1]),
            null_reason: token(value),
        }
    }

    /// The value, and the share of its denominator that is filled in.
    fn estimate(&self, above: &Above, method: Method, filled: &Filled) -> Result<(f64, f64), Reason> {
        let added = filled.denominator.total();
        // What an area lacks beside its units belongs to nobody that could be estimated.
        let is_of_units = |missing: f64| (missing - added).abs() <= SAME * missing;
        if filled.not_imputable > 0 || filled.imputed == 0 || above.missing.is_some_and(|missing| !is_of_units(missing))
        {
            return Err(Reason::NotEstimable);
        }
        if method == Method::CarriedForward && filled.age.is_none() {
            return Err(Reason::NothingToCarry);
        }
        let known = above.known.unwrap_or_default();
        let whole = known.1 + added;
        if whole <= 0.0 {
            return Err(Reason::DenominatorZero);
        }
        let numerator = known.0 + filled.numerator.total();
        Ok((numerator / whole * self.indicator.factor, added / whole))
    }
}
