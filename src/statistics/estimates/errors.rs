//! The table `estimate_errors`: each method tried on the units whose ratio is known.

use std::collections::BTreeSet;

use super::methods::{Donors, Method};
use super::scene::Scene;
use super::units::Unit;
use crate::domain::Lang;
use crate::statistics::summation::{Sum, sum};
use crate::tables::{EstimateErrorRow, Table};

/// A complete unit predicted by each method: predicted less true, in the unit of the indicator. None: there is no other unit to learn from, or no report to carry forward.
struct Test {
    weight: f64,
    errors: [Option<f64>; 3],
}

/// How a method did in a period, in the unit of the indicator.
#[derive(Clone, Copy, Debug, Default)]
struct Tried {
    tested: i64,
    untestable: i64,
    weight: Sum,
    error: Sum,
    absolute: Sum,
    square: Sum,
}

impl Tried {
    fn add(&mut self, weight: f64, error: f64) {
        self.tested += 1;
        self.weight.add(weight);
        self.error.add(weight * error);
        self.absolute.add(weight * error.abs());
        self.square.add(weight * error * error);
    }

    /// How a method did, by its errors.
    fn over<'t>(tests: impl Iterator<Item = &'t Test>, method: usize) -> Tried {
        let mut tried = Tried::default();
        for test in tests {
            match test.errors[method] {
                Some(error) => tried.add(test.weight, error),
                None => tried.untestable += 1,
            }
        }
        tried
    }

    fn mean(&self, of: Sum) -> Option<f64> {
        (self.tested > 0).then(|| of.total() / self.weight.total())
    }

    fn root_mean_square(&self) -> Option<f64> {
        self.mean(self.square).map(f64::sqrt)
    }
}

/// Adds the rows of an indicator in a period; none where no unit reported completely. `lacking` are the areas that lack something in the latest period
/// in which one did.
pub(super) fn push(scene: &Scene, lacking: &BTreeSet<String>, table: &mut Table) {
    if !scene.units.iter().any(|unit| unit.is_whole) {
        return;
    }
    let period = scene.periods[scene.at].to_string();
    let tests = scene.tests();
    let tried = [0, 1, 2].map(|method| Tried::over(tests.iter(), method));
    let compared = compared(&tests, &tried);
    let lowest = compared.iter().filter_map(Tried::root_mean_square).reduce(f64::min);
    let (taken_out, aggregate) = scene.without(lacking);
    for (at, method) in Method::ALL.iter().enumerate() {
        let (tried, compared_error) = (&tried[at], compared[at].root_mean_square());
        table.push(EstimateErrorRow {
            period: &period,
            indicator: &scene.indicator.id,
            indicator_title_zh: scene.indicator.title.own(Lang::Zh),
            indicator_title_en: scene.indicator.title.own(Lang::En),
            method: method.token(),
            unit: &scene.indicator.unit,
            n_tested: tried.tested,
            n_untestable: tried.untestable,
            mean_error: tried.mean(tried.error),
            mean_absolute_error: tried.mean(tried.absolute),
            root_mean_square_error: tried.root_mean_square(),
            n_taken_out: taken_out,
            aggregate_error: aggregate[at],
            n_compared: compared[at].tested,
            compared_error,
            best: compared_error.is_some() && compared_error == lowest,
        });
    }
}

/// The methods on the same units: those that all methods can predict, methods that can predict none left aside.
fn compared(tests: &[Test], tried: &[Tried; 3]) -> [Tried; 3] {
    let is_useless = |method: usize| tried[method].tested == 0;
    let is_common = |test: &&Test| (0..3).all(|method| is_useless(method) || test.errors[method].is_some());
    [0, 1, 2].map(|method| Tried::over(tests.iter().filter(is_common), method))
}

impl Scene<'_> {
    fn whole(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.is_whole)
    }

    /// Each complete unit predicted from the others, or from its own last complete report: what falls back on the others says nothing of carrying forward.
    fn tests(&self) -> Vec<Test> {
        let error = |method, unit: &Unit| {
            let guess = self.donors.guess(method, unit, unit.known.1, self.last(unit))?;
            if method == Method::CarriedForward && guess.from.is_none() {
                return None;
            }
            Some((guess.ratio - unit.ratio()) * self.indicator.factor)
        };
        let test = |unit: &Unit| Test {
            weight: unit.known.1,
            errors: Method::ALL.map(|method| error(method, unit)),
        };
        self.whole().map(test).collect()
    }

    /// How many complete units are among `lacking`, and how far the figure of all complete units is off where these are estimated from the
    /// others. None: there are none, one of them cannot be estimated, or none of them has a report to carry forward.
    fn without(&self, lacking: &BTreeSet<String>) -> (i64, [Option<f64>; 3]) {
        let taken_out: Vec<&Unit> = self.whole().filter(|unit| lacking.contains(self.code(unit))).collect();
        if taken_out.is_empty() {
            return (0, [None; 3]);
        }
        let rest = self.units.iter().filter(|unit| !lacking.contains(self.code(unit)));
        let donors = Donors::new(self.areas, rest);
        let weight = sum(self.whole().map(|unit| unit.known.1));
        let errors = Method::ALL.map(|method| {
            let mut error = Sum::default();
            let mut is_own = method != Method::CarriedForward;
            for unit in &taken_out {
                let guess = donors.guess(method, unit, unit.known.1, self.last(unit))?;
                is_own |= guess.from.is_some();
                error.add((guess.ratio - unit.ratio()) * unit.known.1);
            }
            is_own.then(|| error.total() / weight * self.indicator.factor)
        });
        (taken_out.len() as i64, errors)
    }
}
