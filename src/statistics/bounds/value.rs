//! The value of an index over units that each have a ratio, in one or two passes.

use crate::statistics::index::Separable;
use crate::statistics::moments::Terms;
use crate::statistics::summation::{Sum, sum};

/// Ratio and weight of a unit.
pub(super) type Weighted = (f64, f64);

pub(super) fn mean(units: impl Iterator<Item = Weighted>) -> f64 {
    let [mut weight, mut product] = [Sum::default(); 2];
    for (x, w) in units {
        weight.add(w);
        product.add(w * x);
    }
    product.total() / weight.total()
}

/// What the separable indices of a kind follow from.
pub(super) fn separable(of: Separable, units: impl Iterator<Item = Weighted> + Clone) -> f64 {
    let mean = mean(units.clone());
    let weighted = |term: &dyn Fn(f64) -> f64| sum(units.clone().map(|(x, w)| w * term(x)));
    let variance = || weighted(&|x| (x - mean).powi(2));
    match of {
        Separable::Variance => variance(),
        Separable::Williamson => variance() / mean.powi(2),
        Separable::VarianceNormalised => variance() / (mean * (1.0 - mean)),
        Separable::TheilT => weighted(&|x| Terms::of(x / mean).t),
        Separable::TheilL => weighted(&|x| Terms::of(x / mean).l),
        Separable::AtkinsonHalf => {
            let excess = weighted(&|x| (x / mean).sqrt() - 1.0);
            -excess * (2.0 + excess)
        }
    }
}

/// μG of units in ascending order, and μ.
pub(super) fn absolute_gini(units: impl Iterator<Item = Weighted> + Clone) -> (f64, f64) {
    let mean = mean(units.clone());
    let (mut below, mut half) = (0.0, Sum::default());
    for (x, w) in units {
        half.add(w * ((x - mean) * (below + w / 2.0 - 0.5)));
        below += w;
    }
    (2.0 * half.total(), mean)
}

/// ½ Σ w |x − μ|, and μ.
pub(super) fn half_deviation(units: impl Iterator<Item = Weighted> + Clone) -> (f64, f64) {
    let mean = mean(units.clone());
    (sum(units.map(|(x, w)| w * (x - mean).abs())) / 2.0, mean)
}
