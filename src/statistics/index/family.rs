//! What an index depends on, which decides how its bounds are found.

/// Indices whose bounds are found alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// A function of the mean and of Σ w φ(x).
    Separable(Separable),
    /// μG, times a number, over a divisor.
    Gini(f64, Divisor),
    /// Σ w |x − μ|, times a number, over a divisor.
    Deviation(f64, Divisor),
    /// A quantile over another.
    Quantiles,
    /// |best − μ|.
    Best,
    /// Σ w |x − μr|.
    Reference,
    /// A linear function of the members over another.
    Ladder(Ladder),
}

/// Functions of the mean and of Σ w φ(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separable {
    /// Of the variance alone.
    Variance,
    /// √variance / μ.
    Williamson,
    /// Variance / (μ (1 − μ)).
    VarianceNormalised,
    /// Theil's T.
    TheilT,
    /// Theil's L and what follows from it.
    TheilL,
    /// Atkinson with ε = ½.
    AtkinsonHalf,
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

/// Indices along the order of the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ladder {
    /// Slope index.
    Slope,
    /// Relative index.
    Relative,
    /// Concentration index.
    Concentration,
}
