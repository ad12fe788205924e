//! What an index depends on, which decides how its bounds are found.

/// Indices whose bounds are found alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// What follows from a function of the mean and of Σ w φ(x).
    Separable(Separable, Shape),
    /// μG, times a number, over a divisor.
    Gini(f64, Divisor),
    /// Σ w |x − μ|, times a number, over a divisor.
    Deviation(f64, Divisor),
    /// A quantile over another.
    Quantiles,
    /// |best − μ|.
    Best,
    /// |best − μ| over μ.
    BestShare,
    /// Σ w |x − μr|.
    Reference,
    /// Each unit counts once, whatever its weight.
    Unweighted(Unweighted),
    /// A linear function of the members over another.
    Ladder(Ladder),
}

impl Family {
    /// Whether an index is the same of attainment and of shortfall, whichever of both is in 0..1.
    pub fn is_symmetric(self) -> bool {
        use {
            Divisor::{Mean, MeanAndRest, One},
            Separable::{AtkinsonHalf, TheilL, TheilT, Variance, VarianceNormalised, Williamson},
            Unweighted::{Disparity, FromBest, FromMean, FromReference},
        };
        match self {
            Family::Separable(Variance | VarianceNormalised, _)
            | Family::Gini(_, One | MeanAndRest)
            | Family::Deviation(_, One | MeanAndRest)
            | Family::Best
            | Family::Reference
            | Family::Unweighted(FromMean | FromBest | FromReference) => true,
            Family::Separable(Williamson | TheilT | TheilL | AtkinsonHalf, _)
            | Family::Gini(_, Mean)
            | Family::Deviation(_, Mean)
            | Family::Quantiles
            | Family::BestShare
            | Family::Unweighted(Disparity)
            | Family::Ladder(_) => false,
        }
    }
}

/// Functions of the mean and of Σ w φ(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separable {
    /// The variance.
    Variance,
    /// Variance / μ².
    Williamson,
    /// Variance / (μ (1 − μ)).
    VarianceNormalised,
    /// Theil's T.
    TheilT,
    /// Theil's L.
    TheilL,
    /// Atkinson with ε = ½.
    AtkinsonHalf,
}

/// How an index follows from one that rises with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// It is the same.
    Same,
    /// Its root, times a number.
    Root(f64),
    /// 1 − e^−x.
    Saturating,
}

impl Shape {
    /// The index.
    pub fn of(self, value: f64) -> f64 {
        match self {
            Shape::Same => value,
            Shape::Root(times) => times * value.sqrt(),
            Shape::Saturating => -(-value).exp_m1(),
        }
    }
}

/// What an absolute index is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// Nothing.
    One,
    /// μ.
    Mean,
    /// μ (1 − μ).
    MeanAndRest,
}

impl Divisor {
    /// The number where the mean is this.
    pub fn at(self, mean: f64) -> f64 {
        match self {
            Divisor::One => 1.0,
            Divisor::Mean => mean,
            Divisor::MeanAndRest => mean * (1.0 - mean),
        }
    }
}

/// Indices along the order of the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ladder {
    /// Slope index.
    Slope,
    /// Relative index.
    Relative,
    /// Concentration index.
    Concentration,
    /// Concentration index × mean.
    ConcentrationAbsolute,
    /// Concentration index / (1 − mean).
    ConcentrationWagstaff,
    /// Concentration index × 4 × mean.
    ConcentrationErreygers,
}

/// Indices in which each unit counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unweighted {
    /// Mean of |x − μ|, μ weighted.
    FromMean,
    /// Mean of |x − best|.
    FromBest,
    /// Mean of |x − μr|.
    FromReference,
    /// Mean of |x − μ|, over μ.
    Disparity,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::pipeline::Better;
    use crate::statistics::index::{Context, INDICES};
    use crate::statistics::{Distribution, Unit};

    fn unit((group, (numerator, more)): (usize, (i128, i128))) -> Unit {
        let denominator = numerator + more;
        Unit {
            x: numerator as f64 / denominator as f64,
            numerator,
            denominator,
            group: group % 3,
        }
    }

    proptest! {
        #[test]
        fn symmetric_indices_are_the_same_of_shortfall_and_relative_ones_change_with_the_mean(
            drawn in proptest::collection::vec((0..30_i128, 1..30_i128), 3..12),
            better in prop_oneof![Just(Better::Higher), Just(Better::Lower)],
        ) {
            let units: Vec<Unit> = drawn.into_iter().enumerate().map(unit).collect();
            let attainment = Distribution::new(&units).unwrap();
            let shortfall = attainment.mirrored();
            let context = Context { better, reference: Some(0), order: vec![0, 1, 2] };
            // Of a mean of one half, every index is the same.
            prop_assume!((attainment.mean - 0.5).abs() > 0.05 && attainment.max() - attainment.min() > 0.05);
            for index in INDICES {
                let own = (index.compute)(&attainment, &context);
                let other = (index.compute)(&shortfall, &context.of_shortfall());
                let (Ok(own), Ok(other)) = (own, other) else { continue };
                let near = (own.value - other.value).abs() <= 1e-10 * own.value.abs().max(1.0);
                if index.family.is_symmetric() {
                    prop_assert!(near, "{}: {} against {}", index.name, own.value, other.value);
                }
                if ["gini", "hoover", "williamson_cv"].contains(&index.name) {
                    let expected = own.value * attainment.mean / (1.0 - attainment.mean);
                    prop_assert!(!near && (other.value - expected).abs() < 1e-9, "{}: {} of {}", index.name, other.value, own.value);
                }
            }
        }
    }
}
