//! Mean differences in which each member counts once, whatever its weight; only the mean of all is weighted.

use super::differences::{best, reference};
use super::{Context, Parts};
use crate::statistics::{Distribution, Reason, summation::sum};

fn mean_difference(all: &Distribution, from: f64) -> f64 {
    sum(all.points.iter().map(|p| (p.x - from).abs())) / all.n() as f64
}

/// Σ |x − μ| / n.
pub(super) fn from_mean(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(mean_difference(all, all.mean)))
}

/// Σ |x − best| / n.
pub(super) fn from_best(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(mean_difference(all, best(all, context)?)))
}

/// Σ |x − μr| / n.
pub(super) fn from_reference(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(mean_difference(all, reference(all, context)?)))
}

/// Σ |x − μ| / (n μ). Pearcy & Keppel 2002.
pub(super) fn disparity(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    let mean = all.positive_mean()?;
    Ok(Parts::whole(mean_difference(all, mean) / mean))
}
