//! The sums behind the bound of Σ w |x − μ|, each the largest over all weights.

use super::fraction::Fraction;
use super::units::Units;
use crate::statistics::bounds::deviation::{ByStep, STEPS, Sums};

pub(super) fn sums(units: &Units) -> Sums {
    let (lowest, highest) = (units.lowest_mean(), units.highest_mean());
    Sums::new([lowest, highest], [1.0 - lowest, units.lowest_rest()], |mean| {
        at(units, mean)
    })
}

fn at(units: &Units, mean: f64) -> ByStep {
    std::array::from_fn(|step| {
        let above = step as f64 / STEPS as f64;
        let term = |x: f64| (above * (x - mean)).max((1.0 - above) * (mean - x));
        Fraction::of(units, |x| [term(x), 1.0]).highest().value
    })
}
