//! The Gini coefficient with denominators as weights, and its two exact decompositions.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason, summation::sum};

/// μG = 2 Σ w (x − μ)(F − ½), half the mean absolute difference. Lerman & Yitzhaki 1989.
pub fn absolute(all: &Distribution) -> f64 {
    2.0 * all.moments().rank_covariance
}

/// (2/μ) Σ w x (F − ½).
pub(super) fn gini(all: &Distribution) -> Result<f64, Reason> {
    Ok(absolute(all) / all.positive_mean()?)
}

/// G = Σ s_k G_k O_k + (2/μ) Σ p_k (μ_k − μ)(F̄_k − ½). The first term is shown in two: within Σ s_k G_k, what the groups
/// would give apart, and overlap Σ s_k G_k (O_k − 1), what their mingling adds or takes away. Yitzhaki 1994.
pub(super) fn yitzhaki(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    let value = gini(all)?;
    let mean = all.positive_mean()?;
    // s_k G_k O_k = (2/μ) Σ_k w (x − μ_k)(F − F̄_k): so written, a group of equal units needs no 0/0.
    let within = 2.0 / mean * sum(all.groups.iter().map(|g| g.cov_own));
    let overlap = 2.0 / mean * sum(all.groups.iter().map(|g| g.cov_overall - g.cov_own));
    let between = 2.0 / mean * all.over_groups(|g| (g.mean - all.mean) * (g.rank - 0.5));
    Ok(Parts {
        overlap: Some(overlap),
        ..Parts::split(value, between, within)
    })
}

/// G_W = (Σ √(p_k s_k G_k))², G_B = G − G_W, which is never negative. Heikkuri & Schief 2022.
pub(super) fn two_term(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    let value = gini(all)?;
    let mean = all.positive_mean()?;
    let roots = all
        .groups
        .iter()
        .map(|g| (g.share * (2.0 / mean * g.cov_own).max(0.0)).sqrt());
    let within = if all.groups.len() == 1 {
        value
    } else {
        sum(roots).powi(2)
    };
    Ok(Parts::split(value, value - within, within))
}
