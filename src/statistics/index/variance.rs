//! Variance and the coefficient of variation.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason};

/// Σ w (x − μ)², in squared plain ratios.
pub(super) fn variance(all: &Distribution) -> f64 {
    all.moments().variance
}

fn between(all: &Distribution) -> f64 {
    all.over_groups(|g| (g.mean - all.mean).powi(2))
}

/// Between-group variance Σ p_k (μ_k − μ)², of the plain ratio.
pub(super) fn variance_between(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(between(all)))
}

/// Its root.
pub(super) fn sd_between(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(between(all).sqrt()))
}

/// √(Σ w (x − μ)²) / μ; between and within are of its square, which alone decomposes. Williamson 1965.
pub(super) fn williamson(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    let square = all.positive_mean()?.powi(2);
    Ok(Parts::split(
        (variance(all) / square).sqrt(),
        between(all) / square,
        all.moments().variance_within / square,
    ))
}
